import type { TrendPoint } from '@shared/contract/overview';

/** One moment of a chart: its time in milliseconds since the epoch, and a value per series; null leaves a gap. */
export interface ChartRow {
  at: number;
  values: readonly (number | null)[];
}

const inSeconds = (ms: number | null) => (ms === null ? null : ms / 1000);

/** Wait percentiles in seconds: p50, p95, p99. */
export function waitRows(points: readonly TrendPoint[]): ChartRow[] {
  return points.map(({ at, waitP50Ms, waitP95Ms, waitP99Ms }) => ({
    at,
    values: [inSeconds(waitP50Ms), inSeconds(waitP95Ms), inSeconds(waitP99Ms)],
  }));
}

/** Outcomes of waits per minute: matched, left, failed. Steps longer than a minute are averaged over it. */
export function outcomeRows(points: readonly TrendPoint[], stepMs: number): ChartRow[] {
  const perMinute = (sum: number) => (sum * 60_000) / stepMs;
  return points.map(({ at, matched, left, failed }) => ({
    at,
    values: [perMinute(matched), perMinute(left), perMinute(failed)],
  }));
}

/** Whether a value has no neighbour to be joined with by a line. */
export function standsAlone(rows: readonly ChartRow[], row: number, series: number): boolean {
  const value = (index: number) => rows[index]?.values[series] ?? null;
  return value(row) !== null && value(row - 1) === null && value(row + 1) === null;
}

/** The steps in which an axis may end: three equal parts of it are round numbers. */
const ROUND_PARTS = [1, 2, 5, 10, 15, 20, 30, 50, 60, 100] as const;

/** Where the axis of values ends: above everything that is drawn and above the target, divisible into round thirds. */
export function axisTop(rows: readonly ChartRow[], stacked: boolean, target = 0): number {
  const heights = rows.map(({ values }) => {
    const shown = values.map((value) => value ?? 0);
    return stacked ? shown.reduce((sum, value) => sum + value, 0) : Math.max(...shown, 0);
  });
  const least = Math.max(...heights, target * 1.1, 1) / 3;
  const power = 10 ** Math.max(0, Math.floor(Math.log10(least)) - 1);
  return 3 * power * (ROUND_PARTS.find((part) => part * power >= least) ?? Math.ceil(least / power));
}

/**
 * Whether an axis that ends at one value may stay for values that want it to end at another. It does not follow every
 * one down, so that a value that wavers about a round number does not make the axis jump; nor does it stay far too tall.
 */
export function isHighEnough(top: number, wanted: number): boolean {
  return wanted <= top && top <= 2 * wanted;
}

/** Whether rows stand for the same moments. */
export function isOfSameTimes(one: readonly ChartRow[], other: readonly ChartRow[]): boolean {
  return one.length === other.length && one.every(({ at }, row) => at === other[row]?.at);
}

/** The share of each outcome, or null where nobody's wait has ended. */
export function outcomeShares(window: { matched: number; left: number; failed: number }): {
  matched: number | null;
  left: number | null;
  failed: number | null;
} {
  const all = window.matched + window.left + window.failed;
  const share = (part: number) => (all === 0 ? null : part / all);
  return { matched: share(window.matched), left: share(window.left), failed: share(window.failed) };
}

/** Whether there is anything to draw. */
export function hasData(rows: readonly ChartRow[]): boolean {
  return rows.some(({ values }) => values.some((value) => value !== null && value !== 0));
}
