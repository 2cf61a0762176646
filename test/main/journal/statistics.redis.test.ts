import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { trends } from '@shared/contract/overview';
import { type State, STATES } from '@shared/states';
import { acting } from '../../../src/main/engine/core';
import { type TransitionStep, transitionScript } from '../../../src/main/engine/transition';
import { seededRandom } from '../../../src/main/lib/random';
import { Statistics } from '../../../src/main/journal/statistics';
import type { Store } from '../../../src/main/redis/store';
import { testContext } from '../../support/engine';
import { startStore, STORE_KINDS, type TestStore } from '../../support/store';

const MINUTE = 60_000;
/** A midnight, and some way into the day after it. */
const MIDNIGHT = 20_000 * 24 * 60 * MINUTE;
const NOW = MIDNIGHT + 300 * MINUTE + 20_000;

/** Counts round trips on their way through. */
function counted(store: Store): Store & { trips: number } {
  const wrapped: Store & { trips: number } = {
    ...store,
    trips: 0,
    run: (script, input) => ((wrapped.trips += 1), store.run(script, input)),
    command: (command) => ((wrapped.trips += 1), store.command(command)),
    pipeline: (commands) => ((wrapped.trips += 1), store.pipeline(commands)),
  };
  return wrapped;
}

describe.each(STORE_KINDS)('statistics on %s', (kind) => {
  let redis: TestStore;
  const context = () => testContext(redis.store);
  const statistics = () => new Statistics(context());

  beforeAll(async () => {
    redis = await startStore(kind);
  });
  beforeEach(() => redis.flush());
  afterAll(() => redis.stop());

  async function move(now: number, ...steps: TransitionStep[]) {
    const { store, keys, settings } = context();
    await store.run(transitionScript, { acting: acting(keys, settings, { now }), steps });
  }

  /** A pair that waits and talks for the given times, ending at `end`; returns nothing that is not in Redis. */
  async function pairLife(name: string, end: number, waitMs: number, callMs: number) {
    const [a, b] = [`${name}-a`, `${name}-b`];
    const both = (to: State): TransitionStep[] => [
      { user: a, to },
      { user: b, to },
    ];
    const connected = end - callMs;
    await move(connected - 1_000 - waitMs, ...both('WAITING'));
    await move(
      connected - 1_000,
      { user: a, to: 'CONNECTING', partner: b },
      { user: b, to: 'CONNECTING', partner: a },
    );
    await move(connected, ...both('IN_CALL'));
    await move(end, ...both('DISCONNECTING'), ...both('IDLE'));
  }

  it('conforms to the contract for an empty pool', async () => {
    const reading = await statistics().trends(15);
    const event = { ...reading, attention: [] };
    expect(trends.parse(event)).toEqual(event);
    expect(reading.points).toHaveLength(15);
    expect(reading.window).toMatchObject({ p50Ms: null, serviceLevel: null, matched: 0 });
    expect(reading.before).toBeNull();
  });

  it('gives percentiles of waits and calls within the stated error of the exact ones', async () => {
    const random = seededRandom(11);
    const waits = Array.from({ length: 60 }, () => Math.floor(random() ** 2 * 100_000));
    for (const [index, wait] of waits.entries())
      await pairLife(`p${index}`, NOW - 5 * MINUTE - index * 500, wait, 3 * wait);
    const { window } = await statistics().trends(30, NOW);
    const exact = (share: number) =>
      waits.toSorted((a, b) => a - b)[Math.ceil(share * waits.length) - 1] ?? 0;
    const shares = [
      ['p50Ms', 0.5],
      ['p95Ms', 0.95],
      ['p99Ms', 0.99],
    ] as const;
    for (const [field, share] of shares) {
      const error = Math.abs((window[field] ?? NaN) - exact(share)) / exact(share);
      expect(error, field).toBeLessThanOrEqual(1 / 32);
    }
    expect(Math.abs((window.callP50Ms ?? NaN) / (3 * exact(0.5)) - 1)).toBeLessThanOrEqual(1 / 32);
    expect(window).toMatchObject({ matched: 120, left: 0, failed: 0 });
    const within = waits.filter((wait) => wait <= 30_000).length / waits.length;
    expect(window.serviceLevel).toBeCloseTo(within, 1);
  });

  it('tells how many users were in each state at the end of each minute', async () => {
    const random = seededRandom(5);
    const seen = new Map<number, Record<State, number>>();
    const where = new Map<string, State>();
    for (let minute = 9; minute >= 0; minute -= 1) {
      const at = NOW - minute * MINUTE;
      for (let index = 0; index < 6; index += 1) {
        const user = `u${Math.floor(random() * 12)}`;
        const to: State = where.get(user) === 'WAITING' ? 'IDLE' : 'WAITING';
        where.set(user, to);
        await move(at, { user, to });
      }
      const counts = Object.fromEntries(
        STATES.map((state) => [state, [...where.values()].filter((other) => other === state).length]),
      ) as Record<State, number>;
      seen.set(Math.floor(at / MINUTE) * MINUTE, counts);
    }
    const { points } = await statistics().trends(10, NOW);
    expect(new Map(points.map(({ at, counts }) => [at, counts]))).toEqual(seen);
  });

  it('separates those who were matched, who left and whose connection failed', async () => {
    await move(
      NOW - 50_000,
      { user: 'a', to: 'WAITING' },
      { user: 'b', to: 'WAITING' },
      { user: 'c', to: 'WAITING' },
    );
    await move(
      NOW - 40_000,
      { user: 'a', to: 'CONNECTING', partner: 'b' },
      { user: 'b', to: 'CONNECTING', partner: 'a' },
    );
    await move(
      NOW - 35_000,
      { user: 'a', to: 'WAITING', cause: 'fail' },
      { user: 'b', to: 'WAITING', cause: 'partner-fail' },
    );
    await move(NOW - 30_000, { user: 'c', to: 'IDLE', cause: 'leave' });
    const { window } = await statistics().trends(5, NOW);
    expect(window).toMatchObject({
      matched: 2,
      failed: 2,
      left: 1,
      causes: { fail: 1, leave: 1 },
      serviceLevel: 1,
    });
    expect(Math.abs((window.leftP50Ms ?? 0) / 20_000 - 1)).toBeLessThanOrEqual(1 / 32);
  });

  it('compares with the same time before, where it is kept', async () => {
    await pairLife('old', NOW - 22 * MINUTE, 4_000, 1_000);
    await pairLife('new', NOW - 2 * MINUTE, 1_000, 1_000);
    await pairLife('new2', NOW - 3 * MINUTE, 1_000, 1_000);
    const { window, before } = await statistics().trends(15, NOW);
    expect([window.matched, before?.matched]).toEqual([4, 2]);
    expect((await statistics().trends(2_880, NOW)).before).toBeNull();
  });

  it('takes several minutes together where the window is long', async () => {
    await pairLife('a', NOW - 1_000, 1_000, 1_000);
    await pairLife('b', NOW - 20 * 60 * MINUTE, 1_000, 1_000);
    const { stepMs, points, window } = await statistics().trends(2_880, NOW);
    expect([stepMs, points.length, window.matched]).toEqual([24 * MINUTE, 120, 4]);
    expect(points.map(({ at }) => at % stepMs).every((rest) => rest === 0)).toBe(true);
    expect(points.reduce((sum, { matched }) => sum + matched, 0)).toBe(4);
  });

  it('tells the moves of the last sixty seconds by edge', async () => {
    await move(
      NOW - 30_000,
      { user: 'a', to: 'WAITING' },
      { user: 'b', to: 'WAITING' },
      { user: 'c', to: 'WAITING' },
    );
    await move(NOW - 10_000, { user: 'd', to: 'WAITING' });
    const { ratesPerMinute } = await statistics().trends(5, NOW);
    // Twenty seconds of this minute, and two thirds of the three of the minute before.
    expect(ratesPerMinute['UNKNOWN>WAITING']).toBeCloseTo(1 + 3 * (2 / 3), 6);
  });

  it('reads a finished minute once', async () => {
    await pairLife('a', NOW - 3 * MINUTE, 1_000, 1_000);
    const store = counted(redis.store);
    const reader = new Statistics(testContext(store));
    const first = await reader.trends(120, NOW);
    expect(store.trips).toBeLessThanOrEqual(1 + Math.ceil(240 / 30));
    store.trips = 0;
    expect(await reader.trends(120, NOW)).toEqual(first);
    expect(store.trips).toBe(1);
  });

  it('counts the moves since midnight UTC', async () => {
    const clock = { now: () => 0, after: () => () => undefined };
    const reader = new Statistics({ ...context(), clock });
    await move(MIDNIGHT - 1_000, { user: 'yesterday', to: 'WAITING' });
    await move(MIDNIGHT + 1_000, { user: 'a', to: 'WAITING' }, { user: 'a', to: 'IDLE' });
    await move(NOW - 2 * MINUTE, { user: 'b', to: 'WAITING' });
    await move(NOW - 1_000, { user: 'c', to: 'WAITING' });
    await reader.trends(5, NOW);
    // What is older than the last minutes is read in the background: the second look has the whole day.
    await reader.today();
    expect(await reader.today()).toBe(4);
  });

  it('asks again after a failed read instead of remembering a hole', async () => {
    await pairLife('a', NOW - 3 * MINUTE, 1_000, 1_000);
    let broken = true;
    const store: Store = {
      ...redis.store,
      pipeline: (commands) => (broken ? Promise.reject(new Error('away')) : redis.store.pipeline(commands)),
    };
    const reader = new Statistics(testContext(store));
    await expect(reader.trends(5, NOW)).rejects.toThrow('away');
    broken = false;
    expect((await reader.trends(5, NOW)).window.matched).toBe(2);
  });
});
