import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  AGE_EDGES_MS,
  CONNECTING_LIMIT_MS,
  DISCONNECTING_LIMIT_MS,
  HEARTBEAT_LIMIT_MS,
  overview,
} from '@shared/contract/overview';
import { STATES, type State } from '@shared/states';
import { acting } from '../../../src/main/engine/core';
import { type OverviewReading, OverviewReader } from '../../../src/main/engine/overview';
import { transitionScript } from '../../../src/main/engine/transition';
import { seededRandom } from '../../../src/main/lib/random';
import { testContext } from '../../support/engine';
import { startStore, STORE_KINDS, type TestStore } from '../../support/store';

const NOW = 1_700_000_000_000;

interface Population {
  users: { user: string; state: State; since: number }[];
  heartbeats: { user: string; at: number }[];
}

function randomPopulation(seed: number, size: number): Population {
  const random = seededRandom(seed);
  const users = Array.from({ length: size }, (_, index) => ({
    user: `u${index}`,
    state: STATES[Math.floor(random() * STATES.length)] ?? 'IDLE',
    since: NOW - Math.floor(random() ** 3 * 120_000),
  }));
  return { users, heartbeats: users.map(({ user }) => ({ user, at: NOW - Math.floor(random() * 60_000) })) };
}

/** The same figures, counted the slow way. */
function bruteForce({ users, heartbeats }: Population): Partial<OverviewReading> {
  const agesIn = (state: State) =>
    users
      .filter((user) => user.state === state)
      .map(({ since }) => NOW - since)
      .sort((a, b) => a - b);
  const byRank = (ages: number[], share: number) => ages[Math.ceil(share * ages.length) - 1] ?? null;
  const waits = agesIn('WAITING');
  const quietest = heartbeats.toSorted((a, b) => a.at - b.at || (a.user < b.user ? -1 : 1))[0];
  return {
    at: NOW,
    states: Object.fromEntries(
      STATES.map((state) => {
        const ages = agesIn(state);
        const longest = ages.at(-1);
        const oldest = users
          .filter((user) => user.state === state && NOW - user.since === longest)
          .map(({ user }) => user)
          .sort()[0];
        return [
          state,
          {
            count: ages.length,
            oldestUser: oldest ?? null,
            oldestSince: longest === undefined ? null : NOW - longest,
            medianAgeMs: byRank(ages, 0.5),
          },
        ];
      }),
    ) as OverviewReading['states'],
    waiting: {
      p50Ms: byRank(waits, 0.5),
      p95Ms: byRank(waits, 0.95),
      p99Ms: byRank(waits, 0.99),
      longestMs: waits.at(-1) ?? null,
      byAge: [0, ...AGE_EDGES_MS].map(
        (from, index) => waits.filter((age) => age >= from && age < (AGE_EDGES_MS[index] ?? Infinity)).length,
      ),
    },
    stuck: {
      connecting: agesIn('CONNECTING').filter((age) => age > CONNECTING_LIMIT_MS).length,
      disconnecting: agesIn('DISCONNECTING').filter((age) => age > DISCONNECTING_LIMIT_MS).length,
      staleHeartbeats: heartbeats.filter(({ at }) => NOW - at > HEARTBEAT_LIMIT_MS).length,
      quietestUser: quietest?.user ?? null,
      quietestSince: quietest?.at ?? null,
    },
  };
}

describe.each(STORE_KINDS)('overview on %s', (kind) => {
  let redis: TestStore;
  const reader = () => new OverviewReader(testContext(redis.store));
  const keys = () => testContext(redis.store).keys;

  beforeAll(async () => {
    redis = await startStore(kind);
  });
  beforeEach(() => redis.flush());
  afterAll(() => redis.stop());

  async function fill({ users, heartbeats }: Population) {
    await redis.store.pipeline([
      ...users.map(({ user, state, since }) => ['ZADD', keys().sets[state], since, user] as const),
      ...heartbeats.map(({ user, at }) => ['ZADD', keys().heartbeats, at, user] as const),
    ]);
  }

  it.each([1, 2, 3, 17, 200])('equals a brute-force count of %i random users', async (size) => {
    for (let seed = 1; seed <= 5; seed += 1) {
      await redis.flush();
      const population = randomPopulation(seed * 1000 + size, size);
      await fill(population);
      expect(await reader().read({ now: NOW }), `seed ${seed}`).toMatchObject(bruteForce(population));
    }
  });

  it('reads an empty pool as zeros and nulls', async () => {
    const reading = await reader().read({ now: NOW });
    expect(reading).toMatchObject(bruteForce({ users: [], heartbeats: [] }));
    expect(reading).toMatchObject({ pool: 'default', newest: [], journalled: 0 });
  });

  it('conforms to the contract, by the clock of the server', async () => {
    await fill(randomPopulation(7, 50));
    const before = await redis.client.time();
    const reading = await reader().read();
    expect(overview.parse({ ...reading, today: 0 })).toEqual({ ...reading, today: 0 });
    expect(reading.at).toBeGreaterThanOrEqual(Number(before[0]) * 1000);
  });

  it('shows the newest moves first and counts all that were ever journalled', async () => {
    const { store, keys: poolKeys, settings } = testContext(redis.store);
    for (const user of ['a', 'b', 'c'])
      await store.run(transitionScript, {
        acting: acting(poolKeys, settings, { by: 'test' }),
        steps: [
          { user, to: 'IDLE', cause: 'arrive' },
          { user, to: 'WAITING', cause: 'queue' },
        ],
      });
    const { newest, journalled } = await reader().read({ newest: 2 });
    expect(journalled).toBe(6);
    expect(newest).toMatchObject([
      { user: 'c', from: 'IDLE', to: 'WAITING', cause: 'queue', by: 'test' },
      { user: 'c', from: null, to: 'IDLE', cause: 'arrive', spent: null },
    ]);
  });

  it('counts an entry time in the future as just entered', async () => {
    await redis.client.zadd(keys().sets.WAITING, NOW + 5_000, 'early');
    const { waiting } = await reader().read({ now: NOW });
    expect(waiting).toMatchObject({ p50Ms: 0, longestMs: 0, byAge: [1, 0, 0, 0, 0, 0, 0, 0] });
  });

  it('names the key that is of a wrong type', async () => {
    await redis.client.set(keys().sets.CONNECTING, 'not a sorted set');
    await expect(reader().read()).rejects.toMatchObject({
      code: 'redis_wrong_type',
      message: expect.stringContaining(keys().sets.CONNECTING) as string,
    });
  });

  it('writes nothing', async () => {
    await fill(randomPopulation(3, 20));
    const before = (await redis.client.keys('*')).sort();
    await reader().read();
    expect((await redis.client.keys('*')).sort()).toEqual(before);
  });
});
