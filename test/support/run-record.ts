import { STATES } from '@shared/states';
import type { RunRecord } from '../../src/main/simulator/record';

/** When the first of the records began, in ms since the epoch. */
export const STARTED = 1_790_000_000_000;

/** What is kept of a run; its number tells it from others. */
export function runRecord(number: number): RunRecord {
  const counts = Object.fromEntries(STATES.map((state) => [state, number])) as Record<
    (typeof STATES)[number],
    number
  >;
  const load = { present: 3, moves: 40 + number, inFlight: 0, lagMs: 2, violations: 0 };
  return {
    id: `run_${number}-`,
    scenario: { name: 'mine', title: 'Mine', description: '', people: 3 },
    text: 'name: mine',
    seed: number,
    ...{ deployment: 'sandbox', pool: 'default', startedAt: STARTED + number, elapsedMs: 5_000 },
    figures: { ...load, target: 3, arrived: 3, requests: 60, refusals: 1, repeats: 0 },
    service: {
      ...{ answerP50Ms: 1.5, answerP95Ms: 4, noticeP95Ms: null, waitMeanMs: 20, waitP50Ms: 10 },
      ...{ waitP95Ms: 60, pairs: 12, overtakenShare: 0 },
    },
    verdict: {
      ...{ passed: true, summary: 'Every promise held.', broken: {}, compared: 5, warnings: [] },
      targets: [{ name: 'answer', what: 'answers', measured: 4, target: 100, met: true }],
    },
    violations: [
      {
        ...{ kind: 'two-states', at: 900, user: 'sim-a', message: 'sim-a was in two states.' },
        timeline: [{ at: STARTED, from: null, to: 'IDLE', cause: 'arrive', by: 'simulator', partner: null }],
      },
    ],
    strikes: [{ at: 800, fault: 'corrupt-user', done: true, detail: 'sim-a' }],
    samples: [{ at: 1_000, counts, ...load, memoryBytes: 1_000_000, cpuShare: 0.2 }],
  };
}
