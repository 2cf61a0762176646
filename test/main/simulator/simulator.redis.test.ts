import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { STATES } from '@shared/states';
import { Engine } from '../../../src/main/engine/engine';
import { systemClock } from '../../../src/main/lib/clock';
import { silentLogger } from '../../../src/main/lib/log';
import { poolKeys } from '../../../src/main/redis/keys';
import { RunFolder } from '../../../src/main/simulator/run-folder';
import { Runs } from '../../../src/main/simulator/runs';
import { engineWay } from '../../../src/main/simulator/engine-way';
import { scenarioText } from '../../../src/main/simulator/library';
import type { Place } from '../../../src/main/simulator/place';
import { Simulator } from '../../../src/main/simulator/simulator';
import { startStore, STORE_KINDS, type TestStore } from '../../support/store';
import { until } from '../../support/until';

const SANDBOX: Place = { name: 'sandbox', environment: 'sandbox', readOnly: false, embeddedMaxUsers: 300 };
const NAMED: Place = { name: 'a Redis', environment: 'development', readOnly: false, embeddedMaxUsers: null };

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

  function simulatorAt(place: Place, folder?: RunFolder): Simulator {
    const simulator = new Simulator({
      way: (pool) => engineWay(engine.pool(pool), () => available),
      cooldownMs: engine.settings.cooldownMs,
      place,
      pool: 'default',
      folder,
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

  it('names the run under way, and when none is, the last one until that is given up', async () => {
    const simulator = simulatorAt(SANDBOX);
    expect(simulator.getStatus().run).toBeNull();
    const first = await simulator.start({ scenario: 'steady', users: 4 });
    expect(first.run).toBe(simulator.newest?.id);
    expect(await simulator.stop()).toMatchObject({ status: 'off', run: first.run });
    const second = await simulator.start({ scenario: 'steady', users: 4 });
    expect(second.run).not.toBe(first.run);
    await simulator.stop();
    const told: (string | null)[] = [];
    simulator.onStatus(({ run }) => told.push(run));
    simulator.forget(second.run ?? '');
    expect(told).toEqual([null]);
  });

  it('lets more people come and some leave while it runs', async () => {
    const simulator = simulatorAt(SANDBOX);
    await simulator.start({ scenario: 'everybody-skips', users: 20, seed: 2 });
    await until(() => simulator.getStatus().present === 20, { what: 'everybody' });
    expect(simulator.setLoad(2)).toMatchObject({ load: 2, target: 40 });
    await until(() => simulator.getStatus().present === 40, { timeoutMs: 60_000, what: 'twice as many' });
    simulator.setLoad(0.5);
    await until(() => simulator.getStatus().present === 10, { timeoutMs: 60_000, what: 'half as many' });
    expect(simulator.run?.violations).toEqual([]);
    expect(() => simulator.setLoad(20)).toThrow(/carry 300/);
  }, 150_000);

  it('lets one person be driven by hand among the others, legally and not', async () => {
    const simulator = simulatorAt(SANDBOX);
    await simulator.start({ scenario: 'steady', users: 20, seed: 2 });
    const { hand } = simulator.requireRun();
    await hand.act('skip');
    expect(hand.view.steps.at(-1)?.outcome).toMatch(/^refused: (wrong_state|unknown_user)/);
    await hand.act('arrive');
    await hand.act('queue');
    await until(() => hand.view.belief === 'CONNECTING', { what: 'a partner' });
    const { partner } = hand.view;
    expect(partner).toMatch(/^sim-/);
    await hand.act('connected');
    await until(() => ['IN_CALL', 'WAITING'].includes(hand.view.belief), { timeoutMs: 20_000 });
    expect(hand.view.steps.map(({ kind, what }) => `${kind} ${what}`)).toContain('told WAITING → CONNECTING');
    await hand.act('vanish');
    expect(hand.view.belief).toBe('out');
    await simulator.stop();
    expect((await redis.client.keys('*')).filter((key) => key.includes(hand.user))).toEqual([]);
  }, 40_000);

  it('takes every simulated person out in one action, and nobody else', async () => {
    await engine.pool().machine.startMatching('sim-left-over');
    await engine.pool().machine.startMatching('real');
    const simulator = simulatorAt(SANDBOX);
    expect(await simulator.clear()).toBe(1);
    expect(await counts()).toEqual([0, 1, 0, 0, 0]);
    await expect(simulatorAt({ ...NAMED, environment: 'production' }).clear()).rejects.toMatchObject({
      code: 'simulation_refused',
    });
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

  it('keeps its runs over a restart of the console, but for those nobody asked to keep', async () => {
    const path = mkdtempSync(join(tmpdir(), 'switchboard-runs-'));
    try {
      const folder = () => new RunFolder(path, silentLogger);
      const first = simulatorAt(SANDBOX, folder());
      const runs = new Runs(first, folder());
      for (const keep of [true, false]) {
        await first.start({ scenario: 'steady', users: 10, seed: 11, keep });
        await until(() => first.getStatus().moves > 5, { what: 'moves' });
        const [under] = (await runs.list()).runs;
        expect(under).toMatchObject({ seed: 11, deployment: 'sandbox', passed: true });
        await expect(runs.remove(under?.id ?? '')).rejects.toMatchObject({ code: 'conflict' });
        await first.stop();
      }
      // The last one is there to be looked at as long as this console runs.
      expect((await runs.list()).runs).toHaveLength(2);

      const later = new Runs(simulatorAt(SANDBOX, folder()), folder());
      const [kept, ...others] = (await later.list()).runs;
      expect([kept?.scenario.people, others]).toEqual([10, []]);
      expect(await later.get()).toEqual(await later.get(kept?.id));
      expect(await later.get(kept?.id)).toMatchObject({ text: scenarioText('steady'), seed: 11 });
      await later.remove(kept?.id ?? '');
      expect(await later.get()).toBeNull();
      await expect(later.get(kept?.id)).rejects.toMatchObject({ code: 'not_found' });
      await expect(later.remove(kept?.id ?? '')).rejects.toMatchObject({ code: 'not_found' });
    } finally {
      rmSync(path, { recursive: true });
    }
  });

  it('does not take somebody in two states for somebody unknown', async () => {
    const way = engineWay(engine.pool(), () => available);
    const somebody = { user: 'sim-a', partner: null, room: null };
    await way.ask({ ...somebody, act: 'arrive', transaction: 'a1' });
    await way.corrupt?.('sim-a');
    const outcome = await way.ask({ ...somebody, act: 'queue', transaction: 'a2' });
    expect(outcome).toEqual({ kind: 'refused', code: 'split_user', state: undefined });
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
