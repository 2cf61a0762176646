import type { Clock } from '../../lib/clock';

/** How many people were matched lately, over how long. */
export interface MatchRate {
  matched: number;
  overMs: number;
}

/** How long a rate is good for (ms): an estimate need not be newer. */
const FRESH_MS = 2_000;

/**
 * Guesses how long somebody at a place in the queue will wait, from how fast the queue moved in the last minutes.
 * The rate of a pool is read once every two seconds, however many ask.
 */
export class WaitEstimate {
  private readonly rates = new Map<string, { readAt: number; rate: Promise<MatchRate> }>();

  constructor(private readonly options: { rate: (pool: string) => Promise<MatchRate>; clock: Clock }) {}

  /** @returns milliseconds, or null when nobody was matched lately */
  async forPosition(pool: string, position: number): Promise<number | null> {
    const { matched, overMs } = await this.rate(pool);
    return matched === 0 ? null : Math.round((position * overMs) / matched);
  }

  private rate(pool: string): Promise<MatchRate> {
    const now = this.options.clock.now();
    const known = this.rates.get(pool);
    if (known && now - known.readAt < FRESH_MS) return known.rate;
    const rate = this.options.rate(pool);
    this.rates.set(pool, { readAt: now, rate });
    rate.catch(() => this.rates.delete(pool));
    return rate;
  }
}
