import type { SimulatorRun } from '@shared/contract/simulator-run';
import { STATES } from '@shared/states';
import type { ChartRow } from '../../charts/trend-series';

type Sample = SimulatorRun['samples'][number];

/** People in each state over the time of the run, in the order of the states. */
export function stateRows(samples: readonly Sample[]): ChartRow[] {
  return samples.map(({ at, counts }) => ({ at, values: STATES.map((state) => counts[state]) }));
}

/** Moves per second between the samples; nothing where no time passed, as while a run stands still. */
export function paceRows(samples: readonly Sample[]): ChartRow[] {
  return samples.slice(1).map((sample, index) => {
    const before = samples[index];
    const seconds = before ? (sample.at - before.at) / 1_000 : 0;
    const moves = before ? sample.moves - before.moves : 0;
    return { at: sample.at, values: [seconds > 0 ? moves / seconds : null] };
  });
}

/** The first value of two courses over the same time, each read between its own samples where it has none. */
export function besideRows(one: readonly ChartRow[], other: readonly ChartRow[]): ChartRow[] {
  const times = [...new Set([...one, ...other].map(({ at }) => at))].sort((a, b) => a - b);
  return times.map((at) => ({ at, values: [valueBetween(one, at), valueBetween(other, at)] }));
}

function valueBetween(rows: readonly ChartRow[], at: number): number | null {
  const after = rows.findIndex((row) => row.at >= at);
  const next = rows[after];
  const before = next?.at === at ? next : rows[after - 1];
  const [from, to] = [before?.values[0] ?? null, next?.values[0] ?? null];
  if (!before || !next || from === null || to === null) return null;
  return next === before ? to : from + ((to - from) * (at - before.at)) / (next.at - before.at);
}

/** The newest pace in moves per second; null before there are two samples. */
export function paceNow(samples: readonly Sample[]): number | null {
  return paceRows(samples.slice(-2)).at(-1)?.values[0] ?? null;
}

/** `0:05`, `12:40`, `1:02:03`: the time of a run. */
export function formatElapsed(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
