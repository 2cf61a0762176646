import { z } from 'zod';
import { count, DEFAULT_POOL, pool, timestamp } from './common';
import { feed, query } from './define';

/** How an operator's action ended. */
export const auditOutcome = z.enum(['done', 'refused', 'failed']);

/** One action of an operator. */
export const auditEntry = z.object({
  /** The stream id: unique, ascending. */
  id: z.string(),
  at: timestamp,
  by: z.string(),
  /** The operation, by its name in the contract. */
  action: z.string(),
  reason: z.string().nullable(),
  outcome: auditOutcome,
  /** What the action was about besides the users: the target state, the scenario, why it was refused. */
  detail: z.string(),
  /** Those it concerned; no more than the first hundred, the number counts all. */
  users: z.array(z.string()),
  userCount: count,
  transaction: z.string().nullable(),
  requestId: z.string().nullable(),
  /** For an undo: the transaction that it took back. */
  undoes: z.string().nullable(),
  /** Who took this action back, and when. */
  undoneBy: z.object({ by: z.string(), at: timestamp }).nullable(),
  /** Until when it can be undone, where it still can. */
  undoableUntil: timestamp.nullable(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

/** Which actions are wanted; all of what is given must agree. */
export const auditFilter = z.strictObject({
  by: z.string().max(128).optional(),
  action: z.string().max(64).optional(),
  user: z.string().max(128).optional(),
  outcome: auditOutcome.optional(),
});
export type AuditFilter = z.infer<typeof auditFilter>;

const auditId = z.string().regex(/^\d{1,16}-\d{1,10}$/, 'an entry id looks like 1700000000000-0');

/** What operators did, newest first. */
export const auditOperations = {
  'audit.list': query({
    access: 'viewer',
    summary: 'What operators did, newest first; pass `cursor` on as `before` until it is null',
    input: z.strictObject({
      pool: pool.default(DEFAULT_POOL),
      filter: auditFilter.default({}),
      before: auditId.optional(),
      limit: z.number().int().min(1).max(500).default(100),
    }),
    output: z.object({
      entries: z.array(auditEntry),
      cursor: auditId.nullable(),
      /** Entries kept altogether. */
      total: count,
    }),
  }),
};

/** What operators do, as it happens. */
export const auditFeeds = {
  audit: feed({
    access: 'viewer',
    summary:
      'The newest actions of all operators, at each change: undo shows wherever somebody can still use it',
    input: z.strictObject({ pool: pool.default(DEFAULT_POOL) }),
    event: z.object({ at: timestamp, entries: z.array(auditEntry) }),
  }),
};
