import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { poolKeys } from '../../../src/main/redis/keys';
import { urlOfTarget } from '../../../src/main/redis/target';
import { type RunningCommand, runCommand } from '../../support/command';
import { openEvents } from '../../support/event-reader';
import { type MatchingClient, matchingClient } from '../../support/matching-client';
import { startCluster, type TestCluster } from '../../support/redis-cluster';
import { startSentinels, type TestSentinels } from '../../support/redis-sentinel';
import { until } from '../../support/until';

/** Starts the server as people do, and leads `ada` and `bob` of a pool through their whole life over HTTP. */
const START_MS = 180_000;

async function wholeLife(client: MatchingClient, base: string, pool: string): Promise<void> {
  const identity = (user: string) => ({ userId: user, pool });
  const post = async (endpoint: string, user: string, body: object = {}) => {
    const answer = await client.post(endpoint, { ...identity(user), ...body });
    expect({ endpoint, status: answer.status, body: answer.body }).toMatchObject({ status: 200 });
    return answer.body;
  };
  expect(await post('enqueue', 'ada')).toMatchObject({ state: 'WAITING', position: 1, alreadyQueued: false });
  expect(await post('heartbeat', 'ada')).toMatchObject({ pool });
  const stream = await openEvents(base, 'ada', { 'x-pool': pool });
  try {
    await post('enqueue', 'bob');
    // By push, which needs a blocking read on the node that holds the pool's journal.
    const { room } = (await stream.next('matched')).data.view ?? {};
    expect((await client.get('check-match', identity('bob'))).body).toMatchObject({ partner: 'ada', room });
    expect(await post('connected', 'ada')).toMatchObject({ waitingForPartner: true });
    expect(await post('connected', 'bob')).toMatchObject({ state: 'IN_CALL' });
    await stream.next('connected');
    expect(await post('skip', 'ada', { room })).toMatchObject({ state: 'WAITING', formerPartner: 'bob' });
    expect((await client.get('check-disconnect', identity('bob'))).body).toMatchObject({
      disconnected: true,
      last: { reason: 'skip', by: 'partner', partner: 'ada' },
    });
    expect(await post('leave', 'bob')).toMatchObject({ state: 'IDLE' });
    expect(await post('leave', 'ada', { beacon: true })).toMatchObject({ state: 'IDLE' });
  } finally {
    stream.close();
  }
  const logged = async () => {
    const { body } = await client.send(`/api/admin/requests?pool=${pool}&user=bob&limit=20`);
    return (body['entries'] as { endpoint: string }[]).map(({ endpoint }) => endpoint);
  };
  await until(async () => (await logged()).includes('leave'), { what: 'the requests stand in the log' });
  expect(await logged()).toEqual(expect.arrayContaining(['enqueue', 'check-match', 'connected', 'leave']));
  const { body } = await client.send(`/api/admin/users/ada?pool=${pool}`);
  expect(body).toMatchObject({ user: 'ada' });
}

describe('the API on a Cluster', () => {
  let cluster: TestCluster;
  let server: RunningCommand;
  let base: string;

  beforeAll(async () => {
    cluster = await startCluster();
    server = runCommand(['--headless', '--port', '0'], { REDIS_URL: urlOfTarget(cluster.target) });
    base = await server.ready();
  }, START_MS);
  afterAll(async () => {
    await server.remove();
    await cluster.stop();
  });

  it.each(['default', 'eu', 'us'])(
    'leads two people through their whole life in the pool %s',
    async (pool) => {
      await wholeLife(matchingClient(base), base, pool);
      // Everything of the pool is on the one node of its hash tag, by a plain look at that node.
      const key = poolKeys(pool, 'cluster').user('ada');
      const plain = new Redis((await cluster.holderOf(key)).url);
      expect(await plain.hget(key, 'state')).toBe('IDLE');
      plain.disconnect();
    },
  );
});

describe('the API through Sentinels', () => {
  let world: TestSentinels;
  let server: RunningCommand;
  let base: string;

  beforeAll(async () => {
    world = await startSentinels();
    server = runCommand(['--headless', '--port', '0'], { REDIS_URL: urlOfTarget(world.target) });
    base = await server.ready();
  }, START_MS);
  afterAll(async () => {
    await server.remove();
    await world.stop();
  });

  it('leads two people through their whole life, also after a failover', async () => {
    const client = matchingClient(base);
    await wholeLife(client, base, 'default');
    await client.post('enqueue', { userId: 'cyd' });
    const replica = new Redis(world.replica.url);
    const arrived = async () => (await replica.zscore('matching:waiting', 'cyd')) !== null;
    await until(arrived, { timeoutMs: 20_000, what: 'the replica has what was acknowledged' });

    await world.primary.kill();
    const status = async (path: string) => (await client.send(path)).status;
    await until(async () => (await status('/readyz')) === 503, { timeoutMs: 20_000, what: 'not ready' });
    const refused = await client.post('heartbeat', { userId: 'cyd' });
    expect(refused.status).toBe(503);
    await until(async () => (await status('/readyz')) === 200, { timeoutMs: 60_000, what: 'ready again' });
    expect((await client.get('check-match', { userId: 'cyd' })).body).toMatchObject({ state: 'WAITING' });
    expect((await client.post('leave', { userId: 'cyd' })).body).toMatchObject({ state: 'IDLE' });
    await wholeLife(client, base, 'after');
    expect(await replica.role()).toEqual(expect.arrayContaining(['master']));
    replica.disconnect();
  }, 120_000);
});
