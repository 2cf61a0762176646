import { z } from 'zod';
import { count, duration, nothing, pool, role, timestamp } from './common';
import { command, feed, query } from './define';

/** How a deployment is marked, so that nobody takes one for another. */
export const environment = z.enum(['sandbox', 'development', 'staging', 'production']);

/** What the console is connected to and what the person before it may do. */
export const session = z.object({
  version: z.string(),
  /** Which host shows this console. */
  host: z.enum(['desktop', 'browser', 'test']),
  /** The name that audit entries carry. */
  actor: z.string(),
  /** What the person may do on this deployment. */
  role,
  /** What the person may do with the console itself: its connections. */
  consoleRole: role,
  deployment: z.object({
    /** Of this opening: calls are addressed to it, and it never comes again. */
    id: z.string(),
    /** The connection that it was opened from. */
    connection: z.string(),
    /** The pool to show first. */
    pool,
    name: z.string(),
    environment,
    /** The address without any secret. */
    address: z.string(),
    readOnly: z.boolean(),
    /** Set for the embedded store: which one it is, and that nothing in it is kept. */
    embedded: z.enum(['redis-server', 'valkey-server', 'in-memory']).nullable(),
  }),
});
export type Session = z.infer<typeof session>;

/** The states of the connection to Redis. `gave-up` is left by a person's retry or the next action. */
export const connectionStatus = z.enum(['connecting', 'ready', 'reconnecting', 'gave-up', 'closed']);

/** What the connection manager knows about Redis. Times here are by this machine's clock. */
export const health = z.object({
  status: connectionStatus,
  /** When the status was entered. */
  since: timestamp,
  /** Attempts since the connection was lost, and how many are allowed before giving up. */
  attempts: count,
  maxAttempts: count,
  /** When the next attempt begins, while reconnecting. */
  nextAttemptAt: timestamp.nullable(),
  lastError: z.object({ code: z.string(), message: z.string(), at: timestamp }).nullable(),
  /** The last round trip of a PING in milliseconds. */
  roundTripMs: duration.nullable(),
  server: z
    .object({
      version: z.string(),
      topology: z.enum(['standalone', 'replica', 'sentinel', 'cluster']),
      /** Null where the server does not tell, as the in-memory one does not. */
      memoryBytes: count.nullable(),
      /** Server clock minus this machine's, so that ages are right whatever this machine believes. */
      clockOffsetMs: z.number(),
      /** Each primary, on a cluster; the facts beside this are the first one's, the memory is everybody's. */
      nodes: z
        .array(
          z.object({
            address: z.string(),
            version: z.string(),
            memoryBytes: count.nullable(),
            clockOffsetMs: z.number(),
          }),
        )
        .optional(),
    })
    .nullable(),
  /** Once a private store has ended without being told to. */
  privateStore: z
    .object({
      /** How often it was started anew; what was in it is gone each time. */
      restarts: count,
      restartedAt: timestamp.nullable(),
      endedForGood: z.boolean(),
    })
    .optional(),
});
export type Health = z.infer<typeof health>;

/** Who looks, at what, and with which rights. */
export const sessionOperations = {
  'session.get': query({
    access: 'viewer',
    summary: 'What the console is connected to and the role it has',
    input: nothing,
    output: session,
  }),
  'connection.retry': command({
    access: 'viewer',
    local: true,
    summary: 'Try to reach Redis again at once, also after giving up',
    input: nothing,
    output: health,
  }),
};

/** The connection to Redis, as it changes. */
export const sessionFeeds = {
  health: feed({
    access: 'viewer',
    summary: 'The connection to Redis, at each change and at least once a second',
    input: nothing,
    event: health.extend({
      /** When it was told, by the clock of its times: a page elsewhere learns by it how its own clock goes. */
      at: timestamp,
    }),
  }),
};
