import { z } from 'zod';
import { metadataValue, parsedMetadata } from '../metadata';
import { bulkResult } from './actions';
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
import { command, query } from './define';
import { historyEntry, transactionResult } from './transitions';

/** A user as other programs may have named it: what cannot be a key of ours cannot be acted on, but can be looked at. */
const anyUserId = z.string().min(1).max(256);

/** One row of the table of users. */
export const userRow = z.object({
  user: z.string(),
  state,
  since: timestamp,
  /** By the heartbeat index; null for a user whom it does not know. */
  lastHeartbeat: timestamp.nullable(),
  partner: z.string().nullable(),
  room: z.string().nullable(),
  totalMatches: count.nullable(),
  totalSkips: count.nullable(),
  totalEnds: count.nullable(),
});
export type UserRow = z.output<typeof userRow>;

/** A row for a user who was looked for: without a state where only metadata are left. */
export const foundUser = userRow.extend({ state: stateOrUnknown, since: timestamp.nullable() });
export type FoundUser = z.output<typeof foundUser>;

/** Everything about one user, as of one moment. */
export const userDetails = z.object({
  pool,
  user: z.string(),
  /** Server time of the read. */
  at: timestamp,
  /** Null for a user in no set, and for a damaged one in several: see `states`. */
  state: stateOrUnknown,
  since: timestamp.nullable(),
  /** Every set that the user is in. */
  states: z.array(z.object({ state, since: z.number() })),
  /** Where the user may go without force. */
  allowedMoves: z.array(state),
  heartbeat: z.object({
    /** The newest sign of life in the index, the metadata or `heartbeat:<id>`. */
    lastAt: timestamp.nullable(),
    stale: z.boolean(),
    /** Until when a missing heartbeat is forgiven; true without an end. */
    grace: z.union([timestamp, z.literal(true)]).nullable(),
  }),
  partner: z
    .object({
      user: z.string(),
      state: stateOrUnknown,
      /** Whether the partner names this user too. */
      mutual: z.boolean(),
    })
    .nullable(),
  /** Place in the queue, 1 for the next; null for a user who does not wait. */
  queue: z.object({ position: count, length: count }).nullable(),
  /** With the last partner, while it runs. */
  cooldown: z.object({ partner: z.string(), remainingMs: duration }).nullable(),
  metadata: parsedMetadata.extend({
    /** False where no hash exists. */
    exists: z.boolean(),
    /** Until it is forgotten, unless the user is active; null where it never is. */
    expiresInMs: duration.nullable(),
  }),
  /** The user's own last moves, newest first. */
  history: z.array(historyEntry),
});
export type UserDetails = z.output<typeof userDetails>;

/** One thing that keeps a user waiting, or that explains why the user is not paired. */
export const waitingReason = z.object({
  kind: z.enum([
    'not-waiting',
    'unknown',
    'split',
    'alone-in-queue',
    'all-on-cooldown',
    'some-on-cooldown',
    'queue-ahead',
    'next-in-line',
    'heartbeat-stale',
    'matcher-idle',
  ]),
  /** In a sentence for people. */
  message: z.string(),
  /** How many users it concerns, where it does. */
  count: count.nullable(),
});

/** Why a user is still waiting, and what that is told from. */
export const waitingExplanation = z.object({
  user: z.string(),
  at: timestamp,
  state: stateOrUnknown,
  waitedMs: duration.nullable(),
  position: count.nullable(),
  queueLength: count,
  /** Whom the matcher would pair the user with right now. */
  nextPartner: z.string().nullable(),
  /** Cooldowns with those who wait, the longest waiting first. */
  cooldowns: z.array(z.object({ user: z.string(), remainingMs: duration })),
  /** The weightiest first. */
  reasons: z.array(waitingReason),
});
export type WaitingExplanation = z.output<typeof waitingExplanation>;

const inPool = { pool: pool.default(DEFAULT_POOL) };

/** Finding users, reading all that is known of one, and changing it. */
export const userOperations = {
  'users.list': query({
    access: 'viewer',
    summary: 'A window of the users of one state or all, by time in the state',
    input: z.strictObject({
      ...inPool,
      /** Null for all states, merged by time of entry. */
      state: state.nullable().default(null),
      order: z.enum(['oldest', 'newest']).default('oldest'),
      offset: count.default(0),
      limit: z.number().int().min(1).max(500).default(100),
    }),
    output: z.object({ at: timestamp, total: count, rows: z.array(userRow) }),
  }),
  'users.get': query({
    access: 'viewer',
    summary: 'Everything about one user, as of one moment',
    input: z.strictObject({ ...inPool, user: anyUserId }),
    output: userDetails,
  }),
  'users.whereabouts': query({
    access: 'viewer',
    summary: 'In which states some users are, and with whom, all at one moment',
    input: z.strictObject({ ...inPool, users: z.array(userId).min(1).max(500) }),
    output: z.object({
      users: z.array(
        z.object({ user: z.string(), states: z.array(state), matchedWith: z.string().nullable() }),
      ),
    }),
  }),
  'users.find': query({
    access: 'viewer',
    summary: 'Users whose id is, begins with or contains a text',
    input: z.strictObject({
      ...inPool,
      text: anyUserId,
      match: z.enum(['prefix', 'contains']).default('prefix'),
      limit: z.number().int().min(1).max(200).default(20),
    }),
    output: z.object({
      /** A row for each state that a user is in. */
      users: z.array(foundUser),
      /** Whether everybody was looked at; false when the limit or the time was reached first. */
      complete: z.boolean(),
    }),
  }),
  'users.explain': query({
    access: 'viewer',
    summary: 'Why a user is still waiting',
    input: z.strictObject({ ...inPool, user: anyUserId }),
    output: waitingExplanation,
  }),
  'users.remove': command({
    access: 'admin',
    audit: 'script',
    summary: 'Take users out of every state and forget them; audited, and can be undone within 30 s',
    input: z.strictObject({
      ...inPool,
      users: z.array(userId).min(1).max(1000),
      /** Only users who are still here are removed. */
      from: state.optional(),
      reason,
      /** Report what would change, and change nothing. */
      dryRun: z.boolean().default(false),
    }),
    output: bulkResult.omit({ moved: true }).extend({ removed: z.array(z.string()) }),
  }),
  'users.patch': command({
    access: 'operator',
    audit: 'script',
    summary:
      'Set or take away (null) metadata fields of one user; fields that follow from moves are refused; audited, and can be undone within 30 s',
    input: z.strictObject({
      ...inPool,
      user: userId,
      patch: z
        .record(z.string().min(1).max(128), metadataValue)
        .refine((patch) => Object.keys(patch).length > 0, 'name at least one field'),
      reason,
      transaction: transactionId.optional(),
    }),
    output: transactionResult,
  }),
};
