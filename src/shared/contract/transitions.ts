import { z } from 'zod';
import { STATES } from '../states';
import {
  count,
  DEFAULT_POOL,
  duration,
  pool,
  reason,
  state,
  stateOrUnknown,
  timestamp,
  transactionId,
  userId,
} from './common';
import { command, feed, query } from './define';

/** How long a transaction can be undone, in milliseconds; the engine forgets it then. */
export const UNDO_MS = 30_000;

/**
 * Why a move happened.
 * `partner-…` is the other side's view of the same event; `sweep-…` are the sweeper's; `observed` was written by
 * another program and seen from a change of the sets.
 */
export const CAUSES = [
  'arrive',
  'queue',
  'match',
  'connected',
  'fail',
  'partner-fail',
  'skip',
  'partner-skip',
  'end',
  'partner-end',
  'leave',
  'disconnect',
  'partner-disconnect',
  'sweep-connecting',
  'sweep-disconnecting',
  'sweep-alone',
  'sweep-heartbeat',
  'force',
  'remove',
  'rollback',
  'repair',
  'transition',
  'observed',
] as const;
export const cause = z.enum(CAUSES);
export type Cause = (typeof CAUSES)[number];

/** One move of one user, as the journal keeps it. */
export const journalEntry = z.object({
  /** The stream id: unique, ascending. */
  id: z.string(),
  at: timestamp,
  user: z.string(),
  from: stateOrUnknown,
  to: stateOrUnknown,
  cause: z.string(),
  /** Who did it: api, matcher, sweeper, simulator, or an operator's name. */
  by: z.string(),
  transaction: z.string(),
  /** Milliseconds spent in the state that was left; null where there was none. */
  spent: duration.nullable(),
  partner: z.string().nullable(),
  requestId: z.string().nullable(),
});
export type JournalEntry = z.infer<typeof journalEntry>;

/** The id of a journal entry: milliseconds and a number, as Redis makes them. */
export const journalId = z.string().regex(/^\d{1,16}-\d{1,16}$/, 'a journal id looks like 1700000000000-0');

/** Which entries are wanted; each field that is given must agree. UNKNOWN stands for no state. */
export const journalFilter = z.strictObject({
  user: userId.optional(),
  from: z.enum([...STATES, 'UNKNOWN']).optional(),
  to: z.enum([...STATES, 'UNKNOWN']).optional(),
  cause: z.string().max(64).optional(),
  by: z.string().max(128).optional(),
});
export type JournalFilter = z.infer<typeof journalFilter>;

/** One move as it is kept with its user. */
export const historyEntry = journalEntry.omit({ id: true, user: true, requestId: true });
export type HistoryEntry = z.infer<typeof historyEntry>;

/** One move that a transaction made. */
export const move = z.object({
  user: z.string(),
  from: stateOrUnknown,
  to: stateOrUnknown,
  /** Entry times in the state left and the state entered. */
  fromSince: timestamp.nullable(),
  toSince: timestamp.nullable(),
});
export type Move = z.infer<typeof move>;

/**
 * Something a legal or forced move leaves behind that a person should know: the user left a partner who still
 * believes in them, or is in a call in which nobody is with them.
 */
export const warning = z.object({
  kind: z.enum(['partner-left-alone', 'alone-in-call']),
  user: z.string(),
  partner: z.string().nullable(),
});

/** What a transaction did. */
export const transactionResult = z.object({
  transaction: z.string(),
  at: timestamp,
  moves: z.array(move),
  warnings: z.array(warning),
  /** True when this id had been carried out before, and this is that first result. */
  repeated: z.boolean(),
  /** Until when it can be undone; null where it cannot (a dry run, or a repeat out of time). */
  undoableUntil: timestamp.nullable(),
});
export type TransactionResult = z.infer<typeof transactionResult>;

/** Reading the journal; forcing moves, and undoing them. */
export const transitionOperations = {
  'transitions.list': query({
    access: 'viewer',
    summary: 'The newest moves, or those before or after one, newest first',
    input: z.strictObject({
      pool: pool.default(DEFAULT_POOL),
      before: journalId.optional(),
      after: journalId.optional(),
      limit: z.number().int().min(1).max(1000).default(100),
    }),
    output: z.object({ entries: z.array(journalEntry), total: count }),
  }),
  'transitions.search': query({
    access: 'viewer',
    summary:
      'Search the retained journal from the newest entry back, a bounded stretch per call: pass `cursor` on as `before` until it is null',
    input: z.strictObject({
      pool: pool.default(DEFAULT_POOL),
      filter: journalFilter,
      before: journalId.optional(),
      limit: z.number().int().min(1).max(1000).default(100),
    }),
    output: z.object({
      /** Newest first. */
      entries: z.array(journalEntry),
      /** Where to go on, or null when everything retained has been searched. */
      cursor: journalId.nullable(),
      /** Entries looked at by this call, and entries retained: progress. */
      scanned: count,
      total: count,
    }),
  }),
  'transitions.history': query({
    access: 'viewer',
    summary: 'The last moves of one user, newest first, in one read',
    input: z.strictObject({ pool: pool.default(DEFAULT_POOL), user: userId }),
    output: z.object({ entries: z.array(historyEntry) }),
  }),
  'transitions.force': command({
    access: 'admin',
    audit: 'script',
    summary: 'Put users into a state whatever state they are in; audited with its reason',
    input: z.strictObject({
      pool: pool.default(DEFAULT_POOL),
      users: z.array(userId).min(1).max(1000),
      to: state,
      reason,
      transaction: transactionId.optional(),
      /** Report what would change, and change nothing. */
      dryRun: z.boolean().default(false),
    }),
    output: transactionResult,
  }),
  'transitions.rollback': command({
    access: 'operator',
    audit: 'script',
    summary: 'Undo a transaction within 30 s, if every user is still where it put them',
    input: z.strictObject({ pool: pool.default(DEFAULT_POOL), transaction: transactionId }),
    output: transactionResult,
  }),
};

/** The journal as it grows. */
export const transitionFeeds = {
  transitions: feed({
    access: 'viewer',
    summary: 'Moves as they happen; when they come too fast, the newest and how many were left out',
    input: z.strictObject({ pool: pool.default(DEFAULT_POOL), filter: journalFilter.default({}) }),
    event: z.object({
      at: timestamp,
      /** Newest first. */
      entries: z.array(journalEntry),
      /** Moves that went by unread since the last event, because there were too many to show. */
      skipped: count,
    }),
  }),
};
