import type { News } from '../way';

/** What can be found broken. */
export const VIOLATION_KINDS = [
  /** Somebody was in two states at one moment. */
  'two-states',
  /** A move began somewhere else than the one before ended. */
  'broken-chain',
  /** Who is where does not follow from what happened: somebody was lost, or came from nowhere. */
  'not-conserved',
  /** Two were paired whose partners are others. */
  'two-pairs',
  /** Two were paired while their cooldown ran. */
  'cooldown',
  /** Somebody was in a call whose partner was not. */
  'alone-in-call',
  /** An illegal request was carried out. */
  'illegal-accepted',
  /** A request failed in a way that nobody expects. */
  'failure',
] as const;
export type ViolationKind = (typeof VIOLATION_KINDS)[number];

/** A move as evidence. */
export type PastMove = Pick<News, 'at' | 'from' | 'to' | 'cause' | 'by' | 'partner'>;

/** One broken promise, with its evidence. */
export interface Violation {
  kind: ViolationKind;
  /** Milliseconds since the run began. */
  at: number;
  user: string | null;
  message: string;
  /** The user's last moves, oldest first. */
  timeline: readonly PastMove[];
}

/** How the parts of the watch report. */
export type Report = (kind: ViolationKind, user: string | null, message: string) => void;
