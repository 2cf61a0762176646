import { z } from 'zod';
import { count, duration, pool, state, timestamp, userId } from './common';

/**
 * What the matching API takes and gives: the door through which a web application drives the engine. Its rules per
 * endpoint are in `src/main/api/matching/endpoints.ts`; the OpenAPI description is made from these schemas.
 */

/** Where a user's id and pool may stand: in the body, in the query, or in the headers `x-user-id` and `x-pool`. */
export const identityFields = {
  userId: userId.optional().describe('The user. May also stand in the query or in the header x-user-id.'),
  pool: pool
    .optional()
    .describe(
      'A separate queue; "default" when missing. May also stand in the query or in the header x-pool.',
    ),
};

/** The body of a request that says nothing beyond who it is about. */
export const identityBody = z.strictObject(identityFields);

/** A request about the pair that the user is in. */
export const pairBody = identityBody.extend({
  room: z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/, 'a room is 1 to 128 visible characters')
    .optional()
    .describe(
      'The pair that is meant. A request that comes after that pair was parted then never hits the next one.',
    ),
});

/** What a web page sends as it closes; `beacon` says so where the content type cannot. */
export const leaveBody = identityBody.extend({
  beacon: z
    .boolean()
    .optional()
    .describe('True for a page that closes: leaves from any state, and the partner goes back to the queue.'),
});

/** Which disconnect is meant, for a client that asks late. */
export const disconnectQuery = identityBody.extend({
  partner: userId
    .optional()
    .describe('The partner whom the client believes in: asks whether that pair is apart by now.'),
  since: z.coerce
    .number()
    .int()
    .nonnegative()
    .optional()
    .describe('Only a disconnect at or after this time (ms since the epoch) counts.'),
});

/** Where a user is now, as every answer tells it. */
export const userView = z.object({
  userId,
  pool,
  state,
  since: timestamp.describe('When the state was entered.'),
  partner: z.string().nullable().describe('While CONNECTING or IN_CALL.'),
  room: z.string().nullable().describe('While CONNECTING or IN_CALL.'),
  position: count.nullable().describe('While WAITING: 1 for whoever waits longest.'),
  waiting: count.nullable().describe('While WAITING: how many wait in this pool.'),
  estimatedWaitMs: duration
    .nullable()
    .describe('While WAITING: a guess from the matches of the last minutes; null without any.'),
});
export type UserView = z.infer<typeof userView>;

/** What `enqueue` answers. */
export const enqueueReply = userView.extend({
  alreadyQueued: z
    .boolean()
    .describe('True when the user was waiting before; the place in the queue is kept.'),
});

/** What `connected` answers. */
export const connectedReply = userView.extend({
  waitingForPartner: z.boolean().describe('True until the partner has said so too; then both are IN_CALL.'),
  alreadyConnected: z.boolean().describe('True when the two were IN_CALL before.'),
});

/** What `skip` and `end` answer. */
export const separationReply = userView.extend({
  superseded: z
    .boolean()
    .describe('True when the named room was over already, because the partner was quicker.'),
  formerPartner: z.string().nullable().describe('Who was in the pair too and went back to the queue.'),
});

/** What `leave` answers. */
export const leaveReply = separationReply.omit({ superseded: true }).extend({
  left: z.boolean().describe('False when there was nothing to leave.'),
});

/** What `heartbeat` answers. */
export const heartbeatReply = z.object({
  userId,
  pool,
  at: timestamp.describe('When the heartbeat was counted, by the clock of Redis.'),
  staleAfterMs: duration.describe('Without another heartbeat for this long the user counts as gone.'),
});

/** Why two people are apart. */
export const DISCONNECT_REASONS = ['skip', 'end', 'leave', 'failed', 'timeout', 'operator', 'other'] as const;

/** How a pair was parted. */
export const disconnectInfo = z.object({
  at: timestamp,
  reason: z.enum(DISCONNECT_REASONS),
  by: z
    .enum(['you', 'partner', 'system'])
    .describe('Whose doing it was: your own, your partner’s, or the sweeper’s or an operator’s.'),
  partner: z.string().nullable(),
  durationMs: duration.nullable().describe('Time spent in the state that was left.'),
  wasInCall: z.boolean().describe('False when the two were still connecting.'),
});
export type DisconnectInfo = z.infer<typeof disconnectInfo>;

/** What `check-disconnect` answers. */
export const disconnectReply = userView.extend({
  disconnected: z
    .boolean()
    .describe('Without `partner` and `since`: whether the user is in no pair now and was in one before.'),
  last: disconnectInfo
    .nullable()
    .describe('The latest disconnect that answers the question, from the history.'),
});

/** The kinds of events that `GET …/events` pushes. */
export const USER_EVENTS = ['state', 'matched', 'connected', 'disconnected', 'queued', 'left'] as const;
export type UserEventName = (typeof USER_EVENTS)[number];

/** One pushed event. `view` is where the user is right after it. */
export const userEvent = z.object({
  event: z.enum(USER_EVENTS),
  at: timestamp,
  view: userView.nullable().describe('Null when the user is in no state any more.'),
  disconnect: disconnectInfo.nullable().describe('Set for `disconnected`.'),
});
export type UserEvent = z.infer<typeof userEvent>;

/** RFC 9457: how every refusal looks. */
export const problem = z.object({
  type: z.string().describe('A stable name for this kind of refusal.'),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().describe('What is wrong and what to do instead.'),
  code: z.string().describe('The word to branch on.'),
  requestId: z.string(),
  currentState: state.nullable().optional().describe('With 409: where the user is.'),
  allowedStates: z.array(state).optional().describe('With 409: where the user would have to be.'),
  faults: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .optional()
    .describe('With 400: every fault of the input.'),
});
export type Problem = z.infer<typeof problem>;
