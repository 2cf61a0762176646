import type { ChartRow } from './trend-series';

/** Where a value stands on the screen, in pixels; undefined for what the axis does not have yet. */
export type Scale = (value: number) => number | undefined;

/** Of the width that a row has, so much is its column, at most this many pixels. */
const COLUMN_SHARE = 0.64;
const COLUMN_MAX_PX = 28;

const round = (pixels: number) => Math.round(pixels * 10) / 10;

/** One SVG path through one value of each row; it begins anew after a gap. */
export function linePath(rows: readonly ChartRow[], series: number, x: Scale, y: Scale): string {
  let path = '';
  let joined = false;
  for (const { at, values } of rows) {
    const value = values[series] ?? null;
    const across = x(at);
    const down = value === null ? undefined : y(value);
    const drawn = across !== undefined && down !== undefined;
    if (drawn) path += `${joined ? 'L' : 'M'}${round(across)} ${round(down)}`;
    joined = drawn;
  }
  return path;
}

/**
 * One SVG path of a column for one value of each row, standing on those of the series before it.
 * @param x where a row begins
 * @param rowPx how wide a row is
 */
export function columnPath(
  rows: readonly ChartRow[],
  series: number,
  x: Scale,
  y: Scale,
  rowPx: number,
): string {
  // A column of less than a pixel would not be seen.
  const width = Math.min(COLUMN_MAX_PX, Math.max(1, Math.floor(rowPx * COLUMN_SHARE)));
  let path = '';
  for (const { at, values } of rows) {
    const value = values[series] ?? 0;
    const below = values.slice(0, series).reduce<number>((sum, each) => sum + (each ?? 0), 0);
    const [left, bottom, top] = [x(at), y(below), y(below + value)];
    if (value === 0 || left === undefined || bottom === undefined || top === undefined) continue;
    path += `M${round(left + (rowPx - width) / 2)} ${round(bottom)}V${round(top)}h${width}V${round(bottom)}Z`;
  }
  return path;
}
