import TinyQueue from 'tinyqueue';

interface Item<T> {
  at: number;
  order: number;
  what: T;
}

/** As many as this are never too many to look through. */
const FEW = 1_000;

/**
 * What is to happen when: one queue for any number of people instead of a timer for each. What nobody wants any more is
 * taken out now and then, so that the queue stays about as long as what is wanted.
 */
export class Schedule<T> {
  private queue = new TinyQueue<Item<T>>([], inOrder);
  private order = 0;
  private sweepAt = FEW;

  /** @param isWanted whether something that was put at a time still matters; everything does when missing */
  constructor(private readonly isWanted: (what: T, at: number) => boolean = () => true) {}

  get size(): number {
    return this.queue.length;
  }

  /** Puts something at a time; things of the same time happen in the order in which they were put. */
  put(at: number, what: T): void {
    if (this.size >= this.sweepAt) this.sweep();
    this.order += 1;
    this.queue.push({ at, order: this.order, what });
  }

  /** Takes the next thing that is due, or undefined. */
  take(now: number): T | undefined {
    const first = this.queue.peek();
    if (first === undefined || first.at > now) return undefined;
    this.queue.pop();
    return first.what;
  }

  /** When the next thing that is wanted is due, or null; what stands before it is taken out. */
  nextAt(): number | null {
    for (let first = this.queue.peek(); first; first = this.queue.peek()) {
      if (this.isWanted(first.what, first.at)) return first.at;
      this.queue.pop();
    }
    return null;
  }

  clear(): void {
    this.queue = new TinyQueue<Item<T>>([], inOrder);
    this.sweepAt = FEW;
  }

  private sweep(): void {
    const wanted = this.queue.data.filter(({ what, at }) => this.isWanted(what, at));
    this.queue = new TinyQueue(wanted, inOrder);
    this.sweepAt = Math.max(FEW, 2 * wanted.length);
  }
}

function inOrder(a: Item<unknown>, b: Item<unknown>): number {
  return a.at - b.at || a.order - b.order;
}
