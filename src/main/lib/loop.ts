import type { Clock } from './clock';
import type { Logger } from './log';

export interface LoopOptions {
  /** For the log. */
  name: string;
  /** One turn of the work. It should end soon after the signal is aborted. */
  task: (signal: AbortSignal) => Promise<void>;
  /** From the end of one turn to the next. */
  everyMs: number;
  /** The least time between two turns, however often someone nudges. */
  restMs: number;
  clock: Clock;
  log: Logger;
}

/**
 * Work that is done again and again, one turn at a time, and sooner when nudged. A turn that fails is logged once,
 * not at every attempt, and tried again at the usual time.
 */
export class Loop {
  #abort: AbortController | null = null;
  #turn: Promise<void> | null = null;
  #cancelTimer: (() => void) | null = null;
  /** Whether the next turn already comes as soon as it may. */
  #soon = false;
  #failing = false;

  constructor(private readonly options: LoopOptions) {}

  get running(): boolean {
    return this.#abort !== null;
  }

  /** Begins with a turn at once, or after some milliseconds. Starting twice is harmless. */
  start(afterMs = 0): void {
    if (this.#abort) return;
    this.#abort = new AbortController();
    this.#schedule(afterMs);
  }

  /** Asks for a turn soon. While turns fail, only the timer tries again. */
  nudge(): void {
    if (!this.#abort || this.#soon || this.#failing) return;
    this.#soon = true;
    if (!this.#turn) this.#schedule(this.options.restMs);
  }

  /** Ends the loop and waits for the turn that is under way. */
  async stop(): Promise<void> {
    this.#abort?.abort();
    this.#abort = null;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#soon = false;
    await this.#turn;
  }

  #schedule(ms: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.options.clock.after(ms, () => this.#begin());
  }

  #begin(): void {
    const abort = this.#abort;
    if (!abort || this.#turn) return;
    this.#soon = false;
    this.#turn = this.#run(abort.signal).finally(() => {
      this.#turn = null;
      // A loop that was stopped and started again during this turn goes on as the new one.
      if (this.#abort) this.#schedule(this.#soon ? this.options.restMs : this.options.everyMs);
    });
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { name, task, log } = this.options;
    try {
      await task(signal);
      if (this.#failing) log.info({ loop: name }, 'works again');
      this.#failing = false;
    } catch (fault) {
      if (signal.aborted) return;
      if (!this.#failing) log.warn({ loop: name, err: fault }, 'failed; it goes on trying');
      this.#failing = true;
      this.#soon = false;
    }
  }
}
