import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { SwitchboardError } from '@shared/errors';
import type { ApiToken } from '../../../../src/main/api/authenticate';
import { ENDPOINT_CONFIGS } from '../../../../src/main/api/matching/endpoints';
import { type ApiServer, type ApiServerOptions, startApiServer } from '../../../support/api-server';
import { bringTo, matchingClient, type MatchingClient, setsOf } from '../../../support/matching-client';
import { startStore, type TestStore } from '../../../support/store';

const TOKENS: ApiToken[] = [
  { actor: 'api', role: 'admin', secret: 'admin-key-0123456789' },
  { actor: 'shop', role: 'operator', secret: 'operator-key-0123456789' },
  { actor: 'grafana', role: 'viewer', secret: 'viewer-key-0123456789' },
];

let redis: TestStore;
let open: ApiServer | null = null;
beforeAll(async () => {
  redis = await startStore();
});
beforeEach(() => redis.flush());
afterEach(async () => {
  await open?.stop();
  open = null;
});
afterAll(() => redis.stop());

async function serve(options: ApiServerOptions = {}): Promise<MatchingClient> {
  open = await startApiServer(redis, options);
  return matchingClient(open.url);
}

function server(): ApiServer {
  if (!open) throw new Error('no server');
  return open;
}

describe('keys', () => {
  it('are not needed without any', async () => {
    const client = await serve();
    expect((await client.post('enqueue', { userId: 'ada' })).status).toBe(200);
  });

  it('are demanded once there is one, in either header', async () => {
    const client = await serve({ tokens: TOKENS });
    const refused = await client.post('enqueue', { userId: 'ada' });
    expect(refused).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    expect(refused.headers.get('www-authenticate')).toContain('Bearer');
    const wrong = { authorization: 'Bearer wrong-key-0123456789' };
    expect((await client.post('enqueue', { userId: 'ada' }, wrong)).status).toBe(401);
    const basic = { authorization: 'Basic YTpi' };
    expect((await client.post('enqueue', { userId: 'ada' }, basic)).status).toBe(401);
    const bearer = { authorization: 'Bearer operator-key-0123456789' };
    expect((await client.post('enqueue', { userId: 'ada' }, bearer)).status).toBe(200);
    const header = { 'x-api-key': 'operator-key-0123456789' };
    expect((await client.post('heartbeat', { userId: 'ada' }, header)).status).toBe(200);
  });

  it('have roles', async () => {
    const client = await serve({ tokens: TOKENS });
    const as = (secret: string) => ({ 'x-api-key': secret });
    expect((await client.post('enqueue', { userId: 'ada' }, as('viewer-key-0123456789'))).status).toBe(403);
    expect((await client.post('enqueue', { userId: 'ada' }, as('operator-key-0123456789'))).status).toBe(200);
    expect((await client.get('check-match', { userId: 'ada' }, as('viewer-key-0123456789'))).status).toBe(
      200,
    );
    const force = (secret: string) =>
      client.send('/api/admin/force', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...as(secret) },
        body: JSON.stringify({ users: ['ada'], to: 'IDLE', reason: 'a test' }),
      });
    expect((await force('operator-key-0123456789')).status).toBe(403);
    expect((await force('admin-key-0123456789')).status).toBe(200);
  });

  it('leave the health of the process open, and its metrics not', async () => {
    const client = await serve({ tokens: TOKENS });
    expect((await client.send('/healthz')).status).toBe(200);
    expect((await client.send('/readyz')).status).toBe(200);
    expect((await client.send('/openapi.json')).status).toBe(200);
    expect((await client.send('/metrics')).status).toBe(401);
    const scrape = await client.send('/metrics', { headers: { 'x-api-key': 'viewer-key-0123456789' } });
    expect(scrape.status).toBe(200);
  });

  it('name who acted, in the audit trail and the journal', async () => {
    const client = await serve({ tokens: TOKENS });
    await client.post('enqueue', { userId: 'ada' }, { 'x-api-key': 'operator-key-0123456789' });
    const admin = { 'content-type': 'application/json', 'x-api-key': 'admin-key-0123456789' };
    await client.send('/api/admin/force', {
      method: 'POST',
      headers: { ...admin, 'x-request-id': 'my-request-1' },
      body: JSON.stringify({ users: ['ada'], to: 'IDLE', reason: 'cleaning up' }),
    });
    const audit = await client.send('/api/admin/audit', { headers: admin });
    expect(audit.body).toMatchObject({
      entries: [{ by: 'api', action: 'transitions.force', reason: 'cleaning up', requestId: 'my-request-1' }],
    });
    const moves = await client.send('/api/admin/transitions', { headers: admin });
    expect(moves.body).toMatchObject({
      entries: [
        { by: 'api', cause: 'force' },
        { by: 'shop', cause: 'queue' },
      ],
    });
  });
});

