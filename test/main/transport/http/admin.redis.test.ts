import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { operations } from '@shared/contract';
import { ADMIN_ROUTES } from '../../../../src/main/api/admin-routes';
import { type ApiServer, startApiServer } from '../../../support/api-server';
import { bringTo, matchingClient, type MatchingClient, setsOf } from '../../../support/matching-client';
import { startStore, type TestStore } from '../../../support/store';

let redis: TestStore;
let server: ApiServer;
let client: MatchingClient;
beforeAll(async () => {
  redis = await startStore();
  server = await startApiServer(redis);
  client = matchingClient(server.url);
});
beforeEach(async () => {
  await server.flushLogs();
  await redis.flush();
});
afterAll(async () => {
  await server.stop();
  await redis.stop();
});

const get = (path: string) => client.send(`/api/admin${path}`);
const send = (method: string, path: string, body: unknown) =>
  client.send(`/api/admin${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('the admin endpoints', () => {
  it('lead to operations that exist, reading ones by GET and changing ones by another method', () => {
    for (const { method, operation } of ADMIN_ROUTES)
      expect({ operation, read: method === 'GET' }).toEqual({
        operation,
        read: operations[operation].kind === 'query',
      });
  });

  it('answer every reading one', async () => {
    await bringTo(server, 'IN_CALL');
    for (const { method, path } of ADMIN_ROUTES) {
      if (method !== 'GET') continue;
      const query = path.endsWith('/find') ? '?text=ad' : path.endsWith('search') ? '?user=ada' : '';
      const answer = await get(path.replace('{user}', 'ada') + query);
      expect({ path, status: answer.status, body: answer.body }).toMatchObject({ status: 200 });
    }
  });

  it('show, explain, force and remove one user', async () => {
    await bringTo(server, 'IN_CALL');
    expect((await get('/users/ada')).body).toMatchObject({ user: 'ada', state: 'IN_CALL' });
    expect((await get('/users/ada/timeline')).body).toMatchObject({
      entries: [{ to: 'IN_CALL' }, {}, {}, {}],
    });
    expect((await get('/users?state=IN_CALL&limit=1')).body).toMatchObject({ total: 2, rows: [{}] });
    const force = { users: ['ada'], to: 'IDLE', reason: 'a test' };
    const plan = await send('POST', '/force', { ...force, dryRun: true });
    expect(plan.body).toMatchObject({ warnings: [{ kind: 'partner-left-alone', partner: 'bob' }] });
    expect(await setsOf(redis, 'ada')).toEqual(['IN_CALL']);
    const done = await send('POST', '/force', force);
    expect(await setsOf(redis, 'ada')).toEqual(['IDLE']);
    expect(await send('POST', '/rollback', { transaction: done.body['transaction'] })).toMatchObject({
      status: 200,
    });
    expect(await setsOf(redis, 'ada')).toEqual(['IN_CALL']);
    expect(await send('POST', '/users/remove', { users: ['ada'], reason: 'a test' })).toMatchObject({
      status: 200,
    });
    expect(await setsOf(redis, 'ada')).toEqual([]);
  });

  it('rebuild and clean up metadata, previewed first, audited, and undone', async () => {
    await redis.client.zadd('matching:waiting', 5000, 'bare');
    await redis.client.hset('user:orphan', { state: 'IDLE', createdAt: 1 });
    const reason = 'a test';
    for (const [path, user, before, after] of [
      ['/metadata/rebuild', 'bare', 0, 1],
      ['/metadata/remove-orphans', 'orphan', 1, 0],
    ] as const) {
      const exists = () => redis.client.exists(`user:${user}`);
      const plan = await send('POST', path, { reason, dryRun: true });
      expect(plan.body).toMatchObject({ dryRun: true, next: null, recovered: 1, examples: [user] });
      expect(await exists()).toBe(before);
      const { body } = await send('POST', path, { reason });
      expect(body).toMatchObject({ dryRun: false, recovered: 1, examples: [user] });
      expect(await exists()).toBe(after);
    }
    expect((await get('/audit')).body).toMatchObject({
      entries: [
        { action: 'metadata.removeOrphans', reason, users: ['orphan'] },
        { action: 'metadata.rebuild', reason, users: ['bare'] },
      ],
    });
    expect(await send('POST', '/metadata/rebuild', {})).toMatchObject({ status: 400 });
  });

  it('clean up only when told so', async () => {
    await redis.client.zadd('matching:connecting', 1, 'stuck');
    await redis.client.hset('user:stuck', { state: 'CONNECTING', lastStateChange: 1, lastHeartbeat: 1 });
    expect((await send('POST', '/cleanup', {})).body).toMatchObject({ dryRun: true });
    expect(await setsOf(redis, 'stuck')).toEqual(['CONNECTING']);
    expect((await send('POST', '/cleanup', { dryRun: false })).body).toMatchObject({ dryRun: false });
    expect(await setsOf(redis, 'stuck')).not.toEqual(['CONNECTING']);
  });

  it('refuse with the faults of the input', async () => {
    const answer = await send('POST', '/force', { users: ['a b'], to: 'GONE' });
    expect(answer).toMatchObject({ status: 400, body: { code: 'bad_input' } });
    expect(answer.body['faults']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: 'to' }),
        expect.objectContaining({ path: 'reason' }),
      ]),
    );
    expect((await get('/users?limit=many')).status).toBe(400);
    expect((await get('/nothing')).status).toBe(404);
  });

  it('reach every operation by its name', async () => {
    const named = await send('POST', '/operations/pools.list', {});
    expect(named).toMatchObject({ status: 200, body: { pools: ['default'] } });
    expect((await send('POST', '/operations/no.such', {})).status).toBe(404);
    expect((await send('POST', '/operations/__proto__', {})).status).toBe(404);
  });
});

describe('journeys', () => {
  it('are counted and told: moves by whoever made them, and what was refused', async () => {
    await bringTo(server, 'IN_CALL');
    await client.post('skip', { userId: 'ada' });
    await client.post('skip', { userId: 'ada' });
    await client.post('leave', { userId: 'ada' });
    await server.flushLogs();

    const counted = await get('/analytics?minutes=15');
    expect(counted.body).toMatchObject({
      window: {
        ...{ arrived: 2, queued: 2, matched: 2, connected: 2, skipped: 1, ended: 0, left: 1, refused: 1 },
        ...{ returned: 2, connectedShare: 1 },
      },
      before: null,
    });
    expect(counted.body['flow']).toEqual(
      expect.arrayContaining([{ from: 'WAITING', to: 'CONNECTING', count: 2 }]),
    );

    const told = await get('/analytics/events?user=ada');
    const kinds = (told.body['events'] as { kind: string }[]).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind !== 'refused')).toEqual([
      ...['left', 'returned', 'skipped', 'connected', 'matched', 'queued', 'arrived'],
    ]);
    expect(kinds).toContain('refused');
  });

  it('are told page by page without gap or repetition', async () => {
    await bringTo(server, 'IN_CALL');
    for (let turn = 0; turn < 5; turn += 1) await client.post('leave', { userId: 'ada' });
    await server.flushLogs();
    const whole = await get('/analytics/events');
    const ids = (body: Record<string, unknown>) => (body['events'] as { id: string }[]).map(({ id }) => id);
    const paged: string[] = [];
    let before = '';
    for (;;) {
      const page = await get(`/analytics/events?limit=3${before && `&before=${before}`}`);
      paged.push(...ids(page.body));
      if (page.body['cursor'] === null) break;
      before = page.body['cursor'] as string;
    }
    expect(paged).toEqual(ids(whole.body));
  });
});

describe('while Redis is away', () => {
  it('answers 503 with Retry-After, says not ready, and keeps being alive', async () => {
    const own = await startStore();
    const away = await startApiServer(own, { connection: 'reconnecting' });
    const there = matchingClient(away.url);
    try {
      await own.server?.kill();
      const answer = await there.post('enqueue', { userId: 'ada' });
      expect(answer).toMatchObject({ status: 503, body: { title: 'Redis is away' } });
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await there.get('events', { userId: 'ada' })).status).toBe(503);
      expect((await there.send('/readyz')).status).toBe(503);
      expect((await there.send('/healthz')).status).toBe(200);
      const scrape = await there.send('/metrics');
      expect(scrape.body['text']).toContain('switchboard_redis_up 0');
      expect(scrape.body['text']).not.toContain('switchboard_users{');
    } finally {
      await away.stop();
      own.client.disconnect();
    }
  });
});
