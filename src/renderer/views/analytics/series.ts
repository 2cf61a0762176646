import type { Analytics } from '@shared/contract/analytics';
import type { ChartRow } from '../../charts/trend-series';
import type { ExportValue } from '../../export';

type Point = Analytics['points'][number];
type Countable = Exclude<keyof Point, 'at' | 'waitP95Ms'>;

/** Counts of people per minute, one value for each name; longer steps are averaged over the minute. */
export function perMinuteRows(
  points: readonly Point[],
  stepMs: number,
  names: readonly Countable[],
): ChartRow[] {
  return points.map((point) => ({
    at: point.at,
    values: names.map((name) => (point[name] * 60_000) / stepMs),
  }));
}

/** A step of the window as one row of an exported table; counts are of the whole step. */
export function exportPoint({ at, ...figures }: Point): Record<string, ExportValue> {
  return { at: new Date(at).toISOString(), ...figures };
}

/** Waits until matched, p95, in seconds. */
export function waitP95Rows(points: readonly Point[]): ChartRow[] {
  return points.map(({ at, waitP95Ms }) => ({ at, values: [waitP95Ms === null ? null : waitP95Ms / 1000] }));
}