describe('a process that only watches', () => {
  it('refuses everything that would change users', async () => {
    const client = await serve({ readOnly: true });
    await bringTo(server(), 'WAITING');
    expect(await client.post('leave', { userId: 'ada' })).toMatchObject({
      status: 403,
      body: { code: 'read_only_profile' },
    });
    expect((await client.get('check-match', { userId: 'ada' })).status).toBe(200);
  });
});

describe('who it is about', () => {
  it('may stand in body, query or header, and must be one', async () => {
    const client = await serve();
    const path = '/api/simple-matching/heartbeat';
    await bringTo(server(), 'IDLE');
    expect((await client.post('heartbeat', { userId: 'ada' })).status).toBe(200);
    expect((await client.send(`${path}?userId=ada`, { method: 'POST' })).status).toBe(200);
    expect((await client.send(path, { method: 'POST', headers: { 'x-user-id': 'ada' } })).status).toBe(200);
    const two = await client.post('heartbeat', { userId: 'ada' }, { 'x-user-id': 'bob' });
    expect(two).toMatchObject({ status: 400, body: { code: 'bad_input', faults: [{ path: 'userId' }] } });
    const tooLong = await client.post('leave', { userId: 'ada' }, { 'idempotency-key': 'k'.repeat(200) });
    expect(tooLong).toMatchObject({ status: 400, body: { faults: [{ path: 'idempotency-key' }] } });
    expect(tooLong.body['detail']).toMatch(/^The headers are not valid: idempotency-key: an idempotency key/);
    expect((await client.send(path, { method: 'POST' })).status).toBe(400);
    expect((await client.send(`${path}?userId=ada&userId=bob`, { method: 'POST' })).status).toBe(400);
  });

  it('is looked for in the pool that is named', async () => {
    const client = await serve();
    expect((await client.post('enqueue', { userId: 'ada', pool: 'eu' })).body).toMatchObject({ pool: 'eu' });
    expect(await redis.client.zscore('{matching:eu}:waiting', 'ada')).not.toBeNull();
    expect((await client.get('check-match', { userId: 'ada' })).status).toBe(404);
    expect((await client.get('check-match', { userId: 'ada' }, { 'x-pool': 'eu' })).status).toBe(200);
    expect((await client.get('check-match', { userId: 'ada', pool: 'nowhere' })).status).toBe(404);
  });
});

