import { z } from 'zod';
import {
  count,
  DEFAULT_POOL,
  nothing,
  pool,
  reason,
  state,
  stateOrUnknown,
  timestamp,
  transactionId,
  userId,
} from './common';
import { command, query } from './define';
import { journalId, transactionResult, warning } from './transitions';

/** What came of an action on many users, each of whom may have been skipped. */
export const bulkResult = z.object({
  /** One for each chunk of users, to undo it by; empty for a dry run. */
  transactions: z.array(z.string()),
  moved: z.array(z.string()),
  skipped: z.array(z.object({ user: z.string(), message: z.string() })),
  warnings: z.array(warning),
  /** Users not tried, because the action was cancelled or Redis went away. */
  untried: z.array(z.string()),
});
export type BulkResult = z.infer<typeof bulkResult>;

/** One line of the audit trail: something that an operator did. */
export const auditEntry = z.object({
  /** The stream id: unique, ascending. */
  id: z.string(),
  at: timestamp,
  /** Who did it. */
  by: z.string(),
  /** The operation: `transitions.force`, `users.remove`, … */
  action: z.string(),
  reason: z.string(),
  outcome: z.string(),
  transaction: z.string(),
  users: z.array(z.string()),
  /** What was done in particular, such as the state that was forced. */
  detail: z.string(),
  requestId: z.string().nullable(),
  /** The transaction that this entry took back. */
  undoes: z.string().nullable(),
  /** Who took this one back and when, as far as the stretch that was read tells. */
  undone: z.object({ by: z.string(), at: timestamp }).nullable(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

/** Which entries are wanted; each field that is given must agree. */
export const auditFilter = z.strictObject({
  by: z.string().max(128).optional(),
  action: z.string().max(64).optional(),
  user: userId.optional(),
});
export type AuditFilter = z.infer<typeof auditFilter>;

/** A transaction that can still be undone. */
export const undoable = z.object({
  transaction: z.string(),
  at: timestamp,
  /** Until when, by the server's clock. */
  until: timestamp,
  by: z.string(),
  /** What made it: transition, force, match, skip, end, … */
  kind: z.string(),
  users: z.array(z.string()),
});
export type Undoable = z.infer<typeof undoable>;

export const actionOperations = {
  'transitions.perform': command({
    access: 'operator',
    summary: 'Move one user where it may legally go; refused when it is not where the caller saw it',
    input: z.strictObject({
      pool: pool.default(DEFAULT_POOL),
      user: userId,
      /** Where the caller believes the user to be. */
      from: stateOrUnknown,
      to: state,
      transaction: transactionId.optional(),
    }),
    output: transactionResult,
  }),
  'transitions.forceMany': command({
    access: 'admin',
    summary: 'Put many users into a state, each on its own: who has moved on is skipped and named; audited',
    input: z.strictObject({
      pool: pool.default(DEFAULT_POOL),
      users: z.array(userId).min(1).max(1000),
      /** Only users who are still here are moved. */
      from: state.optional(),
      to: state,
      reason,
      /** Report what would change, and change nothing. */
      dryRun: z.boolean().default(false),
    }),
    output: bulkResult,
  }),
  'transitions.undoable': query({
    access: 'viewer',
    summary: 'The transactions that can still be undone, newest first',
    input: z.strictObject({
      pool: pool.default(DEFAULT_POOL),
      limit: z.number().int().min(1).max(200).default(50),
    }),
    output: z.object({
      transactions: z.array(undoable),
      /** False when so much moved that the oldest ones are missing. */
      complete: z.boolean(),
    }),
  }),
  'audit.list': query({
    access: 'viewer',
    summary:
      'What operators did, newest first; a bounded stretch per call: pass `cursor` on as `before` until it is null',
    input: z.strictObject({
      pool: pool.default(DEFAULT_POOL),
      filter: auditFilter.default({}),
      before: journalId.optional(),
      limit: z.number().int().min(1).max(1000).default(200),
    }),
    output: z.object({
      entries: z.array(auditEntry),
      cursor: journalId.nullable(),
      scanned: count,
      total: count,
    }),
  }),
  'pools.list': query({
    access: 'viewer',
    summary: 'Every pool that has been used, the default one first',
    input: nothing,
    output: z.object({ pools: z.array(pool) }),
  }),
};
