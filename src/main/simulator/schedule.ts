import TinyQueue from 'tinyqueue';

interface Item<T> {
  at: number;
  order: number;
  what: T;
}

/** What is to happen when: one queue for any number of people instead of a timer for each. */
export class Schedule<T> {
  private readonly queue = new TinyQueue<Item<T>>([], (a, b) => a.at - b.at || a.order - b.order);
  private order = 0;

  get size(): number {
    return this.queue.length;
  }

  /** Puts something at a time; things of the same time happen in the order in which they were put. */
  put(at: number, what: T): void {
    this.order += 1;
    this.queue.push({ at, order: this.order, what });
  }

  /** When the next thing is due, or null when there is none. */
  get nextAt(): number | null {
    return this.queue.peek()?.at ?? null;
  }

  /** Takes the next thing that is due, or undefined. */
  take(now: number): T | undefined {
    const first = this.queue.peek();
    if (first === undefined || first.at > now) return undefined;
    this.queue.pop();
    return first.what;
  }
}
