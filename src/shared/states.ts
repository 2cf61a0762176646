/**
 * The life of a user, as data. The engine enforces this table, the console greys its buttons by it,
 * the documentation quotes it.
 *
 *                 match              connected           skip, end
 *   IDLE ──▶ WAITING ──▶ CONNECTING ──────────▶ IN_CALL ──────────▶ DISCONNECTING
 *     ▲ ◀────── │  ▲ ◀───────┘                                        │      │
 *     │  leave  │  │  connection failed (keeps its queue time)        │      │
 *     │         │  └──────────────────────────────────────────────────┘      │
 *     └────────────────────────────────────────────────────────────────────────┘
 */
export const STATES = ['IDLE', 'WAITING', 'CONNECTING', 'IN_CALL', 'DISCONNECTING'] as const;

/** A state that a user can be in; one that is in no set is unknown (`null`). */
export type State = (typeof STATES)[number];

/** Where a user may go from each state; `UNKNOWN` is a user who is in no set. */
export const LEGAL_MOVES = {
  UNKNOWN: ['IDLE', 'WAITING'],
  IDLE: ['WAITING'],
  WAITING: ['CONNECTING', 'IDLE'],
  CONNECTING: ['IN_CALL', 'WAITING'],
  IN_CALL: ['DISCONNECTING'],
  DISCONNECTING: ['IDLE', 'WAITING'],
} as const satisfies Record<State | 'UNKNOWN', readonly State[]>;

/** The states in which a user has a partner. */
export const PAIRED_STATES = ['CONNECTING', 'IN_CALL'] as const satisfies readonly State[];

/** The states that a user may go to without force; `null` stands for a user who is in no set. */
export function getValidTransitions(from: State | null): readonly State[] {
  return LEGAL_MOVES[from ?? 'UNKNOWN'];
}

/** Whether a move is legal without force. */
export function isLegalMove(from: State | null, to: State): boolean {
  return getValidTransitions(from).includes(to);
}

/** Whether a word is the name of a state. */
export function isState(word: string): word is State {
  return (STATES as readonly string[]).includes(word);
}
