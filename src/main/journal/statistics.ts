import type { TrendPoint, Trends } from '@shared/contract/overview';
import { type State, STATES } from '@shared/states';
import type { EngineContext } from '../engine/context';
import readLua from '../engine/read.lua?raw';
import type { PoolKeys } from '../redis/keys';
import { defineScript } from '../redis/script';
import { countMoves, countsBefore, toPoint, toWindow } from './figures';
import { EMPTY_MINUTE, mergeMinutes, type MinuteFigures, parseMinute } from './minute';
import { MinuteCache } from './minute-cache';
import presentLua from './present.lua?raw';

/** History as the charts want it; what wants attention is added by the feed. */
export type TrendsReading = Omit<Trends, 'attention'>;

/** A window as sums of what was counted. */
export interface StatisticsSums {
  /** Server time of the read. */
  at: number;
  /** When the first step begins, and the length of each. */
  start: number;
  stepMs: number;
  /** Oldest first; the last one is still running. */
  steps: MinuteFigures[];
  /** The same length of time before, or null where no statistics of it are kept. */
  before: MinuteFigures | null;
}

interface Present {
  now: number;
  counts: Record<State, number>;
  running: MinuteFigures;
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
/** More steps than this say nothing more in a chart. */
const MAX_STEPS = 120;
/** How old the figures of the running minute may be for the day's total. */
const FRESH_MS = 1_000;

/** Counts by state and the running minute, in one atomic read. */
export const presentScript = defineScript<{ keys: PoolKeys; now?: number | undefined }, Present>({
  name: 'present',
  source: [readLua, presentLua].join('\n'),
  encode: ({ keys, now }) => ({
    keys: [...STATES.map((state) => keys.sets[state]), keys.prefixes.stats],
    args: [now ?? ''],
  }),
  decode(reply) {
    const [now, counts, hash] = reply as [number, number[], string[]];
    return {
      now,
      counts: Object.fromEntries(
        STATES.map((state, index) => [state, counts[index] ?? 0]),
      ) as Present['counts'],
      running: parseMinute(hash),
    };
  },
});

/**
 * History from the minute statistics, which every moving script keeps: exact counts, and percentiles at most
 * 3.2 % away from the exact ones. Finished minutes are read once and remembered.
 */
export class Statistics {
  private readonly cache: MinuteCache;
  private latest: { present: Present; readAt: number } | null = null;

  constructor(
    private readonly context: Pick<EngineContext, 'store' | 'keys' | 'settings' | 'clock' | 'log'>,
  ) {
    this.cache = new MinuteCache(context);
  }

  /**
   * The last `minutes` in at most 120 steps, the last of which is still running, and the same time before.
   * @param now milliseconds since the epoch; the server's clock when missing
   */
  async trends(minutes: number, now?: number): Promise<TrendsReading> {
    const { present, running, start, step, sums, before } = await this.read(minutes, now);
    return {
      pool: this.context.keys.pool,
      at: present.now,
      stepMs: step * MINUTE_MS,
      points: toPoints(sums, start, step, present.counts),
      window: toWindow(mergeMinutes(sums)),
      before: before.moves > 0 ? toWindow(before) : null,
      ratesPerMinute: this.rates(present, running),
    };
  }

  /** The same window as sums of what was counted, for figures of another kind. */
  async sums(minutes: number, now?: number): Promise<StatisticsSums> {
    const { present, start, step, sums, before } = await this.read(minutes, now);
    return {
      at: present.now,
      start: start * MINUTE_MS,
      stepMs: step * MINUTE_MS,
      steps: sums,
      before: before.moves > 0 ? before : null,
    };
  }

  /** The first look at a long window reads it in short steps; later ones read the running minute only. */
  private async read(minutes: number, now?: number) {
    const present = await this.present(now);
    const running = Math.floor(present.now / MINUTE_MS);
    const step = Math.ceil(minutes / MAX_STEPS);
    const steps = Math.ceil(minutes / step);
    // Steps begin at whole multiples, so that a bar of a chart does not change its content from minute to minute.
    const start = Math.floor(running / step) * step - (steps - 1) * step;
    const beforeStart = start - (running + 1 - start);
    const kept = running - Math.floor(this.context.settings.statsTtlMs / MINUTE_MS);
    const comparable = beforeStart >= kept;
    await this.cache.load(Math.max(kept, comparable ? beforeStart : start), running);
    this.cache.forgetBefore(kept);

    const sums = Array.from({ length: steps }, (_, index) => {
      const from = start + index * step;
      const finished = this.cache.sum(from, Math.min(from + step, running));
      return from + step > running ? mergeMinutes([finished, present.running]) : finished;
    });
    const before = comparable ? this.cache.sum(beforeStart, start) : EMPTY_MINUTE;
    return { present, running, start, step, sums, before };
  }

  /**
   * Moves since midnight UTC, at most a second old. The day is read in the background at first: until that is
   * done, this is what has been read so far.
   */
  async today(): Promise<number> {
    const { present } =
      this.latest && this.context.clock.now() - this.latest.readAt < FRESH_MS
        ? this.latest
        : { present: await this.present() };
    const running = Math.floor(present.now / MINUTE_MS);
    const midnight = running - (running % DAY_MINUTES);
    // The minute that has just finished must be there, or the total would fall for a moment.
    const recent = Math.max(midnight, running - 2);
    await this.cache.load(recent, running);
    this.cache.load(midnight, recent).catch((fault: unknown) => {
      this.context.log.debug(
        { err: fault },
        'the statistics of the day could not be read; the next look tries again',
      );
    });
    let moves = present.running.moves;
    for (let minute = midnight; minute < running; minute += 1) moves += this.cache.get(minute).moves;
    return moves;
  }

  private async present(now?: number): Promise<Present> {
    const present = await this.context.store.run(presentScript, { keys: this.context.keys, now });
    this.latest = { present, readAt: this.context.clock.now() };
    return present;
  }

  /** Moves by edge over the last sixty seconds, with the share of the minute before that is still in them. */
  private rates(present: Present, running: number): Record<string, number> {
    const share = 1 - (present.now % MINUTE_MS) / MINUTE_MS;
    const rates = { ...countMoves(present.running).edges };
    for (const [edge, count] of Object.entries(countMoves(this.cache.get(running - 1)).edges))
      rates[edge] = (rates[edge] ?? 0) + count * share;
    return rates;
  }
}

/** Walks back from the present, to tell how many users were in each state at the end of each step. */
function toPoints(
  sums: readonly MinuteFigures[],
  start: number,
  step: number,
  present: Record<State, number>,
): TrendPoint[] {
  const points: TrendPoint[] = [];
  let counts = present;
  for (let index = sums.length - 1; index >= 0; index -= 1) {
    const point = toPoint((start + index * step) * MINUTE_MS, counts, sums[index] ?? EMPTY_MINUTE);
    points.unshift(point);
    counts = countsBefore(counts, point.edges);
  }
  return points;
}
