import { z } from 'zod';
import { count, DEFAULT_POOL, duration, pool, state, timestamp } from './common';
import { feed } from './define';
import { journalEntry } from './transitions';

/** Upper edges of the ages shown in "waiting now, by age", in milliseconds; the last group is open. */
export const AGE_EDGES_MS = [1_000, 2_000, 5_000, 10_000, 20_000, 30_000, 60_000] as const;

/** CONNECTING longer than this counts as stuck. */
export const CONNECTING_LIMIT_MS = 15_000;
/** DISCONNECTING longer than this counts as stuck. */
export const DISCONNECTING_LIMIT_MS = 10_000;
/** A heartbeat older than this is stale. */
export const HEARTBEAT_LIMIT_MS = 30_000;
/** The service level: this share of matches within this wait. */
export const SERVICE_TARGET = { share: 0.9, withinMs: 30_000 } as const;

const stateFigures = z.object({
  count,
  /** Whoever is there longest, and since when. */
  oldestUser: z.string().nullable(),
  oldestSince: timestamp.nullable(),
  /** The middle of the time spent there by those who are there now, by rank. */
  medianAgeMs: duration.nullable(),
});

/** The live numbers: one round trip of O(log n) reads, whatever the number of users. */
export const overview = z.object({
  pool,
  /** Server time of the read. */
  at: timestamp,
  states: z.record(state, stateFigures),
  /** Exact waits by rank of those who wait now. */
  waiting: z.object({
    p50Ms: duration.nullable(),
    p95Ms: duration.nullable(),
    p99Ms: duration.nullable(),
    longestMs: duration.nullable(),
    /** One more than AGE_EDGES_MS: users by age. */
    byAge: z.array(count),
  }),
  stuck: z.object({
    connecting: count,
    disconnecting: count,
    staleHeartbeats: count,
    /** Whose last heartbeat is the oldest, and when it was. */
    quietestUser: z.string().nullable(),
    quietestSince: timestamp.nullable(),
  }),
  /** Newest moves first. */
  newest: z.array(journalEntry),
  /** Moves ever journalled (those retained, where the server is older than Redis 7), and those since midnight UTC. */
  journalled: count,
  today: count,
});
export type Overview = z.infer<typeof overview>;

/** What a stretch of time brought. Null means that nothing happened from which to tell. */
const figures = {
  /** Moves by edge `FROM>TO`, UNKNOWN for no state. */
  edges: z.record(z.string(), count),
  /** Moves by cause: skip, end, sweep-heartbeat … */
  causes: z.record(z.string(), count),
  /** Share of matches within the service target. */
  serviceLevel: z.number().min(0).max(1).nullable(),
  /** People who were matched, who left the queue unmatched, and whose connection failed. */
  matched: count,
  left: count,
  failed: count,
  /** Waits of those who left. */
  leftP50Ms: duration.nullable(),
  callP50Ms: duration.nullable(),
  callP95Ms: duration.nullable(),
};

/** One step of history: a minute, or several where the window is long. */
export const trendPoint = z.object({
  /** Start of the step. */
  at: timestamp,
  /** Users by state at the end of the step. */
  counts: z.record(state, count),
  /** Waits until matched; percentiles are at most 3.2 % away from the exact ones. */
  waitP50Ms: duration.nullable(),
  waitP95Ms: duration.nullable(),
  waitP99Ms: duration.nullable(),
  ...figures,
});
export type TrendPoint = z.infer<typeof trendPoint>;

/** A whole window in one. */
export const windowFigures = z.object({
  /** Waits until matched. */
  p50Ms: duration.nullable(),
  p95Ms: duration.nullable(),
  p99Ms: duration.nullable(),
  ...figures,
});
export type WindowFigures = z.infer<typeof windowFigures>;

/** Something that wants a person's eye. */
export const attention = z.object({
  kind: z.enum([
    'split-users',
    'alone-in-call',
    'stuck-connecting',
    'stuck-disconnecting',
    'stale-heartbeats',
    'service-level',
    'redis-slow',
  ]),
  severity: z.enum(['critical', 'warning', 'info', 'good']),
  count,
  since: timestamp.nullable(),
  /** A user to start from, where there is one. */
  example: z.string().nullable(),
});
export type Attention = z.infer<typeof attention>;

/** History for the charts, once a second. */
export const trends = z.object({
  pool,
  at: timestamp,
  /** Length of one step: 60,000 up to two hours, longer beyond, so that there are at most 120 of them. */
  stepMs: duration,
  /** Oldest step first; the last one is still running. */
  points: z.array(trendPoint),
  /** Over the whole window. */
  window: windowFigures,
  /** The same length of time before, or null where no statistics of it are kept. */
  before: windowFigures.nullable(),
  /** Moves by edge over the last sixty seconds; the part before this minute is in proportion. */
  ratesPerMinute: z.record(z.string(), z.number()),
  attention: z.array(attention),
});
export type Trends = z.infer<typeof trends>;

const poolInput = z.strictObject({ pool: pool.default(DEFAULT_POOL) });

/** The live picture of a pool, and its minute statistics. */
export const overviewFeeds = {
  overview: feed({
    access: 'viewer',
    summary: 'Live counts, waits and newest moves of a pool, four times a second',
    input: poolInput,
    event: overview,
  }),
  trends: feed({
    access: 'viewer',
    summary: 'Minute statistics of a pool for the charts, once a second',
    input: poolInput.extend({ minutes: z.number().int().min(5).max(2880).default(15) }),
    event: trends,
  }),
};