describe('methods, types and sizes', () => {
  it('answers a wrong method with 405 and what is allowed', async () => {
    const client = await serve();
    for (const { method, path } of Object.values(ENDPOINT_CONFIGS)) {
      const answer = await client.send(`/api/simple-matching/${path}`, { method: 'DELETE' });
      expect(answer).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
      expect(answer.headers.get('allow')).toBe(method);
    }
  });

  it('takes JSON only, text for the beacon alone', async () => {
    const client = await serve();
    await bringTo(server(), 'IN_CALL');
    const text = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{"userId":"ada"}' };
    expect((await client.send('/api/simple-matching/skip', text)).status).toBe(415);
    const form = { ...text, headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    expect((await client.send('/api/simple-matching/leave', form)).status).toBe(415);
    expect((await client.send('/api/simple-matching/leave', text)).status).toBe(200);
    expect(await setsOf(redis, 'bob')).toEqual(['WAITING']);
  });

  it('takes a beacon without any content type or body', async () => {
    const client = await serve();
    await bringTo(server(), 'CONNECTING');
    const left = await client.send('/api/simple-matching/leave?userId=ada', { method: 'POST' });
    expect(left).toMatchObject({ status: 200, body: { state: 'IDLE', left: true, formerPartner: 'bob' } });
    const again = await client.send('/api/simple-matching/leave?userId=ada', { method: 'POST' });
    expect(again).toMatchObject({ status: 200, body: { left: false } });
  });

  it('refuses large bodies and what is not JSON', async () => {
    const client = await serve();
    const large = JSON.stringify({ userId: 'x'.repeat(10_000) });
    const headers = { 'content-type': 'application/json' };
    const post = (body: string) =>
      client.send('/api/simple-matching/enqueue', { method: 'POST', headers, body });
    expect(await post(large)).toMatchObject({ status: 413, body: { code: 'payload_too_large' } });
    expect(await post('{')).toMatchObject({ status: 400, body: { code: 'bad_input' } });
    expect(await post('{"__proto__":{"userId":"ada"}}')).toMatchObject({ status: 400 });
    expect(await post('[]')).toMatchObject({ status: 400 });
    expect(await client.send('/api/nothing/here')).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
  });
});

describe('request ids', () => {
  it('come back as they were sent, and stand in the journal and the log', async () => {
    const client = await serve();
    const answer = await client.post('enqueue', { userId: 'ada' }, { 'x-request-id': 'trace-0123456789' });
    expect(answer.headers.get('x-request-id')).toBe('trace-0123456789');
    await server().flushLogs();
    const journal = await client.send('/api/admin/transitions');
    expect(journal.body).toMatchObject({ entries: [{ user: 'ada', requestId: 'trace-0123456789' }] });
    const log = await client.send('/api/admin/requests?requestId=trace-0123456789');
    expect(log.body).toMatchObject({ entries: [{ endpoint: 'enqueue', user: 'ada', status: 200 }] });
  });

  it('are made where one is missing or could harm', async () => {
    const client = await serve();
    const harmful = await client.post('enqueue', { userId: 'a b' }, { 'x-request-id': 'a{"b":1}' });
    expect(harmful.headers.get('x-request-id')).toMatch(/^[\w-]{16}$/);
    expect(harmful.body['requestId']).toBe(harmful.headers.get('x-request-id'));
  });
});

describe('an idempotency key', () => {
  it('makes a repeated skip act once, and return the first result', async () => {
    const client = await serve();
    await bringTo(server(), 'IN_CALL');
    const key = { 'idempotency-key': 'retry-1' };
    const first = await client.post('skip', { userId: 'ada' }, key);
    const second = await client.post('skip', { userId: 'ada' }, key);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.body).toMatchObject({ state: 'WAITING', formerPartner: 'bob' });
    expect((await client.post('skip', { userId: 'ada' })).status).toBe(409);
    expect(await redis.client.hget('user:ada', 'totalSkips')).toBe('1');
  });

  it('belongs to its user and endpoint', async () => {
    const client = await serve();
    await bringTo(server(), 'IN_CALL');
    const key = { 'idempotency-key': 'retry-1' };
    await client.post('skip', { userId: 'ada' }, key);
    expect((await client.post('skip', { userId: 'carl' }, key)).status).toBe(409);
    expect((await client.post('end', { userId: 'ada' }, key)).status).toBe(409);
    expect((await client.post('enqueue', { userId: 'carl' }, key)).body).toMatchObject({ userId: 'carl' });
  });
});

