import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ADMIN_ROUTES } from '../../../../src/main/api/admin-routes';
import { ENDPOINT_CONFIGS } from '../../../../src/main/api/matching/endpoints';
import { type ApiServer, startApiServer } from '../../../support/api-server';
import { startStore, type TestStore } from '../../../support/store';

const REQUESTS = 10_000;
const RAW_REQUESTS = 500;
const AT_ONCE = 20;
const SEED = 20_260_501;

interface BadRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer | null;
}

/** Ids that have reached for other keys in other systems, and what looks nearly like an id. */
const harmfulId = fc.oneof(
  fc.constantFrom(
    ...[
      'victim:x',
      'user:victim',
      'a b',
      'a\nb',
      'a\r\nSET canary 1',
      '{matching}',
      '{victim}',
      '*',
      '..',
      '../x',
    ],
    ...[
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      'null',
      '',
      ' ',
      'a'.repeat(129),
      'é',
      '👋',
      'a\0b',
    ],
    ...[
      '%00',
      '%0d%0a',
      '$(id)',
      "'; --",
      '"',
      'matching:waiting',
      '1e400',
      '-0',
      'tx:1',
      'a|b',
      'A=B+C~D@E.F',
    ],
  ),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.stringMatching(/^[A-Za-z0-9._~@+=|-]{1,20}$/),
);
const junk = fc.oneof(
  harmfulId,
  fc.jsonValue({ maxDepth: 4 }),
  fc.integer(),
  fc.constant(null),
  fc.boolean(),
);
const field = fc.constantFrom(
  ...['userId', 'pool', 'room', 'beacon', 'partner', 'since', 'users', 'user', 'to', 'reason', 'transaction'],
  ...['filter', 'limit', 'before', 'level', '__proto__', 'constructor', 'x', ''],
);
const object = fc.dictionary(field, junk, { maxKeys: 6 }).map((value) => JSON.stringify(value));
const body = fc.oneof(
  object.map((text) => Buffer.from(text)),
  harmfulId.map((userId) => Buffer.from(JSON.stringify({ userId }))),
  fc.json().map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  // Cut off, nested deeply, too large, other encodings, twice the same field.
  object.map((text) => Buffer.from(text.slice(0, -1))),
  fc.constantFrom(
    ...[
      '['.repeat(3_000),
      '{"userId":"ada","userId":"bob"}',
      '{"__proto__":{"userId":"ada"}}',
      '\ufeff{}',
      'null',
    ].map((text) => Buffer.from(text)),
    Buffer.from('{"userId":"ada"}', 'utf16le'),
    Buffer.from(JSON.stringify({ userId: 'a'.repeat(20_000) })),
    Buffer.from('{"constructor":{"prototype":{"x":1}}}'),
  ),
  fc.constant(null),
);
const otherType = fc.constantFrom(
  ...[
    'application/json',
    'application/json; charset=utf-16',
    'text/plain',
    'text/html',
    'multipart/form-data',
    '',
  ],
  ...['application/x-www-form-urlencoded', 'application/json;;;', 'APPLICATION/JSON', 'a/b/c', '{"a":1}'],
);
const contentType = fc.oneof(
  { weight: 4, arbitrary: fc.constant('application/json') },
  { weight: 1, arbitrary: otherType },
);
const headerValue = fc.oneof(
  fc.constantFrom(
    '',
    'ada',
    'a:b',
    '{x}',
    '__proto__',
    'x'.repeat(500),
    '0-0',
    '9'.repeat(40),
    'Bearer  x',
    '*',
  ),
  fc.string({ maxLength: 40 }).map((text) => text.replaceAll(/[^\x20-\x7e]/g, '?')),
);
const headers = fc.dictionary(
  fc.constantFrom(
    ...[
      'x-user-id',
      'x-pool',
      'idempotency-key',
      'x-request-id',
      'last-event-id',
      'authorization',
      'x-api-key',
    ],
    ...[
      'accept',
      'origin',
      'x-forwarded-for',
      'content-encoding',
      'if-match',
      '__proto__',
      'x-http-method-override',
    ],
  ),
  headerValue,
  { maxKeys: 2 },
);
const query = fc.oneof(
  fc.constant(''),
  fc.dictionary(field, fc.oneof(harmfulId, headerValue), { maxKeys: 4 }).map((pairs) => {
    const parts = Object.entries(pairs).map(([name, value]) => `${encode(name)}=${encode(value)}`);
    return `?${parts.join('&')}`;
  }),
  fc.constantFrom(
    '?userId=%',
    '?userId=%ff%fe',
    '?userId[]=a',
    '?userId=a&userId=b',
    '?&&&=',
    '?userId=a%00b',
  ),
);
const path = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .constantFrom(...Object.values(ENDPOINT_CONFIGS))
      .map(({ path }) => `/api/simple-matching/${path}`),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(...ADMIN_ROUTES)
      .map(({ path }) => `/api/admin${path.replace('{user}', 'a%3Ab')}`),
  },
  { weight: 1, arbitrary: harmfulId.map((id) => `/api/admin/users/${encode(id)}`) },
  { weight: 1, arbitrary: harmfulId.map((id) => `/api/admin/operations/${encode(id)}`) },
  { weight: 1, arbitrary: harmfulId.map((id) => `/api/${encode(id)}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '/api/%',
      '/api/simple-matching/%c0%ae',
      '/api//',
      '/metrics',
      '/openapi.json',
    ),
  },
);
const badRequest: fc.Arbitrary<BadRequest> = fc
  .record({
    method: fc.constantFrom(
      'POST',
      'POST',
      'POST',
      'GET',
      'GET',
      'PUT',
      'DELETE',
      'PATCH',
      'HEAD',
      'OPTIONS',
    ),
    path: fc.tuple(path, query).map((parts) => parts.join('')),
    type: contentType,
    headers,
    body,
  })
  .map(({ type, ...rest }) => ({
    ...rest,
    headers: { ...rest.headers, ...(type ? { 'content-type': type } : {}) },
  }));

/** As a careless client would: what is no valid address is passed on as it is, as far as HTTP can carry it. */
function encode(text: string): string {
  return /\p{Surrogate}/u.test(text) ? '%ed%a0%80' : encodeURIComponent(text);
}

let redis: TestStore;
let server: ApiServer;
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
beforeAll(async () => {
  redis = await startStore();
  server = await startApiServer(redis);
});
afterAll(async () => {
  agent.destroy();
  await server.stop();
  await redis.stop();
});

/** Sends a request and gives its status; 0 when the server closed the connection on it. */
function send({ method, path: target, headers: sent, body: content }: BadRequest): Promise<number> {
  return new Promise((resolve) => {
    const outgoing = request(
      server.url + target,
      { method, agent, headers: { ...sent, ...(content ? { 'content-length': content.length } : {}) } },
      (answer) => {
        // A stream of events has no end; its status is all that matters here.
        if (answer.headers['content-type']?.startsWith('text/event-stream')) outgoing.destroy();
        answer.resume().once('close', () => resolve(answer.statusCode ?? 0));
      },
    );
    outgoing.once('error', () => resolve(0));
    outgoing.end(content ?? undefined);
  });
}

/** Bytes that no client library would send. */
function sendRaw(text: string): Promise<number> {
  return new Promise((resolve) => {
    const { port } = new URL(server.url);
    const socket = connect(Number(port), '127.0.0.1', () => socket.end(text, 'latin1'));
    let reply = '';
    socket.on('data', (chunk) => (reply += chunk.toString('latin1')));
    socket.once('error', () => resolve(0));
    socket.once('close', () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(reply)?.[1] ?? 0)));
  });
}

const ID = '[A-Za-z0-9._~@+=|-]{1,128}';
const FIXED = 'idle|waiting|connecting|in_call|disconnecting|heartbeats|journal|audit|requests';
/** Every key that the product may make, with ids of the allowed alphabet only. */
const OWN_KEYS = new RegExp(
  [
    `^matching:pools$`,
    `^(matching:|\\{matching:[a-z0-9_-]{1,32}\\}:)(${FIXED}|(stats|request-stats):\\d+|tx:[\\w-]{8,64}|limit:[a-z-]+:${ID})$`,
    `^(\\{matching:[a-z0-9_-]{1,32}\\}:)?((user|heartbeat|history):${ID}|cooldown:${ID}:${ID})$`,
  ].join('|'),
);

it(
  `answers ${REQUESTS} bad requests without failing, and touches no key but its own`,
  { timeout: 240_000 },
  async () => {
    await redis.client.set('canary', 'alive');
    await redis.client.hset('user:victim', { state: 'IDLE', secret: 'kept' });
    await redis.client.zadd('matching:idle', 1, 'victim');
    const victim = await redis.client.hgetall('user:victim');

    const statuses = new Map<number, number>();
    const failed: BadRequest[] = [];
    const requests = fc.sample(badRequest, { numRuns: REQUESTS, seed: SEED });
    let next = 0;
    const worker = async () => {
      for (let mine = requests[next++]; mine; mine = requests[next++]) {
        const status = await send(mine);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status >= 500) failed.push(mine);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    console.log(`seed ${SEED}, statuses ${JSON.stringify(Object.fromEntries(statuses))}`);

    expect(failed.slice(0, 3).map((one) => ({ ...one, body: one.body?.toString('latin1') }))).toEqual([]);
    for (const status of [200, 400, 404, 405, 413, 415]) expect(statuses.get(status) ?? 0).toBeGreaterThan(0);
    const keys = (await redis.client.keys('*')).filter((key) => key !== 'canary');
    expect(keys.filter((key) => !OWN_KEYS.test(key))).toEqual([]);
    expect(await redis.client.get('canary')).toBe('alive');
    expect(await redis.client.hgetall('user:victim')).toEqual(victim);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  },
);

it('survives bytes that are not HTTP, and tricks with its headers', { timeout: 60_000 }, async () => {
  const post = 'POST /api/simple-matching/enqueue HTTP/1.1\r\nHost: 127.0.0.1\r\n';
  const raw = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.string({ maxLength: 100 }).map((text) => `${post}${text}\r\n\r\n`),
    fc.constantFrom(
      `${post}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      `${post}Content-Length: -1\r\n\r\n`,
      `${post}Content-Length: 99999999999999999999\r\n\r\n`,
      `${post}X-User-Id: a\r\nX-User-Id: b\r\nContent-Length: 0\r\n\r\n`,
      `${post}X-Pool: a\x00b\r\n\r\n`,
      `GET /api/simple-matching/check-match?userId=a HTTP/1.1\r\nHost: evil.example\r\n\r\n`,
      `GET /api/simple-matching/check-match?userId=a HTTP/1.1\r\n\r\n`,
      `GET ${'/a'.repeat(10_000)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`,
      `BREW /api HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`,
    ),
  );
  for (const text of fc.sample(raw, { numRuns: RAW_REQUESTS, seed: SEED })) {
    const status = await sendRaw(text);
    expect({ text: text.slice(0, 200), status: status >= 500 ? status : 'fine' }).toMatchObject({
      status: 'fine',
    });
  }
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
});
