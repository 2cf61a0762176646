import { z } from 'zod';
import type { Random } from '../lib/random';
import { timeLength } from './distribution';

/** The longest recording, in arrivals. */
const MAX_TRACE = 1_000_000;

const perSecond = z.number().min(0, 'a rate is 0 or more people per second').max(10_000);

/**
 * Who comes when.
 * - `steady`: a fixed number of people, who come within `within` and then come and go as their persona says.
 * - `rate`: new people all the time, by chance (Poisson), so many per second.
 * - `ramp`: the rate changes evenly between two values over `over`, then stays.
 * - `rush`: a rate with a wave on top, as on a day with a rush hour.
 * - `flash`: a crowd that comes within a short time, at a moment of the run.
 * - `drain`: as steady, but nobody comes back after `after`.
 * - `trace`: times from a recording: a list, or the text of a CSV file.
 */
export const arrivals = z.discriminatedUnion('pattern', [
  z.strictObject({ pattern: z.literal('steady'), within: timeLength.default(4_000) }),
  z.strictObject({ pattern: z.literal('drain'), within: timeLength.default(4_000), after: timeLength }),
  z.strictObject({ pattern: z.literal('rate'), perSecond }),
  z.strictObject({ pattern: z.literal('ramp'), from: perSecond, to: perSecond, over: timeLength }),
  z.strictObject({
    pattern: z.literal('rush'),
    base: perSecond,
    peak: perSecond,
    at: timeLength,
    width: timeLength,
  }),
  z.strictObject({
    pattern: z.literal('flash'),
    at: timeLength,
    within: timeLength,
    base: perSecond.default(0),
  }),
  z.strictObject({
    pattern: z.literal('trace'),
    times: z.union([z.array(timeLength).min(1).max(MAX_TRACE), z.string().transform(readTrace)], {
      error: 'times are a list of lengths of time, or the text of a recording in CSV with a column "at"',
    }),
  }),
]);
export type Arrivals = z.infer<typeof arrivals>;

/** Longer than any run: an infinite plan ends here. */
const END_OF_TIME_MS = 7 * 24 * 3_600_000;

/** The moments, in ms since the beginning, at which new people come, ascending. */
export function* arrivalTimes(pattern: Arrivals, people: number, random: Random): Generator<number> {
  switch (pattern.pattern) {
    case 'steady':
    case 'drain':
      yield* crowd(0, pattern.within, people);
      return;
    case 'rate':
      yield* poisson(() => pattern.perSecond, pattern.perSecond, random);
      return;
    case 'ramp': {
      const { from, to, over } = pattern;
      yield* poisson((at) => from + (to - from) * Math.min(1, at / over), Math.max(from, to), random);
      return;
    }
    case 'rush': {
      const { base, peak, at: middle, width } = pattern;
      const wave = (at: number) => base + (peak - base) * Math.exp(-(((at - middle) / width) ** 2));
      yield* poisson(wave, Math.max(base, peak), random);
      return;
    }
    case 'flash':
      yield* merge(
        crowd(pattern.at, pattern.within, people),
        poisson(() => pattern.base, pattern.base, random),
      );
      return;
    case 'trace':
      yield* [...pattern.times].sort((a, b) => a - b);
  }
}

/** So many people, evenly within a stretch of time. */
function* crowd(fromMs: number, withinMs: number, people: number): Generator<number> {
  for (let index = 0; index < people; index += 1) yield fromMs + (withinMs * index) / people;
}

/** Arrivals by chance at a changing rate: candidates at the highest rate, thinned out (Lewis and Shedler). */
function* poisson(perSecond: (at: number) => number, highest: number, random: Random): Generator<number> {
  if (highest <= 0) return;
  for (let at = 0; at < END_OF_TIME_MS;) {
    at += (-Math.log(1 - random()) * 1_000) / highest;
    if (random() * highest < perSecond(at)) yield at;
  }
}

function* merge(a: Generator<number>, b: Generator<number>): Generator<number> {
  let first = a.next();
  let second = b.next();
  while (!first.done || !second.done) {
    if (second.done || (!first.done && first.value <= second.value)) {
      yield first.value as number;
      first = a.next();
    } else {
      yield second.value;
      second = b.next();
    }
  }
}

function readTrace(csv: string, context: z.RefinementCtx): number[] {
  try {
    return parseTrace(csv);
  } catch (fault) {
    context.addIssue({ code: 'custom', message: fault instanceof Error ? fault.message : String(fault) });
    return z.NEVER;
  }
}

/** Times of a recording in CSV: the column `at` (or the first), as lengths of time since the beginning. */
export function parseTrace(csv: string): number[] {
  const [head = '', ...lines] = csv.split(/\r?\n/).filter((line) => line.trim() !== '');
  const columns = head.split(',').map((name) => name.trim().toLowerCase());
  const column = Math.max(0, columns.indexOf('at'));
  const rows = columns.includes('at') ? lines : [head, ...lines];
  return rows.map((row, index) => {
    const parsed = timeLength.safeParse(row.split(',')[column]?.trim() ?? '');
    if (parsed.success) return parsed.data;
    throw new SyntaxError(
      `line ${index + 1 + (columns.includes('at') ? 1 : 0)} of the trace: ${parsed.error.issues[0]?.message ?? 'no time'}`,
    );
  });
}
