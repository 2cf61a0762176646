import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../src/main/engine/engine';
import { systemClock } from '../../../src/main/lib/clock';
import { silentLogger } from '../../../src/main/lib/log';
import { engineWay } from '../../../src/main/simulator/engine-way';
import { readyScenario, SCENARIO_NAMES } from '../../../src/main/simulator/library';
import { Run } from '../../../src/main/simulator/run';
import type { Scenario } from '../../../src/main/simulator/scenario';
import { startStore, type TestStore } from '../../support/store';
import { until } from '../../support/until';

const SECONDS = 8;
const PEOPLE = 60;

/** The same scenario, with few people and its faults early. */
function shortened(name: string): Scenario {
  const scenario = readyScenario(name);
  return {
    ...scenario,
    people: Math.min(PEOPLE, scenario.people),
    duration: SECONDS * 1_000,
    arrivals:
      scenario.arrivals.pattern === 'flash'
        ? { ...scenario.arrivals, at: 500, within: 2_000 }
        : scenario.arrivals,
    faults: scenario.faults.map((fault, index) => ({ ...fault, at: 2_000 + 500 * index, every: undefined })),
    // A shared machine says nothing about how fast the service is.
    targets: {},
  };
}

describe('the ready scenarios', () => {
  let redis: TestStore;

  beforeAll(async () => {
    redis = await startStore('redis');
  });
  beforeEach(() => redis.flush());
  afterAll(() => redis.stop());

  it.concurrent.each(SCENARIO_NAMES.filter((name) => name !== 'redis-restarts'))(
    'give their expected verdict: %s',
    async (name) => {
      const engine = new Engine({ store: redis.store, log: silentLogger });
      const scenario = shortened(name);
      const way = engineWay(engine.pool(name), () => true);
      const { cooldownMs } = engine.settings;
      const run = new Run({ scenario, seed: 5, way, clock: systemClock, log: silentLogger, cooldownMs });
      await run.start();
      try {
        await until(() => run.isOver, { timeoutMs: 40_000, what: 'the end of the run' });
        await until(() => run.verdict.compared > 2, { timeoutMs: 10_000, what: 'comparisons' });
        expect(run.strikes.map(({ fault }) => fault)).toEqual(scenario.faults.map(({ do: kind }) => kind));
        expect(run.violations.filter(({ kind }) => scenario.expect === 'promises-hold' && kind)).toEqual([]);
        expect(run.verdict).toMatchObject({ passed: true });
        expect(run.figures.moves).toBeGreaterThan(PEOPLE / 2);
      } finally {
        await run.stop();
      }
      const { states } = await engine.pool(name).overview.read();
      expect(Object.values(states).map(({ count }) => count)).toEqual([0, 0, 0, 0, 0]);
    },
    90_000,
  );

  it('go on after a restart of Redis has emptied it', async () => {
    const own = await startStore('redis');
    own.client.on('error', () => undefined);
    let up = true;
    const engine = new Engine({ store: own.store, log: silentLogger });
    const way = engineWay(engine.pool(), () => up);
    const scenario = shortened('redis-restarts');
    const host = {
      async restartRedis() {
        up = false;
        await own.server?.kill();
        await own.server?.restart();
        await own.client.connect();
        up = true;
      },
      pauseRedis: () => Promise.resolve(),
    };
    const { cooldownMs } = engine.settings;
    const run = new Run({ scenario, seed: 5, way, clock: systemClock, log: silentLogger, cooldownMs, host });
    try {
      await run.start();
      await until(() => run.strikes.length === 1 && up, { timeoutMs: 20_000, what: 'the restart' });
      const { moves } = run.figures;
      await until(() => run.figures.moves > moves + PEOPLE, { timeoutMs: 30_000, what: 'people who go on' });
      expect(run.violations).toEqual([]);
    } finally {
      await run.stop();
      await engine.stop();
      await own.stop();
    }
  }, 90_000);
});
