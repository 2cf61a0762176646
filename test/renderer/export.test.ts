import { describe, expect, it } from 'vitest';
import { toCsv, toFile } from '../../src/renderer/export';

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
