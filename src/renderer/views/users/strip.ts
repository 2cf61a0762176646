import type { HistoryEntry } from '@shared/contract/transitions';
import type { State } from '@shared/states';

/** A stretch of time that a user spent in one state; times by the server's clock. */
export interface Stretch {
  state: State | null;
  from: number;
  to: number;
}

/**
 * The last stretch of a user's life, oldest first, as far as the user's own history reaches.
 * @param history the user's moves, newest first
 */
export function stretches(history: readonly HistoryEntry[], now: number, windowMs: number): Stretch[] {
  const begin = now - windowMs;
  const found: Stretch[] = [];
  let to = now;
  for (const move of history) {
    if (to <= begin) break;
    const from = Math.max(begin, Math.min(move.at, to));
    if (to > from) found.unshift({ state: move.to, from, to });
    to = from;
  }
  const oldest = history.at(-1);
  const before =
    oldest && oldest.spent !== null && to > begin ? Math.max(begin, oldest.at - oldest.spent) : to;
  if (oldest && before < to) found.unshift({ state: oldest.from, from: before, to });
  return found;
}
