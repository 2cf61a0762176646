import type { TransactionResult } from '@shared/contract/transitions';
import type { Logger } from '../lib/log';

/** A transaction that this process carried out. */
export interface TransitionEvent {
  pool: string;
  by: string;
  result: TransactionResult;
}

/** A transaction that this process tried and that was refused or failed. */
export interface TransitionErrorEvent {
  pool: string;
  by: string;
  transaction: string;
  error: unknown;
}

type Listener<E> = (event: E) => void | Promise<void>;

/** How many events wait for a slow listener before the oldest are dropped. */
const BACKLOG = 1_000;

/** One listener with its own line of events: it is slow, or throws, on its own account. */
class Line<E> {
  private readonly waiting: E[] = [];
  private missed = 0;
  private busy = false;

  constructor(
    private readonly listener: Listener<E>,
    private readonly log: Logger,
  ) {}

  push(event: E): void {
    if (this.waiting.length === BACKLOG) {
      this.waiting.shift();
      this.missed += 1;
    }
    this.waiting.push(event);
    if (this.busy) return;
    this.busy = true;
    // Never within the call that acted: its caller gets the answer first.
    setImmediate(() => void this.drain());
  }

  private async drain(): Promise<void> {
    for (let event = this.waiting.shift(); event !== undefined; event = this.waiting.shift()) {
      try {
        await this.listener(event);
      } catch (fault) {
        this.log.error({ err: fault }, 'a listener of transitions failed');
      }
      if (this.missed > 0) {
        this.log.warn({ missed: this.missed }, 'a listener of transitions is too slow and missed events');
        this.missed = 0;
      }
    }
    this.busy = false;
  }
}

/**
 * What this process does to users, for listeners in this process; the journal tells what every process does.
 * Each listener gets its events in order, one at a time, after the caller got the answer.
 */
export class TransitionEvents {
  private readonly transitions = new Set<Line<TransitionEvent>>();
  private readonly errors = new Set<Line<TransitionErrorEvent>>();

  constructor(private readonly log: Logger) {}

  /** Calls back for each transaction that moved somebody; the returned function ends that. */
  onTransition(listener: Listener<TransitionEvent>): () => void {
    return listen(this.transitions, new Line(listener, this.log));
  }

  /** Calls back for each transaction that was refused or failed; the returned function ends that. */
  onError(listener: Listener<TransitionErrorEvent>): () => void {
    return listen(this.errors, new Line(listener, this.log));
  }

  emitTransition(event: TransitionEvent): void {
    for (const line of this.transitions) line.push(event);
  }

  emitError(event: TransitionErrorEvent): void {
    for (const line of this.errors) line.push(event);
  }
}

function listen<T>(lines: Set<T>, line: T): () => void {
  lines.add(line);
  return () => void lines.delete(line);
}
