import { type DISCONNECT_REASONS, type DisconnectInfo } from '@shared/contract/matching';
import type { HistoryEntry, JournalEntry } from '@shared/contract/transitions';
import { PAIRED_STATES, type State } from '@shared/states';

type Reason = (typeof DISCONNECT_REASONS)[number];
/** A move as journal and history both know it. */
export type KnownMove = Pick<
  HistoryEntry | JournalEntry,
  'at' | 'from' | 'to' | 'cause' | 'partner' | 'spent'
>;

/** What a cause of the journal means to the user whose pair it parted. */
const REASONS: Partial<Record<string, Reason>> = {
  skip: 'skip',
  end: 'end',
  leave: 'leave',
  disconnect: 'leave',
  fail: 'failed',
  heartbeat: 'timeout',
  connecting: 'timeout',
  disconnecting: 'timeout',
  alone: 'timeout',
  force: 'operator',
  cleanup: 'operator',
  rollback: 'operator',
  repair: 'operator',
};
/** What a user can do about a pair. */
const OWN_DOINGS: ReadonlySet<string> = new Set(['skip', 'end', 'leave', 'disconnect', 'fail']);

function isPaired(state: State | null): boolean {
  return state !== null && (PAIRED_STATES as readonly State[]).includes(state);
}

/** Whether a move takes its user out of a pair. */
export function partsPair({ from, to }: KnownMove): boolean {
  return isPaired(from) && !isPaired(to);
}

/** What a move out of a pair means to its user. */
export function explainDisconnect(move: KnownMove): DisconnectInfo {
  const fromPartner = move.cause.startsWith('partner-');
  const word = move.cause.replace(/^(partner|sweep)-/, '');
  return {
    at: move.at,
    reason: REASONS[word] ?? 'other',
    by: !OWN_DOINGS.has(word) || move.cause.startsWith('sweep-') ? 'system' : fromPartner ? 'partner' : 'you',
    partner: move.partner,
    durationMs: move.spent,
    wasInCall: move.from === 'IN_CALL',
  };
}

/** Which disconnect is asked for. */
export interface DisconnectQuestion {
  partner?: string | undefined;
  since?: number | undefined;
}

/** The latest disconnect in a history (newest first) that answers the question, or null. */
export function lastDisconnect(
  history: readonly HistoryEntry[],
  { partner, since }: DisconnectQuestion,
): DisconnectInfo | null {
  const found = history.find(
    (move) =>
      partsPair(move) &&
      (partner === undefined || move.partner === partner) &&
      (since === undefined || move.at >= since),
  );
  return found ? explainDisconnect(found) : null;
}
