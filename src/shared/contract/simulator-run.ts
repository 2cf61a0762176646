import { z } from 'zod';
import { count, duration, state, timestamp } from './common';

const figure = duration.nullable();

/** A broken promise with its evidence. */
const violation = z.object({
  kind: z.string(),
  /** Milliseconds since the run began. */
  at: duration,
  user: z.string().nullable(),
  message: z.string(),
  timeline: z.array(
    z.object({
      at: timestamp,
      from: state.nullable(),
      to: state.nullable(),
      cause: z.string(),
      by: z.string(),
      partner: z.string().nullable(),
    }),
  ),
});

/** A fault that struck, or could not. */
export const strike = z.object({
  /** Milliseconds since the run began. */
  at: duration,
  fault: z.string(),
  /** False when it could not strike; true in runs kept before this was told apart. */
  done: z.boolean().default(true),
  /** Whom or what it hit; `not done: ` and why, where it could not. */
  detail: z.string(),
});

/** One run, as it is or as it ended. */
export const simulatorRun = z.object({
  id: z.string(),
  scenario: z.object({ name: z.string(), title: z.string(), description: z.string(), people: count }),
  /** The scenario file, to run it again. */
  text: z.string(),
  seed: z.number().int(),
  /** The deployment it ran on, as people call it, and the pool there. */
  deployment: z.string(),
  pool: z.string(),
  /** By this machine's clock. */
  startedAt: timestamp,
  elapsedMs: duration,
  figures: z.object({
    target: count,
    present: count,
    arrived: count,
    moves: count,
    requests: count,
    refusals: count,
    repeats: count,
    inFlight: count,
    lagMs: duration,
    violations: count,
  }),
  service: z.object({
    answerP50Ms: figure,
    answerP95Ms: figure,
    noticeP95Ms: figure,
    waitMeanMs: figure,
    waitP50Ms: figure,
    waitP95Ms: figure,
    pairs: count,
    overtakenShare: z.number().nullable(),
  }),
  verdict: z.object({
    passed: z.boolean(),
    summary: z.string(),
    broken: z.record(z.string(), count),
    targets: z.array(
      z.object({
        name: z.string(),
        what: z.string(),
        measured: figure,
        target: z.number(),
        met: z.boolean(),
      }),
    ),
    compared: count,
    /** Faults of the scenario that could not strike, each with why. */
    warnings: z.array(z.string()),
  }),
  violations: z.array(violation),
  strikes: z.array(strike),
  /** The course of the run, oldest first; at most 600. */
  samples: z.array(
    z.object({
      at: duration,
      counts: z.record(state, count),
      present: count,
      moves: count,
      inFlight: count,
      lagMs: duration,
      violations: count,
      memoryBytes: count,
      cpuShare: z.number(),
    }),
  ),
});
export type SimulatorRun = z.infer<typeof simulatorRun>;

/** One run in a line of a table. */
export const simulatorRunSummary = simulatorRun
  .pick({
    id: true,
    scenario: true,
    seed: true,
    deployment: true,
    pool: true,
    startedAt: true,
    elapsedMs: true,
  })
  .extend({ passed: z.boolean(), summary: z.string(), moves: count });
export type SimulatorRunSummary = z.infer<typeof simulatorRunSummary>;
