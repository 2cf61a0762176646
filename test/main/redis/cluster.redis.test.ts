import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../../src/main/engine/engine';
import { silentLogger } from '../../../src/main/lib/log';
import { poolKeys } from '../../../src/main/redis/keys';
import { describeTarget } from '../../../src/main/redis/target';
import { type TestCluster, startCluster } from '../../support/redis-cluster';
import { manage, untilStatus } from '../../support/redis-manager';
import { startRedisServer } from '../../support/redis-server';
import { until } from '../../support/until';

/** Two pools that live on different primaries of three. */
async function poolsApart(cluster: TestCluster): Promise<[string, string]> {
  const holder = (pool: string) => cluster.holderOf(poolKeys(pool, 'cluster').sets.WAITING);
  const first = 'default';
  for (let index = 0; ; index += 1) {
    const other = `region-${index}`;
    if ((await holder(other)) !== (await holder(first))) return [first, other];
  }
}

describe('a cluster of three primaries', () => {
  let cluster: TestCluster;
  let manager: ReturnType<typeof manage>;
  let engine: Engine;
  let pools: [string, string];

  beforeAll(async () => {
    cluster = await startCluster();
    manager = manage(describeTarget(cluster.target));
    await manager.start();
    engine = new Engine({ store: manager.store, log: silentLogger });
    pools = await poolsApart(cluster);
  }, 60_000);
  afterAll(async () => {
    await engine.stop();
    await manager.shutdown();
    await cluster.stop();
  });

  it('is connected as a whole, and tells of each of its primaries', () => {
    const { status, server } = manager.getHealth();
    expect({ status, topology: server?.topology }).toEqual({ status: 'ready', topology: 'cluster' });
    const ports = server?.nodes?.map(({ address }) => Number(address.split(':')[1]));
    expect(ports?.sort()).toEqual(cluster.primaries.map(({ port }) => port).sort());
  });

  it('keeps each pool on its node, and every flow of the engine runs there', async () => {
    const writers = await Promise.all(
      pools.map((pool) => cluster.holderOf(poolKeys(pool, 'cluster').user('ann'))),
    );
    expect(writers[0]).not.toBe(writers[1]);

    for (const name of pools) {
      const pool = engine.pool(name);
      for (const user of ['ann', 'ben', 'cyd']) {
        await pool.transitions.performTransition(user, 'IDLE', { expectedFrom: 'UNKNOWN' });
        await pool.transitions.performTransition(user, 'WAITING', { expectedFrom: 'IDLE' });
      }
      const { transaction } = await pool.transitions.forceTransition('cyd', 'IDLE', 'a test', {
        by: 'tester',
      });
      await pool.transitions.rollbackTransaction(transaction, { by: 'tester' });
      const { pairs } = await pool.matcher.matchOnce();
      expect(pairs).toHaveLength(1);
      const reading = await pool.overview.read();
      expect(reading.states).toMatchObject({ WAITING: { count: 1 }, CONNECTING: { count: 2 } });
      expect(reading.newest.length).toBeGreaterThan(5);
      expect(
        (await pool.users.find('an', { match: 'prefix', limit: 5 })).users.map(({ user }) => user),
      ).toEqual(['ann']);
      expect((await pool.audit.list({})).entries.map(({ action }) => action)).toContain('transitions.force');
    }
  });

  it('sweeps in each pool whoever is stuck there', async () => {
    for (const name of pools) {
      const later = Date.now() + 60_000;
      const report = await engine.pool(name).sweeper.sweep({ by: 'tester', now: later });
      expect(report.moved.connecting + report.moved.heartbeat).toBeGreaterThan(0);
    }
  });

  it('finds what is wrong, also metadata that no set and no index knows, on whichever node it is', async () => {
    for (const name of pools) {
      const { keys } = engine.pool(name).context;
      await manager.store.command(['ZADD', keys.sets.IDLE, Date.now(), 'bare']);
      await manager.store.command(['HSET', keys.user('stray'), 'state', 'WAITING']);
      engine.pool(name).integrity.start({ confirmAfterMs: 10 });
      expect((await engine.pool(name).integrity.finished()).status).toBe('done');
      const users = engine
        .pool(name)
        .integrity.findings()
        .findings.map(({ user }) => user);
      expect(users).toEqual(expect.arrayContaining(['bare', 'stray']));
    }
  });

  it('lists its pools, also those that other programs made, wherever they are', async () => {
    const [, apart] = pools;
    for (const name of ['asia', 'europe', 'africa'])
      await manager.store.command(['ZADD', poolKeys(name, 'cluster').sets.WAITING, Date.now(), 'someone']);
    const fresh = new Engine({ store: manager.store, log: silentLogger });
    await fresh.registry.discover();
    expect(await fresh.pools()).toEqual(
      expect.arrayContaining(['default', apart, 'asia', 'europe', 'africa']),
    );
    const overviews = await fresh.overviews();
    expect(overviews.find(({ pool }) => pool === 'asia')?.states.WAITING.count).toBe(1);
  });

  it('says so when it is addressed as a single server, and the other way round', async () => {
    const single = manage(cluster.primaries[0]?.url ?? '');
    await single.start();
    const foreign = await Promise.all(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((key) =>
        single.store.command(['GET', key]).then(
          () => null,
          (fault: { code: string }) => fault.code,
        ),
      ),
    );
    expect(foreign).toContain('redis_wrong_server');
    await single.shutdown();

    const server = await startRedisServer();
    const nodes = [{ host: '127.0.0.1', port: server.port }];
    const wrong = manage('redis://unused', {
      target: { ...cluster.target, endpoint: { kind: 'cluster', nodes } },
      maxAttempts: 0,
    });
    const { lastError } = await wrong.start();
    expect(lastError).toMatchObject({
      code: 'redis_wrong_server',
      message: expect.stringMatching(/is not part of a cluster/) as string,
    });
    await wrong.shutdown();
    await server.stop();
  });

  it('counts as away as soon as one primary is gone, and comes back with the replica in its place', async () => {
    const [, apart] = pools;
    const holder = await cluster.holderOf(poolKeys(apart, 'cluster').sets.WAITING);
    await cluster.addReplica(cluster.primaries.indexOf(holder));
    const before = await engine.pool(apart).overview.read();
    await holder.kill();
    await untilStatus(manager, 'reconnecting');
    await expect(manager.store.command(['SET', '{any}', 1])).rejects.toMatchObject({ code: 'redis_away' });
    const codes = new Set<string>();
    const stop = manager.onHealth(({ lastError }) => lastError && codes.add(lastError.code));
    await untilStatus(manager, 'ready', 30_000);
    stop();
    expect([...codes]).toContain('redis_failover');
    await until(
      async () => (await engine.pool(apart).overview.read()).states.IDLE.count === before.states.IDLE.count,
      {
        timeoutMs: 5_000,
        what: 'the pool is as it was',
      },
    );
  }, 60_000);
});
