import type { TrendPoint } from '@shared/contract/overview';

/** Columns as uPlot takes them: seconds since the epoch first, then one column per series. */
export type Columns = [number[], ...(number | null)[][]];

const inSeconds = (ms: number | null) => (ms === null ? null : ms / 1000);

/** Wait percentiles in seconds, one column each for p50, p95, p99. */
export function waitColumns(points: readonly TrendPoint[]): Columns {
  return [
    points.map(({ at }) => at / 1000),
    points.map(({ waitP50Ms }) => inSeconds(waitP50Ms)),
    points.map(({ waitP95Ms }) => inSeconds(waitP95Ms)),
    points.map(({ waitP99Ms }) => inSeconds(waitP99Ms)),
  ];
}

/**
 * Outcomes of waits per minute, stacked: the columns are failed + left + matched, left + matched, and matched, so
 * that drawing them in this order leaves each part visible. Steps longer than a minute are averaged over it.
 */
export function outcomeColumns(points: readonly TrendPoint[], stepMs: number): Columns {
  const perMinute = (sum: number) => (sum * 60_000) / stepMs;
  return [
    points.map(({ at }) => at / 1000),
    points.map(({ matched, left, failed }) => perMinute(matched + left + failed)),
    points.map(({ matched, left }) => perMinute(matched + left)),
    points.map(({ matched }) => perMinute(matched)),
  ];
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

/** Whether any column has something to draw. */
export function hasData(columns: Columns): boolean {
  return columns.slice(1).some((column) => column.some((value) => value !== null && value !== 0));
}
