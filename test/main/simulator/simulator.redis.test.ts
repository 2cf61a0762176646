import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { STATES } from '@shared/states';
import { Engine } from '../../../src/main/engine/engine';
import { systemClock } from '../../../src/main/lib/clock';
import { silentLogger } from '../../../src/main/lib/log';
import { poolKeys } from '../../../src/main/redis/keys';
import { engineWay } from '../../../src/main/simulator/engine-way';
import { type Place, Simulator } from '../../../src/main/simulator/simulator';
import { startStore, STORE_KINDS, type TestStore } from '../../support/store';
import { until } from '../../support/until';

const SANDBOX: Place = { environment: 'sandbox', readOnly: false, embeddedMaxUsers: 300 };
const NAMED: Place = { environment: 'development', readOnly: false, embeddedMaxUsers: null };

describe.each(STORE_KINDS)('simulator on %s', (kind) => {
  let redis: TestStore;
  let engine: Engine;
  let available: boolean;
  let simulators: Simulator[];

  beforeAll(async () => {
    redis = await startStore(kind);
  });
  beforeEach(async () => {
    await redis.flush();
    engine = new Engine({ store: redis.store, log: silentLogger });
    available = true;
    simulators = [];
  });
  afterEach(async () => {
    for (const simulator of simulators) await simulator.stop();
    await engine.stop();
  });
  afterAll(() => redis.stop());

  function simulatorAt(place: Place): Simulator {
    const simulator = new Simulator({
      way: (pool) => engineWay(engine.pool(pool), () => available),
      cooldownMs: engine.settings.cooldownMs,
      place,
      pool: 'default',
      clock: systemClock,
      log: silentLogger,
    });
    simulators.push(simulator);
    return simulator;
  }

  const people = kind === 'redis' ? 200 : 60;
  const counts = async (pool?: string) => {
    const { states } = await engine.pool(pool).overview.read();
    return STATES.map((state) => states[state].count);
  };

  it('shows people in every state within ten seconds, and breaks no promise meanwhile', async () => {
    const simulator = simulatorAt(SANDBOX);
    await simulator.start({ scenario: 'steady', users: people, seed: 1 });
    const seen = new Set<string>();
    await until(
      async () => {
        const { states } = await engine.pool().overview.read();
        for (const state of STATES) if (states[state].count > 0) seen.add(state);
        const users = (await redis.client.zrange(poolKeys('default').heartbeats, 0, '-1')).slice(0, 200);
        for (const { user, states: sets } of await engine.pool().overview.whereabouts(users))
          expect(sets.length, `${user} is in ${sets.join(' and ')}`).toBeLessThanOrEqual(1);
        return seen.size === STATES.length;
      },
      { timeoutMs: 10_000, what: 'people in every state' },
    );
    const { status, moves, present, target } = simulator.getStatus();
    expect([status, target]).toEqual(['running', people]);
    expect(moves).toBeGreaterThan(people);
    expect(present).toBeGreaterThan(people / 2);
    expect(simulator.run?.violations).toEqual([]);
  });

  it('leaves nothing behind', async () => {
    const simulator = simulatorAt(SANDBOX);
    await simulator.start({ scenario: 'steady', users: people });
    await until(async () => (await counts())[3] !== 0, { what: 'somebody in a call' });
    await simulator.stop();
    expect(await counts()).toEqual([0, 0, 0, 0, 0]);
    const keys = await redis.client.keys('*');
    expect(keys.filter((key) => key.includes('sim-'))).toEqual([]);
    expect(await redis.client.zcard(poolKeys('default').heartbeats)).toBe(0);
    expect(simulator.getStatus()).toMatchObject({ status: 'off', present: 0 });
  });

  it('takes out what a run that was killed left behind', async () => {
    await engine.pool().machine.startMatching('sim-left-over');
    await engine.pool().machine.startMatching('real');
    const simulator = simulatorAt(SANDBOX);
    await simulator.start({ scenario: 'steady', users: 2 });
    const [left, real] = await engine.pool().overview.whereabouts(['sim-left-over', 'real']);
    expect([left?.states.length, real?.states.length]).toEqual([0, 1]);
  });

  it('rests while Redis is away, and goes on when it is back', async () => {
    const simulator = simulatorAt(SANDBOX);
    await simulator.start({ scenario: 'steady', users: people });
    await until(() => simulator.getStatus().moves > people);
    available = false;
    await until(() => simulator.run?.figures.inFlight === 0);
    const { requests } = simulator.run?.figures ?? {};
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(simulator.run?.figures.requests).toBe(requests);
    available = true;
    await until(() => (simulator.run?.figures.requests ?? 0) > (requests ?? 0) + 10);
  });

  it('runs one scenario at a time', async () => {
    const simulator = simulatorAt(SANDBOX);
    await simulator.start({ scenario: 'steady', users: 2 });
    await expect(simulator.start({ scenario: 'steady' })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('carries no more people than the store can', async () => {
    const simulator = simulatorAt({ ...SANDBOX, embeddedMaxUsers: 5 });
    await expect(simulator.start({ scenario: 'steady', users: 6 })).rejects.toMatchObject({
      code: 'bad_input',
    });
    expect((await simulator.start({ scenario: 'steady' })).target).toBe(5);
  });

  it('is refused on production and on a read-only connection, and says why', async () => {
    for (const place of [
      { ...NAMED, environment: 'production' as const },
      { ...NAMED, readOnly: true },
    ]) {
      const simulator = simulatorAt(place);
      await expect(simulator.start({ scenario: 'steady', pool: 'simulated' })).rejects.toMatchObject({
        code: 'simulation_refused',
      });
      expect(simulator.getStatus().refused).not.toBeNull();
    }
    expect(await redis.client.dbsize()).toBe(0);
  });

  it('wants a pool of its own on a Redis that somebody named, with nobody else in it', async () => {
    const simulator = simulatorAt(NAMED);
    await expect(simulator.start({ scenario: 'steady' })).rejects.toMatchObject({
      code: 'simulation_refused',
    });
    await engine.pool('busy').machine.arrive('somebody');
    await expect(simulator.start({ scenario: 'steady', pool: 'busy' })).rejects.toMatchObject({
      code: 'simulation_refused',
      details: { user: 'somebody' },
    });
    expect(await simulator.start({ scenario: 'steady', users: 4, pool: 'simulated' })).toMatchObject({
      status: 'running',
      pool: 'simulated',
    });
    await until(async () => (await counts('simulated')).some((count) => count > 0));
    await simulator.stop();
    expect(await counts('simulated')).toEqual([0, 0, 0, 0, 0]);
  });
});
