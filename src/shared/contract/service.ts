import { z } from 'zod';
import { count, DEFAULT_POOL, duration, inPool, nothing, pool, timestamp, userId } from './common';
import { command, query } from './define';
import { overview } from './overview';
import { move } from './transitions';

/** How much a process logs, most first. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export const logLevel = z.enum(LOG_LEVELS);
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What a cleanup did, or would do. */
export const cleanupReport = z.object({
  dryRun: z.boolean(),
  /** False when it was cancelled before the end. */
  complete: z.boolean(),
  lookedAt: count,
  /** Moves by rule; a user whose way leads over two states counts twice. */
  moved: z.object({ connecting: count, disconnecting: count, alone: count, heartbeat: count }),
  /** Users who were forgotten. */
  forgotten: count,
  /** The first moves, for a person to look at. */
  examples: z.array(move),
  /** One for each step that moved somebody, to undo it by; the first ones. */
  transactions: z.array(z.string()),
  tookMs: duration,
});

/** The whole view of one user or of the system, for a bug report. Its form may change from version to version. */
export const debugState = z.object({
  at: timestamp,
  version: z.string(),
  process: z.object({ id: count, uptimeS: z.number(), memoryBytes: count, logLevel }),
  pool,
  view: z.record(z.string(), z.unknown()),
});

/** The pool and the process at a glance, for scripts and bug reports. */
export const serviceOperations = {
  'overview.get': query({
    access: 'viewer',
    summary: 'The live numbers of a pool: counts, waits, stuck users, newest moves',
    input: inPool,
    output: overview,
  }),
  'cleanup.run': command({
    access: 'admin',
    summary: 'Sweep a pool now: who is stuck goes back, who fell silent leaves; as a dry run, only tells',
    input: z.strictObject({ pool: pool.default(DEFAULT_POOL), dryRun: z.boolean().default(true) }),
    output: cleanupReport,
    tell: (_, { lookedAt, moved, forgotten }) =>
      `${moved.connecting + moved.disconnecting + moved.alone + moved.heartbeat} moves, ${forgotten} forgotten, of ${lookedAt} users`,
  }),
  'debug.state': query({
    access: 'admin',
    summary: 'The whole view of one user, or of the system, as JSON',
    input: z.strictObject({ pool: pool.default(DEFAULT_POOL), user: userId.optional() }),
    output: debugState,
  }),
  'log.get': query({
    access: 'viewer',
    summary: 'How much this process logs',
    input: nothing,
    output: z.object({ level: logLevel }),
  }),
  'log.set': command({
    access: 'admin',
    local: true,
    summary: 'Change how much this process logs, while it runs',
    input: z.strictObject({ level: logLevel }),
    output: z.object({ level: logLevel }),
  }),
};
