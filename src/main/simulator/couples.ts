import type { News } from './way';

/** The couples that parted a moment ago: those whom the service keeps apart. */
export class Couples {
  private readonly parted = new Map<string, { couple: readonly [string, string]; at: number }>();

  /** @param keptMs how long they are remembered */
  constructor(private readonly keptMs: number) {}

  /** Notes a move. */
  learn({ user, partner, from, to, at }: News): void {
    const left = (from === 'CONNECTING' && to !== 'IN_CALL') || (from === 'IN_CALL' && to !== 'CONNECTING');
    if (!left || partner === null) return;
    const couple = user < partner ? ([user, partner] as const) : ([partner, user] as const);
    const key = couple.join(' ');
    // The oldest come first, so that forgetting is looking at the head.
    this.parted.delete(key);
    this.parted.set(key, { couple, at });
    this.forgetBefore(at - this.keptMs);
  }

  /** Whoever is remembered. */
  all(): (readonly [string, string])[] {
    return [...this.parted.values()].map(({ couple }) => couple);
  }

  private forgetBefore(at: number): void {
    for (const [key, { at: partedAt }] of this.parted) {
      if (partedAt >= at) return;
      this.parted.delete(key);
    }
  }
}
