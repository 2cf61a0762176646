import type { Clock } from '../lib/clock';
import type { Logger } from '../lib/log';

export interface BatchWriterOptions<Entry> {
  /** Writes a batch whole; when it fails, the batch is tried again later, so an entry may rarely be written twice. */
  write: (entries: readonly Entry[]) => Promise<void>;
  /** Told how many entries were dropped because the buffer was full, before the next batch is written. */
  onLost: (entries: number) => void;
  log: Logger;
  clock: Clock;
  /** How many entries wait at most; beyond that the oldest are dropped and counted. */
  capacity?: number;
  /** How many are written at once. */
  batchSize?: number;
  /** How long an entry waits for others, in milliseconds. */
  delayMs?: number;
}

/** After a failure the pause doubles up to this (ms). */
const LONGEST_PAUSE_MS = 5_000;

/**
 * Writes small things in batches, out of the way of whoever made them: `add` never waits and never throws.
 * While the target is away entries wait in memory, up to a bound; what is dropped then is counted and told.
 */
export class BatchWriter<Entry> {
  private readonly options: Required<BatchWriterOptions<Entry>>;
  private waiting: Entry[] = [];
  private lost = 0;
  private pauseMs = 0;
  private cancelTimer: (() => void) | null = null;
  private running: Promise<void> | null = null;

  constructor(options: BatchWriterOptions<Entry>) {
    this.options = { capacity: 20_000, batchSize: 500, delayMs: 100, ...options };
  }

  /** Entries that wait to be written. */
  get backlog(): number {
    return this.waiting.length;
  }

  add(entry: Entry): void {
    this.waiting.push(entry);
    if (this.waiting.length > this.options.capacity) {
      const dropped = this.waiting.length - this.options.capacity;
      this.waiting.splice(0, dropped);
      this.lost += dropped;
    }
    // A full batch goes at once, unless the target just failed.
    this.schedule(this.pauseMs || (this.waiting.length >= this.options.batchSize ? 0 : this.options.delayMs));
  }

  /** Writes what waits, once, and resolves when that worked or failed; for the end of the process. */
  async flush(): Promise<void> {
    await this.running;
    this.cancelTimer?.();
    this.cancelTimer = null;
    while (this.waiting.length > 0 && (await this.writeBatch()));
  }

  private schedule(ms: number): void {
    if (this.cancelTimer || this.running) return;
    this.cancelTimer = this.options.clock.after(ms, () => {
      this.cancelTimer = null;
      this.running = this.drain().finally(() => {
        this.running = null;
        if (this.waiting.length > 0) this.schedule(this.pauseMs || this.options.delayMs);
      });
    });
  }

  private async drain(): Promise<void> {
    do {
      if (!(await this.writeBatch())) return;
    } while (this.waiting.length >= this.options.batchSize);
  }

  /** @returns whether the batch was written */
  private async writeBatch(): Promise<boolean> {
    const { write, onLost, log, batchSize, capacity, delayMs } = this.options;
    const lost = this.lost;
    const batch = this.waiting.splice(0, batchSize);
    this.lost = 0;
    if (lost > 0) {
      log.warn({ lost }, 'entries were dropped: more came than could be kept while their store was away');
      onLost(lost);
    }
    try {
      await write(batch);
      this.pauseMs = 0;
      return true;
    } catch (fault) {
      if (this.pauseMs === 0)
        log.warn({ err: fault, backlog: batch.length }, 'a batch could not be written yet');
      this.pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(this.pauseMs * 2, delayMs));
      // Back to the front, as far as there is room: the newest are worth most.
      const room = capacity - this.waiting.length;
      this.lost += Math.max(0, batch.length - room);
      this.waiting.unshift(...(room > 0 ? batch.slice(-room) : []));
      return false;
    }
  }
}
