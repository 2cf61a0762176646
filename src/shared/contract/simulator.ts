import { z } from 'zod';
import { count, nothing, pool, timestamp } from './common';
import { command, feed } from './define';

export const simulatorStatus = z.object({
  status: z.enum(['off', 'running', 'stopping']),
  scenario: z.string().nullable(),
  pool: z.string().nullable(),
  since: timestamp.nullable(),
  /** How many people the scenario wants present, and how many are. */
  target: count,
  present: count,
  moves: count,
  /** What the run was planned from. */
  seed: z.number().int().nullable(),
  /** Why it cannot run here, where it cannot. */
  refused: z.string().nullable(),
});
export type SimulatorStatus = z.infer<typeof simulatorStatus>;

export const simulatorOperations = {
  'simulator.start': command({
    access: 'operator',
    summary:
      'Start a scenario; refused on a Redis that somebody named unless the pool is the simulator’s own',
    input: z.strictObject({
      scenario: z.string().min(1).max(64),
      /** How many people; as the scenario says when missing. */
      users: z.number().int().min(2).max(100_000).optional(),
      /** A pool of its own: needed on a Redis that somebody named. */
      pool: pool.optional(),
      /** The same seed plans the same run; a fresh one when missing. */
      seed: z.number().int().min(0).max(0xffff_ffff).optional(),
    }),
    output: simulatorStatus,
  }),
  'simulator.stop': command({
    access: 'operator',
    summary: 'Stop the scenario and remove every simulated user',
    input: nothing,
    output: simulatorStatus,
  }),
};

export const simulatorFeeds = {
  simulator: feed({
    access: 'viewer',
    summary: 'What the simulator is doing, once a second and at each change',
    input: nothing,
    event: simulatorStatus,
  }),
};
