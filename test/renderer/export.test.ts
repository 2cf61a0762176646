import { describe, expect, it } from 'vitest';
import { EXPORT_FORMATS, growFile, toCsv, toFile } from '../../src/renderer/export';

describe('a table as CSV', () => {
  it('names every column once and quotes what needs it', () => {
    const csv = toCsv([
      { user: 'u1', note: 'said "hi", left' },
      { user: 'u2', note: null, age: 12 },
    ]);
    expect(csv).toBe('user,note,age\r\nu1,"said ""hi"", left",\r\nu2,,12\r\n');
  });

  it('lets no spreadsheet run what a stranger chose as an id', () => {
    expect(toCsv([{ user: '=HYPERLINK("x")' }])).toBe('user\r\n"\'=HYPERLINK(""x"")"\r\n');
    expect(toCsv([{ change: -5 }])).toBe('change\r\n-5\r\n');
  });
});

describe('a table as NDJSON', () => {
  it('has one object per line and keeps types', () => {
    expect(
      toFile(
        [
          { user: 'u1', age: 3 },
          { user: 'u2', age: null },
        ],
        'ndjson',
      ),
    ).toBe('{"user":"u1","age":3}\n{"user":"u2","age":null}\n');
  });
});

describe('a file that grows', () => {
  const rows = Array.from({ length: 7 }, (_, index) => ({
    user: `u${index}`,
    note: index % 2 ? null : 'a,b',
  }));

  it.each(EXPORT_FORMATS)('is in the end what it would be in one piece: %s', (format) => {
    const file = growFile(format);
    for (const [from, to] of [
      [0, 3],
      [3, 3],
      [3, 6],
      [6, 7],
    ])
      file.add(rows.slice(from, to));
    expect(file.parts.join('')).toBe(toFile(rows, format));
  });

  it('is made piece by piece', () => {
    const file = growFile('csv');
    file.add(rows.slice(0, 1));
    const before = file.parts.length;
    file.add(rows.slice(1, 2));
    expect(file.parts.slice(before)).toEqual(['u1,\r\n']);
  });
});
