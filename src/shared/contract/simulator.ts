import { z } from 'zod';
import { count, duration, nothing, pool, timestamp } from './common';
import { STATES } from '../states';
import { command, feed, query } from './define';
import { simulatorRun, simulatorRunSummary, strike } from './simulator-run';

/** What the simulator is doing. */
export const simulatorStatus = z.object({
  status: z.enum(['off', 'running', 'stopping']),
  /** The run under way, or the last one of this process; null when there was none. */
  run: z.string().nullable(),
  scenario: z.string().nullable(),
  pool: z.string().nullable(),
  since: timestamp.nullable(),
  /** How many people the scenario wants present, and how many are. */
  target: count,
  present: count,
  moves: count,
  /** What the run was planned from. */
  seed: z.number().int().nullable(),
  /** Standing still, and how fast the time of the run goes (1 as in the world). */
  paused: z.boolean(),
  speed: z.number(),
  /** How many times the people that the scenario wants. */
  load: z.number(),
  /** The time of the run that has passed. */
  elapsedMs: duration,
  /** Promises found broken. */
  violations: count,
  /** Why it cannot run here, where it cannot. */
  refused: z.string().nullable(),
});
export type SimulatorStatus = z.infer<typeof simulatorStatus>;

/** What a person driven by hand can do; `vanish` closes the browser without a word. */
export const HAND_STEPS = [
  'arrive',
  'queue',
  'leave',
  'connected',
  'fail',
  'skip',
  'end',
  'hang-up',
  'settle',
  'vanish',
] as const;
export type HandAct = (typeof HAND_STEPS)[number];

/** The person who is driven by hand. */
export const simulatorHand = z.object({
  user: z.string(),
  /** Where the person believes to be; `out` has no browser open. */
  belief: z.enum([...STATES, 'out']),
  partner: z.string().nullable(),
  room: z.string().nullable(),
  /** Requests and what came of them, and moves that the person was told of, oldest first; the last hundred. */
  steps: z.array(
    z.object({
      /** Milliseconds since the run began. */
      at: duration,
      kind: z.enum(['asked', 'told']),
      what: z.string(),
      outcome: z.string(),
    }),
  ),
});
export type SimulatorHand = z.infer<typeof simulatorHand>;

/** What can be broken by hand; see the scenarios' `faults`. */
export const FAULT_KINDS = [
  'kill-clients',
  'freeze-heartbeats',
  'delay-replies',
  'drop-replies',
  'restart-redis',
  'pause-redis',
  'restart-matcher',
  'kill-server',
  'corrupt-user',
] as const;

const scenarioFault = z.object({ line: count, column: count, field: z.string(), message: z.string() });
const runId = z.strictObject({ run: z.string().max(64).optional() });

