import { request as httpRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SOCKET_PATH } from '@shared/socket-protocol';
import { createDispatcher } from '../../../src/main/api/dispatch';
import { silentLogger } from '../../../src/main/lib/log';
import { type BrowserHost, startBrowserHost } from '../../../src/main/transport/browser-host';
import { openSocket, postRpc, type SignedIn, signIn } from '../../support/browser-client';
import { createFakeBackEnd, type FakeBackEnd } from '../../support/contract-fakes';
import { RENDERER_FIXTURE } from '../../support/renderer-fixture';

let backEnd: FakeBackEnd;
let host: BrowserHost;
let origin: string;
let freshAddresses: string[];

const start = (more: Partial<Parameters<typeof startBrowserHost>[0]> = {}) => {
  const deployment = () => ({ readOnly: false, connection: 'ready' }) as const;
  return startBrowserHost({
    dispatcher: createDispatcher({ ...backEnd, deployment, log: silentLogger }),
    caller: { actor: 'ada', role: 'admin' },
    log: silentLogger,
    host: '127.0.0.1',
    port: 0,
    rendererRoot: RENDERER_FIXTURE,
    onFreshAddress: (address) => freshAddresses.push(address),
    ...more,
  });
};

/** A request with any headers at all, Host included. */
function send(path: string, headers: Record<string, string>, method = 'GET', body = '') {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port: host.port, path, method, headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** How the opening of a WebSocket ends: `open`, or the HTTP status it was refused with. */
function tryUpgrade(headers: Record<string, string>, path = SOCKET_PATH) {
  const socket = openSocket(origin, headers, path);
  return new Promise<'open' | number | undefined>((resolve) => {
    socket.on('open', () => {
      socket.terminate();
      resolve('open');
    });
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
    socket.on('error', () => {});
  });
}

beforeEach(async () => {
  backEnd = createFakeBackEnd();
  freshAddresses = [];
  host = await start();
  origin = new URL(host.address).origin;
});
afterEach(() => host.close());

describe('letting a browser in', () => {
  it('exchanges the token of the address for a strict cookie and goes on to a clean address', async () => {
    const response = await fetch(host.address);
    expect(response.status).toBe(200);
    expect(response.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        new RegExp(`^switchboard_${host.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`),
      ),
    ]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toContain('http-equiv="refresh" content="0;url=/"');
  });

  it('serves the page, its parts and the two verbs to that browser, also after a reload', async () => {
    const { cookie } = await signIn(host.address);
    for (const path of ['/', '/', '/assets/index-abc.js'])
      expect((await fetch(origin + path, { headers: { cookie } })).status).toBe(200);
    expect((await postRpc({ origin, cookie }, 'session.get', {})).status).toBe(200);
    expect(await tryUpgrade({ origin, cookie })).toBe('open');
  });

  it('lets nobody in with a token that was used, and tells a fresh address for the next browser', async () => {
    await signIn(host.address);
    const again = await fetch(host.address);
    expect(again.status).toBe(401);
    expect(again.headers.getSetCookie()).toEqual([]);
    expect(await again.text()).toContain('used already');
    expect(freshAddresses).toHaveLength(1);
    const second = await signIn(freshAddresses[0] ?? '');
    expect((await postRpc(second, 'session.get', {})).status).toBe(200);
  });

  it('lets only one of many racing browsers in', async () => {
    const responses = await Promise.all(Array.from({ length: 20 }, () => fetch(host.address)));
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('spends no token on a browser that is in already, nor on a HEAD', async () => {
    await fetch(host.address, { method: 'HEAD' });
    const { cookie } = await signIn(host.address);
    expect((await fetch(freshAddresses[0] ?? '', { headers: { cookie } })).status).toBe(200);
    await signIn(freshAddresses[0] ?? '');
  });

  it.each(['/?token=', '/?token=wrong', '/?token=a&token=b', `/?token=${'x'.repeat(5_000)}`, '/'])(
    'refuses %s',
    async (path) => {
      const response = await fetch(origin + path);
      expect(response.status).toBe(401);
      expect(response.headers.getSetCookie()).toEqual([]);
    },
  );

  it('gives nothing without a session', async () => {
    for (const cookie of ['', `switchboard_${host.port}=wrong`, `switchboard_${host.port}=`]) {
      expect((await fetch(`${origin}/assets/index-abc.js`, { headers: { cookie } })).status).toBe(401);
      expect(await postRpc({ origin, cookie }, 'session.get', {})).toMatchObject({
        status: 401,
        envelope: { ok: false, error: { code: 'unauthenticated' } },
      });
      expect(await tryUpgrade({ origin, cookie })).toBe(401);
    }
    expect(backEnd.asked).toEqual([]);
  });

  it('keeps the sessions of two consoles on one machine apart', async () => {
    const other = await start();
    const { cookie } = await signIn(other.address);
    expect((await postRpc({ origin, cookie }, 'session.get', {})).status).toBe(401);
    await other.close();
  });
});

describe('foreign pages', () => {
  let browser: SignedIn;
  beforeEach(async () => {
    browser = await signIn(host.address);
  });

  it.each([
    ['another site', () => 'https://evil.example'],
    ['another port of this machine', () => 'http://127.0.0.1:1'],
    ['this host under https on another port', () => `https://127.0.0.1:${host.port + 1}`],
    ['a page without an origin', () => 'null'],
    ['a look-alike', () => `${origin}.evil.example`],
    ['credentials in front', () => `http://evil@127.0.0.1:${host.port}`],
  ])('refuses calls and sockets from %s, even with the cookie', async (_who, from) => {
    const foreign = from();
    const { status, envelope } = await postRpc(browser, 'session.get', {}, { origin: foreign });
    expect({ status, envelope }).toMatchObject({ status: 403, envelope: { error: { code: 'forbidden' } } });
    expect(await tryUpgrade({ cookie: browser.cookie, origin: foreign })).toBe(403);
    expect(backEnd.asked).toEqual([]);
  });

  it('refuses a socket that does not say where it comes from', async () => {
    expect(await tryUpgrade({ cookie: browser.cookie })).toBe(403);
  });

  it.each([
    'evil.example',
    'evil.example:4780',
    '127.0.0.1.evil.example',
    'localhost.evil',
    'a@127.0.0.1',
    '127.0.0.1/x',
    '[::1',
  ])('refuses every request that reaches it under the name %j', async (name) => {
    const headers = { host: name, cookie: browser.cookie };
    expect((await send('/', headers)).status).toBe(403);
    expect((await send('/nothing', { host: 'evil.example' })).status).toBe(403);
    expect(await tryUpgrade({ ...headers, origin: `http://${name}` })).not.toBe('open');
  });

  it.each(['localhost', '[::1]', '192.168.1.5', '127.0.0.1'])(
    'serves this machine under %s',
    async (name) => {
      const own = `${name}:${host.port}`;
      expect((await send('/', { host: own, cookie: browser.cookie })).status).toBe(200);
      expect(await tryUpgrade({ host: own, origin: `http://${own}`, cookie: browser.cookie })).toBe('open');
    },
  );

  it('serves further names where they were allowed', async () => {
    const named = await start({ allowedHosts: ['console.example'] });
    await host.close();
    host = named;
    const { cookie } = await signIn(named.address);
    expect((await send('/', { host: 'console.example', cookie })).status).toBe(200);
    expect((await send('/', { host: 'other.example', cookie })).status).toBe(403);
  });

  it('takes JSON only, which a foreign form cannot send', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
      expect(await postRpc(browser, 'session.get', '{}', { 'content-type': type })).toMatchObject({
        status: 415,
        envelope: { error: { code: 'unsupported_media_type' } },
      });
  });
});

describe('what it answers', () => {
  let browser: SignedIn;
  beforeEach(async () => {
    browser = await signIn(host.address);
  });

  it('puts the strict policy on every answer', async () => {
    for (const path of ['/', '/assets/index-abc.js', '/nothing', '/?token=wrong']) {
      const { headers } = await fetch(origin + path, { headers: { cookie: browser.cookie } });
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
    }
  });

  it.each([
    ['broken JSON', '{', 400, 'bad_input'],
    ['a prototype', '{"__proto__":{"polluted":1}}', 400, 'bad_input'],
    ['too much', `{"text":"${'x'.repeat(1024 * 1024)}"}`, 413, 'payload_too_large'],
  ])('refuses %s in an envelope', async (_what, body, status, code) => {
    const refused = await postRpc(browser, 'session.get', body);
    expect(refused).toMatchObject({ status, envelope: { ok: false, error: { code } } });
    expect(JSON.stringify(refused.envelope)).not.toMatch(/FST_|at .*:\d/);
  });

  it('gives each failure its status and every answer its request id', async () => {
    const ok = await postRpc(browser, 'session.get', {}, { 'x-request-id': 'chosen-id-1' });
    expect(ok).toMatchObject({ status: 200, envelope: { requestId: 'chosen-id-1' } });
    expect(ok.headers.get('x-request-id')).toBe('chosen-id-1');
    expect((await postRpc(browser, 'no.such', {})).status).toBe(404);
    expect((await postRpc(browser, 'transitions.force', {})).status).toBe(400);
    expect((await postRpc(browser, 'x'.repeat(500), {})).status).toBe(404);
  });

  it.each([
    '/../package.json',
    '/%2e%2e/package.json',
    '/assets/..%2f..%2fbrowser-client.ts',
    '/assets/',
    '/assets',
  ])('serves nothing outside the built page: %s', async (path) => {
    const { status, text } = await send(path, { host: '127.0.0.1', cookie: browser.cookie });
    expect([400, 403, 404]).toContain(status);
    expect(text).toContain('"ok":false');
  });

  it('tells a call that its caller has gone', async () => {
    let aborted = false;
    backEnd.answer(
      'session.get',
      (_input, { signal }) =>
        new Promise((resolve) => signal?.addEventListener('abort', () => resolve((aborted = true)))),
    );
    const leaving = new AbortController();
    const call = fetch(`${origin}/rpc/session.get`, {
      method: 'POST',
      headers: { ...browser, 'content-type': 'application/json' },
      body: '{}',
      signal: leaving.signal,
    }).catch(() => null);
    await vi.waitFor(() => expect(backEnd.asked).toHaveLength(1));
    leaving.abort();
    await call;
    await vi.waitFor(() => expect(aborted).toBe(true));
  });
});

describe('life and death', () => {
  it('serves no page where none is wanted', async () => {
    const headless = await start({ rendererRoot: null });
    expect((await fetch(headless.address)).status).toBe(404);
    await headless.close();
  });

  it('closes within two seconds while pages are connected and one does not answer', async () => {
    const { cookie } = await signIn(host.address);
    const sockets = [1, 2, 3].map(() => openSocket(origin, { origin, cookie }));
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.on('open', resolve))));
    sockets[0]?.pause();
    const began = Date.now();
    await host.close();
    expect(Date.now() - began).toBeLessThan(2_000);
    await expect(fetch(origin)).rejects.toThrow();
  });

  it('says so when its port is taken', async () => {
    await expect(start({ port: host.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
