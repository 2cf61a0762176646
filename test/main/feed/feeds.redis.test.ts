import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { feeds as contract, type FeedEvent } from '@shared/contract';
import { acting } from '../../../src/main/engine/core';
import { Engine } from '../../../src/main/engine/engine';
import { transitionScript } from '../../../src/main/engine/transition';
import { createFeeds, type Feeds } from '../../../src/main/feed/feeds';
import { systemClock } from '../../../src/main/lib/clock';
import { silentLogger } from '../../../src/main/lib/log';
import { testContext } from '../../support/engine';
import { type FakeConnection, fakeConnection } from '../../support/fake-connection';
import { startStore, STORE_KINDS, type TestStore } from '../../support/store';
import { until } from '../../support/until';

const IDLE_SIMULATOR = {
  status: 'off',
  run: null,
  scenario: null,
  pool: null,
  since: null,
  target: 0,
  present: 0,
  moves: 0,
  seed: null,
  paused: false,
  speed: 1,
  load: 1,
  elapsedMs: 0,
  violations: 0,
  refused: null,
} as const;

describe.each(STORE_KINDS)('feeds on %s', (kind) => {
  let redis: TestStore;
  let connection: FakeConnection;
  let feeds: Feeds;
  let stops: (() => void)[];

  beforeAll(async () => {
    redis = await startStore(kind);
  });
  beforeEach(async () => {
    await redis.flush();
    connection = fakeConnection();
    stops = [];
    feeds = createFeeds({
      engine: new Engine({ store: redis.store, log: silentLogger }),
      connection,
      simulator: { getStatus: () => IDLE_SIMULATOR, onStatus: () => () => undefined },
      alarms: { onAlarms: () => () => undefined },
      clock: systemClock,
      log: silentLogger,
    });
  });
  afterEach(() => {
    for (const stop of stops) stop();
  });
  afterAll(() => redis.stop());

  function listen<E>(start: (publish: (event: E) => void, fail: (fault: unknown) => void) => () => void) {
    const seen = { events: [] as E[], faults: [] as unknown[] };
    stops.push(
      start(
        (event) => seen.events.push(event),
        (fault) => seen.faults.push(fault),
      ),
    );
    return seen;
  }

  const overview = () =>
    listen<FeedEvent<'overview'>>((publish, fail) =>
      feeds.overview({ pool: 'default' }, null, publish, fail),
    );
  const trends = (minutes: number) =>
    listen<FeedEvent<'trends'>>((publish, fail) =>
      feeds.trends({ pool: 'default', minutes }, null, publish, fail),
    );
  const transitions = (filter = {}) =>
    listen<FeedEvent<'transitions'>>((publish, fail) =>
      feeds.transitions({ pool: 'default', filter }, null, publish, fail),
    );

  async function arrive(...users: string[]) {
    const { store, keys, settings } = testContext(redis.store);
    await store.run(transitionScript, {
      acting: acting(keys, settings, { by: 'test' }),
      steps: users.map((user) => ({ user, to: 'IDLE' as const, cause: 'arrive' as const })),
    });
  }

  it('publish what the contract says', async () => {
    await arrive('a', 'b');
    const seen = { overview: overview(), trends: trends(15), transitions: transitions() };
    await until(() => Object.values(seen).every(({ events }) => events.length > 0));
    for (const name of ['overview', 'trends', 'transitions'] as const) {
      expect(seen[name].faults).toEqual([]);
      expect(contract[name].event.parse(seen[name].events[0]), name).toEqual(seen[name].events[0]);
    }
    expect(seen.overview.events[0]).toMatchObject({
      states: { IDLE: { count: 2 } },
      journalled: 2,
      today: 2,
    });
    expect(seen.trends.events[0]?.window.edges).toEqual({ 'UNKNOWN>IDLE': 2 });
  });

  it('show a change within one look', async () => {
    const seen = overview();
    await until(() => seen.events.length > 0);
    await arrive('a');
    await until(() => seen.events.at(-1)?.states.IDLE.count === 1, { timeoutMs: 10_000 });
  });

  it('read once for all who look at a pool', async () => {
    const views = Array.from({ length: 30 }, overview);
    await until(() => (views[0]?.events.length ?? 0) >= 3);
    const times = views.map(({ events }) => new Set(events.map(({ at }) => at)));
    const looks = new Set(times.flatMap((each) => [...each]));
    // Whoever listens from the beginning has seen every look; thirty polls would have made thirty times as many.
    expect(looks.size).toBe(Math.max(...times.map(({ size }) => size)));
  });

  it('give moves to those who asked for them, in order and once', async () => {
    const all = transitions();
    const some = transitions({ user: 'b' });
    await until(() => all.events.length > 0 && some.events.length > 0);
    for (const user of ['a', 'b', 'c']) await arrive(user);
    const users = (events: FeedEvent<'transitions'>[]) =>
      events.flatMap(({ entries }) => entries.toReversed().map(({ user }) => user));
    await until(() => users(all.events).length >= 3 && users(some.events).length >= 1);
    expect(users(all.events)).toEqual(['a', 'b', 'c']);
    expect(users(some.events)).toEqual(['b']);
    expect(all.events.every(({ skipped }) => skipped === 0)).toBe(true);
  });

  it('find users in two states', async () => {
    const { keys } = testContext(redis.store);
    await redis.client.zadd(keys.sets.IDLE, 5, 'twice');
    await redis.client.zadd(keys.sets.IN_CALL, 6, 'twice');
    const seen = trends(15);
    await until(() => seen.events.length > 0);
    expect(seen.events[0]?.attention).toContainEqual({
      kind: 'split-users',
      severity: 'critical',
      count: 1,
      since: null,
      example: 'twice',
    });
  });

  it('end with the reason where a key is of a wrong type', async () => {
    await redis.client.set(testContext(redis.store).keys.sets.WAITING, 'text');
    const seen = [overview(), trends(15)];
    await until(() => seen.every(({ faults }) => faults.length > 0));
    for (const { faults } of seen) expect(faults).toMatchObject([{ code: 'redis_wrong_type' }]);
  });
});

it('feeds outlive a restart of Redis, and show the new truth', async () => {
  const redis = await startStore('redis');
  redis.client.on('error', () => undefined);
  const connection = fakeConnection();
  const feeds = createFeeds({
    engine: new Engine({ store: redis.store, log: silentLogger }),
    connection,
    simulator: { getStatus: () => IDLE_SIMULATOR, onStatus: () => () => undefined },
    alarms: { onAlarms: () => () => undefined },
    clock: systemClock,
    log: silentLogger,
  });
  const events: FeedEvent<'overview'>[] = [];
  const faults: unknown[] = [];
  const stop = feeds.overview(
    { pool: 'default' },
    null,
    (event) => events.push(event),
    (fault) => faults.push(fault),
  );
  try {
    await redis.client.zadd(testContext(redis.store).keys.sets.IDLE, 1, 'before');
    await until(() => events.at(-1)?.states.IDLE.count === 1);
    await redis.server?.kill();
    connection.become({ status: 'reconnecting' });
    await redis.server?.restart();
    await redis.client.connect();
    const known = events.length;
    connection.become({ status: 'ready' });
    await until(() => events.length > known);
    expect(events.at(-1)?.states.IDLE.count).toBe(0);
    expect(faults).toEqual([]);
  } finally {
    stop();
    await redis.stop();
  }
});