/** Loading a pool with simulated people, breaking things, and keeping what came of it. */
export const simulatorOperations = {
  'simulator.scenarios': query({
    access: 'viewer',
    summary: 'The ready scenarios, with their text to look at and to change',
    input: nothing,
    output: z.object({
      scenarios: z.array(
        z.object({
          name: z.string(),
          title: z.string(),
          description: z.string(),
          people: count,
          /** Null for one without an end. */
          durationMs: duration.nullable(),
          text: z.string(),
        }),
      ),
      /** The JSON schema of scenario files, as text. */
      schema: z.string(),
    }),
  }),
  'simulator.check': query({
    access: 'viewer',
    summary: 'What is wrong in the text of a scenario, each fault with its line',
    input: z.strictObject({ text: z.string().max(100_000) }),
    output: z.object({ faults: z.array(scenarioFault) }),
  }),
  'simulator.start': command({
    access: 'operator',
    summary:
      'Start a scenario; refused on a Redis that somebody named unless the pool is the simulator’s own',
    input: z.strictObject({
      /** A ready scenario; one of one’s own goes into `text`. */
      scenario: z.string().min(1).max(64),
      /** The text of a scenario, in YAML or JSON, instead of a ready one. */
      text: z.string().max(100_000).optional(),
      /** How many people; as the scenario says when missing. */
      users: z.number().int().min(2).max(100_000).optional(),
      /** A pool of its own: needed on a Redis that somebody named. */
      pool: pool.optional(),
      /** The same seed plans the same run; a fresh one when missing. */
      seed: z.number().int().min(0).max(0xffff_ffff).optional(),
      /** How long; as the scenario says when missing. */
      durationMs: z.number().int().min(1_000).max(86_400_000).optional(),
    }),
    output: simulatorStatus,
  }),
  'simulator.stop': command({
    access: 'operator',
    summary: 'Stop the scenario and remove every simulated user',
    input: nothing,
    output: simulatorStatus,
  }),
  'simulator.pause': command({
    access: 'operator',
    local: true,
    summary: 'Let simulated people stand still, or go on',
    input: z.strictObject({ paused: z.boolean() }),
    output: simulatorStatus,
  }),
  'simulator.speed': command({
    access: 'operator',
    local: true,
    summary: 'Let the time of the run go faster or slower than the world’s',
    input: z.strictObject({ speed: z.number().min(0.1).max(20) }),
    output: simulatorStatus,
  }),
  'simulator.load': command({
    access: 'operator',
    local: true,
    summary: 'Let more or fewer people come than the scenario says, from now on',
    input: z.strictObject({ factor: z.number().min(0.1).max(10) }),
    output: simulatorStatus,
  }),
  'simulator.clear': command({
    access: 'operator',
    summary: 'Take every simulated user out of a pool, also those of a run that was killed',
    input: z.strictObject({ pool: pool.optional() }),
    output: z.object({ removed: count }),
  }),
  'simulator.hand': query({
    access: 'viewer',
    summary: 'The person who is driven by hand in the run under way; null when none runs',
    input: nothing,
    /** With the run that the person belongs to, so that nobody of the run before is taken for this one's. */
    output: z.object({ run: z.string().nullable(), hand: simulatorHand.nullable() }),
  }),
  'simulator.drive': command({
    access: 'operator',
    summary: 'Take one step, legal or not, as the person who is driven by hand',
    input: z.strictObject({ act: z.enum(HAND_STEPS) }),
    output: simulatorHand,
  }),
  'simulator.strike': command({
    access: 'operator',
    summary: 'Break something on purpose, now',
    input: z.strictObject({
      fault: z.enum(FAULT_KINDS),
      /** Of the people or answers that are hit. */
      share: z.number().positive().max(1).default(0.5),
      /** For how long, where the fault lasts. */
      forMs: z.number().positive().max(600_000).default(10_000),
      /** How late answers come. */
      byMs: z.number().positive().max(60_000).default(500),
    }),
    output: strike,
  }),
  'simulator.run': query({
    access: 'viewer',
    summary: 'The run under way or, when none is, the last one; or an earlier one by its id',
    input: runId.extend({
      /** How many samples of its course at most, evenly chosen; the last one is always among them. */
      samples: z.number().int().min(2).max(600).default(600),
    }),
    output: z.object({ run: simulatorRun.nullable() }),
  }),
  'simulator.runs': query({
    access: 'viewer',
    summary: 'The run under way and those that were kept, newest first',
    input: nothing,
    output: z.object({
      runs: z.array(simulatorRunSummary),
      /** Where runs are kept, and what is wrong there. */
      folder: z.string(),
      faults: z.array(z.string()),
    }),
  }),
  'simulator.remove': command({
    access: 'operator',
    local: true,
    summary: 'Delete a run from the history',
    input: z.strictObject({ run: z.string().min(1).max(64) }),
    output: z.object({}),
  }),
  'simulator.report': query({
    access: 'viewer',
    summary: 'The report of a run, to keep',
    input: runId.extend({ format: z.enum(['markdown', 'html']).default('markdown') }),
    output: z.object({ name: z.string(), text: z.string() }),
  }),
};

/** The simulator, as it goes on. */
export const simulatorFeeds = {
  simulator: feed({
    access: 'viewer',
    summary: 'What the simulator is doing, once a second and at each change',
    input: nothing,
    event: simulatorStatus,
  }),
};