describe('the custom check of an endpoint', () => {
  it('lets a beacon leave from a call, and nothing else', async () => {
    const client = await serve();
    await bringTo(server(), 'IN_CALL');
    const refused = await client.post('leave', { userId: 'ada' });
    expect(refused).toMatchObject({ status: 409, body: { allowedStates: ['WAITING'] } });
    // With a key the script decides; what it refuses is told by the same rule.
    const retried = await client.post('leave', { userId: 'ada' }, { 'idempotency-key': 'leave-1' });
    expect(retried).toMatchObject({
      status: 409,
      body: { currentState: 'IN_CALL', allowedStates: ['WAITING'] },
    });
    expect(await setsOf(redis, 'ada')).toEqual(['IN_CALL']);
    expect((await client.post('leave', { userId: 'ada', beacon: true })).status).toBe(200);
    expect([await setsOf(redis, 'ada'), await setsOf(redis, 'bob')]).toEqual([['IDLE'], ['WAITING']]);
  });

  it('is run before the handler, with the request and where its user is', async () => {
    const client = await serve();
    await bringTo(server(), 'WAITING');
    const { check } = ENDPOINT_CONFIGS.leave;
    const judge = vi.spyOn(check, 'judge').mockImplementation(() => {
      throw new SwitchboardError('forbidden', 'Nobody leaves on a Monday.');
    });
    try {
      const refused = await client.post('leave', { userId: 'ada' });
      expect(refused).toMatchObject({ status: 403, body: { detail: 'Nobody leaves on a Monday.' } });
      expect(await setsOf(redis, 'ada')).toEqual(['WAITING']);
      expect(judge.mock.calls[0]?.[0]).toMatchObject({
        identity: { user: 'ada', pool: 'default' },
        input: { userId: 'ada' },
        caller: { actor: 'api' },
        beacon: false,
        view: { state: 'WAITING' },
      });
      judge.mockImplementation(() => ['IDLE']);
      const elsewhere = await client.post('leave', { userId: 'ada' });
      expect(elsewhere).toMatchObject({ status: 409, body: { allowedStates: ['IDLE'] } });
    } finally {
      judge.mockRestore();
    }
    expect((await client.post('leave', { userId: 'ada' })).status).toBe(200);
  });
});

describe('other origins', () => {
  it('are refused by default, also by beacon', async () => {
    const client = await serve();
    await bringTo(server(), 'IN_CALL');
    const beacon = { method: 'POST', headers: { origin: 'https://evil.example' }, body: '{"userId":"ada"}' };
    expect((await client.send('/api/simple-matching/leave', beacon)).status).toBe(403);
    expect(await setsOf(redis, 'ada')).toEqual(['IN_CALL']);
  });

  it('are let in when allowed, with preflight, and no others', async () => {
    const client = await serve({ origins: ['https://app.example'] });
    const headers = { origin: 'https://app.example' };
    const preflight = await client.send('/api/simple-matching/enqueue', {
      method: 'OPTIONS',
      headers: { ...headers, 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://app.example');
    const answer = await client.post('enqueue', { userId: 'ada' }, headers);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example');
    const foreign = await client.post('enqueue', { userId: 'ada' }, { origin: 'https://evil.example' });
    expect(foreign.status).toBe(403);
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('limits', () => {
  it('are counted for each user, over every process', async () => {
    const client = await serve();
    const other = await startApiServer(redis);
    try {
      const { max } = ENDPOINT_CONFIGS.skip.rateLimit;
      const statuses: number[] = [];
      for (let call = 0; call < max + 2; call += 1) {
        const through = call % 2 ? client : matchingClient(other.url);
        statuses.push((await through.post('skip', { userId: 'ada' })).status);
      }
      expect(statuses.filter((status) => status === 429)).toHaveLength(2);
      const refused = await client.post('skip', { userId: 'ada' });
      expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await client.post('skip', { userId: 'bob' })).status).toBe(404);
    } finally {
      await other.stop();
    }
  });
});
