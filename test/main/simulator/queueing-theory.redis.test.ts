import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../../src/main/engine/engine';
import { systemClock } from '../../../src/main/lib/clock';
import { silentLogger } from '../../../src/main/lib/log';
import { seededRandom } from '../../../src/main/lib/random';
import { arrivalTimes } from '../../../src/main/simulator/arrivals';
import { engineWay } from '../../../src/main/simulator/engine-way';
import { readyScenario } from '../../../src/main/simulator/library';
import { Run } from '../../../src/main/simulator/run';
import { startStore, type TestStore } from '../../support/store';
import { until } from '../../support/until';
import { criticalDistance, distanceFrom } from './goodness-of-fit';

/**
 * The textbook: people come by a Poisson process of rate r, nobody loses patience, and two are paired as soon as two
 * are there. Then at most one person waits, who waits for the next arrival: an exponential time of mean 1/r. The other
 * of each pair does not wait at all. The mean wait is 1/2r, and the share of waits up to t is 1 - e^(-rt)/2.
 */
const PER_SECOND = 5;
const SECONDS = 40;
const theory = (ms: number) => 1 - Math.exp((-PER_SECOND * ms) / 1_000) / 2;
/** News comes every 50 ms, and every request takes its time: so much a wait can be off on a busy machine. */
const ALLOWANCE_MS = 50;

describe('the mathematics of the simulator', () => {
  let redis: TestStore;

  beforeAll(async () => {
    redis = await startStore('redis');
  });
  afterAll(() => redis.stop());

  it('lets people come at times whose gaps are exponential (Kolmogorov and Smirnov, 1 %)', () => {
    const times = arrivalTimes({ pattern: 'rate', perSecond: PER_SECOND }, 0, seededRandom(11));
    let before = 0;
    const gaps = Array.from({ length: 5_000 }, () => {
      const at = times.next().value as number;
      const gap = at - before;
      before = at;
      return gap;
    });
    const distance = distanceFrom(gaps, (ms) => 1 - Math.exp((-PER_SECOND * ms) / 1_000));
    expect(distance).toBeLessThan(criticalDistance(gaps.length));
  });

  it('measures the waits that queueing theory foretells for pairing two by two', async () => {
    const engine = new Engine({ store: redis.store, log: silentLogger });
    const scenario = {
      ...readyScenario('plain-queue'),
      arrivals: { pattern: 'rate', perSecond: PER_SECOND } as const,
      duration: SECONDS * 1_000,
    };
    const way = engineWay(engine.pool('theory'), () => true);
    const { cooldownMs } = engine.settings;
    const run = new Run({ scenario, seed: 12, way, clock: systemClock, log: silentLogger, cooldownMs });
    await run.start();
    try {
      await until(() => run.isOver, { timeoutMs: 90_000, what: 'the end of the run' });
      const { entries } = await engine.pool('theory').journal.newest(2_000);
      const waits = entries
        .filter(({ from, to }) => from === 'WAITING' && to === 'CONNECTING')
        .map(({ spent }) => spent ?? 0);
      expect(run.violations).toEqual([]);
      expect(waits.length).toBeGreaterThan(PER_SECOND * SECONDS * 0.7);

      const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
      const expected = 500 / PER_SECOND;
      // The deviation of one wait is 0.87/r, and three of its standard errors are allowed beside the allowance.
      const chance = (3 * 0.87 * (1_000 / PER_SECOND)) / Math.sqrt(waits.length);
      expect(Math.abs(mean - expected)).toBeLessThan(chance + ALLOWANCE_MS / 2);
      // Half of all do not wait, apart from the time that pairing takes: only the others have a distribution.
      const [shortest, longest] = [(ms: number) => theory(ms - ALLOWANCE_MS), theory];
      const within = waits.every((wait, _, all) => {
        const share = all.filter((other) => other <= wait).length / all.length;
        const slack = criticalDistance(all.length);
        return (
          wait < ALLOWANCE_MS ||
          (share > shortest(wait) - slack && share < longest(wait + ALLOWANCE_MS) + slack)
        );
      });
      expect(within, `waits: ${[...waits].sort((a, b) => a - b).join(' ')}`).toBe(true);
    } finally {
      await run.stop();
      await engine.stop();
    }
  }, 120_000);
});
