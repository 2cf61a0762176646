import { z } from 'zod';
import {
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
import { transactionResult, warning } from './transitions';

/** What came of an action on many users, each of whom may have been skipped. */
export const bulkResult = z.object({
  /** One for each chunk of users, to undo it by; empty for a dry run. */
  transactions: z.array(z.string()),
  moved: z.array(z.string()),
  skipped: z.array(z.object({ user: z.string(), message: z.string() })),
  warnings: z.array(warning),
  /** Users not tried, because the action was cancelled or Redis went away. */
  untried: z.array(z.string()),
  /** Why it stopped before everybody was tried, in words; null where it did not. */
  stopped: z.string().nullable(),
});
export type BulkResult = z.infer<typeof bulkResult>;

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

/** Moving users by hand, one or many, and taking it back. */
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
    audit: 'script',
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
  'pools.list': query({
    access: 'viewer',
    summary: 'Every pool that has been used, the default one first',
    input: nothing,
    output: z.object({ pools: z.array(pool) }),
  }),
};
