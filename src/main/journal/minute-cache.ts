import type { EngineContext } from '../engine/context';
import { EMPTY_MINUTE, mergeMinutes, type MinuteFigures, parseMinute } from './minute';

/** Sums kept; those still wanted are soon made again. */
const MAX_SUMS = 1_000;

/** Hashes read at once, so that no single round trip is long. */
const STEP = 30;

/**
 * The finished minutes that have been read. A finished minute never changes, because every script counts in the
 * minute of the server's clock; so each is read once.
 */
export class MinuteCache {
  private readonly minutes = new Map<number, MinuteFigures>();
  /** Sums of stretches of finished minutes, by `from-until`. */
  private readonly sums = new Map<string, MinuteFigures>();
  private reading: Promise<void> = Promise.resolve();

  constructor(private readonly context: Pick<EngineContext, 'store' | 'keys' | 'settings'>) {}

  /** The figures of a minute that `load` has read. */
  get(minute: number): MinuteFigures {
    return this.minutes.get(minute) ?? EMPTY_MINUTE;
  }

  /** The sum of finished minutes that `load` has read, from one up to, not including, another. */
  sum(from: number, until: number): MinuteFigures {
    if (until - from === 1) return this.get(from);
    const key = `${from}-${until}`;
    const known = this.sums.get(key);
    if (known) return known;
    const figures = mergeMinutes(Array.from({ length: until - from }, (_, index) => this.get(from + index)));
    if (this.sums.size >= MAX_SUMS) this.sums.clear();
    this.sums.set(key, figures);
    return figures;
  }

  /** Reads what is missing from one minute up to, not including, another. Calls wait for each other. */
  load(from: number, until: number): Promise<void> {
    const next = this.reading.then(() => this.fill(from, until));
    // A failure is for whoever asked, not for those who come after.
    this.reading = next.catch(() => undefined);
    return next;
  }

  /** Forgets minutes before the given one. */
  forgetBefore(minute: number): void {
    for (const known of this.minutes.keys()) if (known < minute) this.minutes.delete(known);
  }

  private async fill(from: number, until: number): Promise<void> {
    const missing: number[] = [];
    for (let minute = from; minute < until; minute += 1) if (!this.minutes.has(minute)) missing.push(minute);
    // Newest first, because those are looked at first.
    missing.reverse();
    for (let at = 0; at < missing.length; at += STEP) {
      const step = missing.slice(at, at + STEP);
      const { store, keys } = this.context;
      const hashes = await store.pipeline(step.map((minute) => ['HGETALL', keys.stats(minute)]));
      step.forEach((minute, index) => this.minutes.set(minute, parseMinute(toPairs(hashes[index]))));
    }
  }
}

/** HGETALL answers with a list or with an object, depending on the protocol that was agreed on. */
function toPairs(reply: unknown): string[] {
  if (Array.isArray(reply)) return reply as string[];
  return Object.entries((reply ?? {}) as Record<string, string>).flat();
}
