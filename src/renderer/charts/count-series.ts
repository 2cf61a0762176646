import type { TrendPoint } from '@shared/contract/overview';
import type { State } from '@shared/states';
import type { CountSample } from '../store/live';

/** How many there were at one moment. */
export interface CountAt {
  at: number;
  count: number;
}

const MINUTE_MS = 60_000;

/**
 * The course of one state's count: the steps of the statistics as far as they reach back, then the finer
 * samples that this page took itself. A step's count is that at its end, so it stands there.
 * @param stepMs the length of one step
 * @param serverNow the server's time; a step that still runs stands at it
 */
export function countSeries(
  points: readonly TrendPoint[],
  stepMs: number,
  samples: readonly CountSample[],
  state: State,
  serverNow: number,
): CountAt[] {
  const firstSample = samples[0]?.at ?? Number.POSITIVE_INFINITY;
  const steps = points
    .map((point) => ({ at: Math.min(point.at + stepMs, serverNow), count: point.counts[state] }))
    .filter(({ at }) => at < firstSample);
  return [...steps, ...samples.map((sample) => ({ at: sample.at, count: sample.counts[state] }))];
}

/**
 * How much a count changed over the last minute, between known moments by straight line.
 * Null while less than half a minute is known; what is known of a minute is scaled to a whole one.
 */
export function changePerMinute(
  series: readonly CountAt[],
  current: number,
  serverNow: number,
): number | null {
  const from = serverNow - MINUTE_MS;
  const after = series.findIndex(({ at }) => at >= from);
  const next = series[after];
  if (!next) return null;
  const previous = series[after - 1];
  if (previous) {
    const part = next.at === previous.at ? 1 : (from - previous.at) / (next.at - previous.at);
    return current - (previous.count + (next.count - previous.count) * part);
  }
  const known = serverNow - next.at;
  return known < MINUTE_MS / 2 ? null : ((current - next.count) * MINUTE_MS) / known;
}
