import type { JournalEntry } from '@shared/contract/transitions';

/** The newest moves as the screen holds them. */
export interface Tail {
  /** On the screen, newest first. */
  shown: readonly JournalEntry[];
  /** Arrived while the screen stands still, newest first. */
  held: readonly JournalEntry[];
  /** Moves that came faster than the feed hands on, since the screen was opened. */
  skipped: number;
  /** Moves since the screen began to stand still, handed on or not. */
  passed: number;
}

/** A tail before anything arrived. */
export const EMPTY_TAIL: Tail = { shown: [], held: [], skipped: 0, passed: 0 };

const KEPT = 1_000;

/** What arrives goes on the screen, or is kept aside while the screen stands still. Repeats are left out. */
export function receiveMoves(
  tail: Tail,
  event: { entries: readonly JournalEntry[]; skipped: number },
  holding: boolean,
): Tail {
  const newest = (tail.held[0] ?? tail.shown[0])?.id;
  const fresh = newest === undefined ? event.entries : event.entries.filter(({ id }) => isNewer(id, newest));
  const skipped = tail.skipped + event.skipped;
  if (holding && tail.shown.length > 0) {
    const held = [...fresh, ...tail.held].slice(0, KEPT);
    return { ...tail, held, skipped, passed: tail.passed + fresh.length + event.skipped };
  }
  return { shown: [...fresh, ...tail.held, ...tail.shown].slice(0, KEPT), held: [], skipped, passed: 0 };
}

/** Lets the screen go on: what was kept aside comes on top. */
export function releaseMoves(tail: Tail): Tail {
  if (tail.held.length === 0 && tail.passed === 0) return tail;
  return { ...tail, shown: [...tail.held, ...tail.shown].slice(0, KEPT), held: [], passed: 0 };
}

/** Whether one journal id comes after another: by time, then by number. */
export function isNewer(id: string, than: string): boolean {
  const [time = 0, number = 0] = id.split('-').map(Number);
  const [otherTime = 0, otherNumber = 0] = than.split('-').map(Number);
  return time === otherTime ? number > otherNumber : time > otherTime;
}
