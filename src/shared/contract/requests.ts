import { z } from 'zod';
import { count, DEFAULT_POOL, duration, pool, stateOrUnknown, timestamp, userId } from './common';
import { query } from './define';
import { journalId } from './transitions';

/** How a request ended: done; refused, when it was asked wrongly or at the wrong moment; failed, when we or Redis did. */
export const REQUEST_OUTCOMES = ['done', 'refused', 'failed'] as const;
export type RequestOutcome = (typeof REQUEST_OUTCOMES)[number];

/** The outcome that a status stands for. */
export function outcomeOf(status: number): RequestOutcome {
  if (status < 400) return 'done';
  return status < 500 ? 'refused' : 'failed';
}

/** One request to the API, of whichever server process. */
export const requestEntry = z.object({
  /** The stream id: unique, ascending. */
  id: z.string(),
  /** When it came in, by the clock of the server process. */
  at: timestamp,
  /** `enqueue`, `check-match`, …, or `admin/<operation>`. */
  endpoint: z.string(),
  user: z.string().nullable(),
  /** Where the user was when it came in; null when unknown or not looked at. */
  stateBefore: stateOrUnknown,
  status: z.number().int(),
  /** The error's code; null when it was done. */
  code: z.string().nullable(),
  ms: duration,
  requestId: z.string(),
  /** Whose key it came with. */
  caller: z.string(),
  /** Which server process answered. */
  server: z.string(),
});
export type RequestEntry = z.infer<typeof requestEntry>;

/** Which requests are wanted; each field that is given must agree. */
export const requestFilter = z.strictObject({
  endpoint: z.string().max(64).optional(),
  user: userId.optional(),
  outcome: z.enum(REQUEST_OUTCOMES).optional(),
  status: z.coerce.number().int().min(100).max(599).optional(),
  code: z.string().max(64).optional(),
  requestId: z.string().max(64).optional(),
  /** At least this slow. */
  minMs: z.coerce.number().nonnegative().optional(),
});
export type RequestFilter = z.infer<typeof requestFilter>;

const durations = { p50Ms: duration.nullable(), p95Ms: duration.nullable(), p99Ms: duration.nullable() };

/** How one endpoint did in the window. */
export const endpointSummary = z.object({
  endpoint: z.string(),
  requests: count,
  refused: count,
  failed: count,
  /** Durations, at most 3.2 % off. */
  ...durations,
});
export type EndpointSummary = z.infer<typeof endpointSummary>;

/** The requests of a stretch of time. */
export const requestTotals = z.object({ requests: count, refused: count, failed: count, ...durations });
export type RequestTotals = z.infer<typeof requestTotals>;

/** The requests of a window, from the minute statistics of all server processes. */
export const requestSummary = z.object({
  pool,
  at: timestamp,
  minutes: z.number().int(),
  ...requestTotals.shape,
  /** Requests that are missing here, because Redis was away for longer than they could be kept. */
  lost: count,
  /** The same length of time before, or null where no statistics of it are kept. */
  before: requestTotals.nullable(),
  /** Busiest first. */
  endpoints: z.array(endpointSummary),
  /** Commonest first. */
  errors: z.array(z.object({ code: z.string(), status: z.number().int(), endpoint: z.string(), count })),
  /** Slowest first, from the retained log. */
  slowest: z.array(requestEntry),
  /** Length of one step of `points`, and the steps, oldest first. */
  stepMs: duration,
  points: z.array(
    z.object({ at: timestamp, done: count, refused: count, failed: count, p95Ms: duration.nullable() }),
  ),
});
export type RequestSummary = z.infer<typeof requestSummary>;

/** A window from 15 minutes to 48 hours. */
export const windowMinutes = z.coerce.number().int().min(15).max(2880).default(15);

/** What applications asked of the matching API. */
export const requestOperations = {
  'requests.list': query({
    access: 'viewer',
    summary:
      'The newest API requests, newest first; a bounded stretch of the log per call: pass `cursor` on as `before` until it is null',
    input: z.strictObject({
      pool: pool.default(DEFAULT_POOL),
      filter: requestFilter.default({}),
      before: journalId.optional(),
      limit: z.number().int().min(1).max(1000).default(100),
    }),
    output: z.object({
      entries: z.array(requestEntry),
      /** Where to go on, or null when everything retained has been looked at. */
      cursor: journalId.nullable(),
      /** Entries looked at by this call, and entries retained. */
      scanned: count,
      total: count,
    }),
  }),
  'requests.slowest': query({
    access: 'viewer',
    summary: 'The slowest requests of the last minutes, slowest first, as far as the log is retained',
    input: z.strictObject({
      pool: pool.default(DEFAULT_POOL),
      minutes: windowMinutes,
      endpoint: z.string().max(64).optional(),
      limit: z.number().int().min(1).max(100).default(20),
    }),
    output: z.object({ entries: z.array(requestEntry), scanned: count, complete: z.boolean() }),
  }),
  'requests.summary': query({
    access: 'viewer',
    summary: 'Requests, failures, busiest endpoints, commonest errors and slowest requests of a window',
    input: z.strictObject({ pool: pool.default(DEFAULT_POOL), minutes: windowMinutes }),
    output: requestSummary,
  }),
};
