import { z } from 'zod';
import { count, DEFAULT_POOL, duration, pool, stateOrUnknown, timestamp, userId } from './common';
import { query } from './define';
import { windowMinutes } from './requests';
import { journalId } from './transitions';

/** What people did in a stretch of time. Counts are of people, so that a couple counts as two. */
export const journeyFigures = z.object({
  /** Seen for the first time. */
  arrived: count,
  /** Joined the queue by themselves. */
  queued: count,
  matched: count,
  /** Reached the call. */
  connected: count,
  /** Took the next partner. */
  skipped: count,
  ended: count,
  /** Were matched, and the connection did not come about. */
  failed: count,
  /** Gave up waiting. */
  left: count,
  /** Closed the page in a pair, or fell silent. */
  vanished: count,
  /** Went back to the queue after a call. */
  returned: count,
  /** Requests to the API that came at the wrong moment or were out of form. */
  refused: count,
  /** Waits until matched, at most 3.2 % off. */
  waitP50Ms: duration.nullable(),
  waitP95Ms: duration.nullable(),
  waitP99Ms: duration.nullable(),
  /** Waits of those who gave up. */
  leftP50Ms: duration.nullable(),
  callP50Ms: duration.nullable(),
  callP95Ms: duration.nullable(),
  /** Share of matches within the service target. */
  serviceLevel: z.number().min(0).max(1).nullable(),
  /** Share of those matched who reached the call. */
  connectedShare: z.number().min(0).nullable(),
});
export type JourneyFigures = z.infer<typeof journeyFigures>;

/** The journey of a pool's people in a window. */
export const analytics = z.object({
  pool,
  at: timestamp,
  minutes: z.number().int(),
  window: journeyFigures,
  /** The same length of time before, or null where no statistics of it are kept. */
  before: journeyFigures.nullable(),
  /** How many went which way, most first; null for no state. */
  flow: z.array(z.object({ from: stateOrUnknown, to: stateOrUnknown, count })),
  /** Length of one step of `points`, and the steps, oldest first. */
  stepMs: duration,
  points: z.array(
    journeyFigures
      .pick({ queued: true, matched: true, connected: true, skipped: true, ended: true, failed: true })
      .extend({ at: timestamp, left: count, vanished: count, waitP95Ms: duration.nullable() }),
  ),
});
export type Analytics = z.infer<typeof analytics>;

/** What a step of a journey is called. */
export const JOURNEY_EVENTS = [
  'arrived',
  'queued',
  'matched',
  'connected',
  'skipped',
  'ended',
  'failed',
  'left',
  'vanished',
  'parted',
  'returned',
  'refused',
  'moved',
] as const;
export type JourneyEventKind = (typeof JOURNEY_EVENTS)[number];

/** One step of somebody's journey. */
export const journeyEvent = z.object({
  /** The id of the journal entry or of the logged request. */
  id: z.string(),
  at: timestamp,
  user: z.string(),
  kind: z.enum(JOURNEY_EVENTS),
  /** Time spent in the state that was left: `matched` after so long, `connected` after so long. */
  afterMs: duration.nullable(),
  partner: z.string().nullable(),
  /** Of a refused request: endpoint and code. */
  refused: z.object({ endpoint: z.string(), code: z.string() }).nullable(),
  requestId: z.string().nullable(),
});
export type JourneyEvent = z.infer<typeof journeyEvent>;

/** How users fared over a stretch of time, and the steps of their journeys. */
export const analyticsOperations = {
  'analytics.get': query({
    access: 'viewer',
    summary: 'What people did in the last 15 minutes to 48 hours, compared with the time before',
    input: z.strictObject({ pool: pool.default(DEFAULT_POOL), minutes: windowMinutes }),
    output: analytics,
  }),
  'analytics.events': query({
    access: 'viewer',
    summary:
      'The journey of one user or of everybody, newest first: moves, and requests that were refused; pass `cursor` on as `before` until it is null',
    input: z.strictObject({
      pool: pool.default(DEFAULT_POOL),
      user: userId.optional(),
      before: journalId.optional(),
      limit: z.number().int().min(1).max(500).default(100),
    }),
    output: z.object({ events: z.array(journeyEvent), cursor: journalId.nullable() }),
  }),
};
