import { describe, expect, it } from 'vitest';
import { columnPath, linePath } from '../../../src/renderer/charts/series-paths';
import type { ChartRow } from '../../../src/renderer/charts/trend-series';

const x = (at: number) => (at > 90 ? undefined : at * 10);
const y = (value: number) => 100 - value;
const rowsOf = (...values: (number | null)[][]): ChartRow[] =>
  values.map((each, at) => ({ at, values: each }));

describe('a line', () => {
  it('goes through its own value of each row', () => {
    expect(linePath(rowsOf([1, 5], [2, 6.25]), 1, x, y)).toBe('M0 95L10 93.8');
  });

  it('begins anew after a gap', () => {
    expect(linePath(rowsOf([1], [2], [null], [4], [5]), 0, x, y)).toBe('M0 99L10 98M30 96L40 95');
  });

  it('leaves out a moment that the axis does not have yet', () => {
    expect(linePath([...rowsOf([1], [2]), { at: 91, values: [3] }], 0, x, y)).toBe('M0 99L10 98');
  });
});

describe('a column', () => {
  it('stands in the middle of its row, on those before it', () => {
    const rows = rowsOf([10, 20, 5]);
    expect(columnPath(rows, 0, x, y, 10)).toBe('M2 100V90h6V100Z');
    expect(columnPath(rows, 2, x, y, 10)).toBe('M2 70V65h6V70Z');
  });

  it('stands on the next but one where there is none between', () => {
    expect(columnPath(rowsOf([10, null, 5]), 2, x, y, 10)).toBe('M2 90V85h6V90Z');
  });

  it('is not there for nothing', () => {
    expect(columnPath(rowsOf([0], [null], [1]), 0, x, y, 10)).toBe('M22 100V99h6V100Z');
  });

  it('is seen however many there are', () => {
    expect(columnPath(rowsOf([1]), 0, x, y, 0.8)).toBe('M-0.1 100V99h1V100Z');
  });

  it('is never wider than it looks well', () => {
    expect(columnPath(rowsOf([1]), 0, x, y, 128)).toBe('M50 100V99h28V100Z');
  });
});
