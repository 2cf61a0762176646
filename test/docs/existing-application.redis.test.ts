import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningCommand, runCommand } from '../support/command';
import { openEvents } from '../support/event-reader';
import { LegacyProgram } from '../support/legacy-program';
import { type MatchingClient, matchingClient, setsOf } from '../support/matching-client';
import { parseLocation, startNginx } from '../support/nginx-location';
import { startStore, type TestStore } from '../support/store';
import { until } from '../support/until';

/** The section of the page, whose steps these tests carry out with what stands there. */
const page = readFileSync(resolve(import.meta.dirname, '../../docs/api.md'), 'utf8');
const [section = ''] = /^## Put it in front of an existing application$[\s\S]*?(?=^## )/m.exec(page) ?? [];

/** The one block of a language in the section, without its indentation. */
function blockOf(language: string): string {
  const blocks = [...section.matchAll(new RegExp(`^ {3}\`\`\`${language}\\n([\\s\\S]*?)^ {3}\`\`\`$`, 'gm'))];
  expect(blocks, language).toHaveLength(1);
  return (blocks[0]?.[1] ?? '').replaceAll(/^ {3}/gm, '');
}

const KEY = 'a-key-as-openssl-would-make-it';
const GRAFANA_KEY = 'the-key-of-grafana-0123456789';
const COOKIES = { ada: { cookie: 'login=ada' }, bob: { cookie: 'login=bob' } };

let redis: TestStore;
let legacy: LegacyProgram;
const cleanups: (() => unknown)[] = [];
beforeAll(async () => {
  redis = await startStore();
  legacy = new LegacyProgram(redis.client);
});
afterAll(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  await redis.stop();
});

/** Runs the command of the first step, with this test's Redis and key, on a free port. */
function startAsWritten(change: (args: string[]) => string[] = (args) => args): RunningCommand {
  const [assignments = '', flags = ''] = blockOf('bash').trim().split(' npm start -- ');
  const env = Object.fromEntries(
    [...assignments.matchAll(/(\w+)=("[^"]*"|\S+)/g)].map(([, name = '', value = '']) => [name, value]),
  );
  expect(env).toEqual({ REDIS_URL: 'redis://cache:6379', SWITCHBOARD_API_KEY: '"$(openssl rand -hex 24)"' });
  const command = runCommand([...change(flags.split(' ')), '--port', '0'], {
    ...env,
    REDIS_URL: redis.url,
    SWITCHBOARD_API_KEY: KEY,
    SWITCHBOARD_API_TOKENS: `grafana:viewer:${GRAFANA_KEY}`,
  });
  cleanups.push(() => command.remove());
  return command;
}

/** The application, with the file of the second step beside it. */
async function startApplication(switchboard: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-application-'));
  writeFileSync(join(folder, 'pass-on.mjs'), blockOf('js'));
  const program = join(folder, 'application.mjs');
  copyFileSync(resolve(import.meta.dirname, '../support/existing-application.mjs'), program);
  const child: ChildProcess = spawn(process.execPath, [program], {
    env: { PATH: process.env['PATH'], SWITCHBOARD_URL: switchboard, SWITCHBOARD_API_KEY: KEY },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanups.push(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  });
  let said = '';
  child.stdout?.on('data', (text: Buffer) => (said += text.toString()));
  await until(() => said.endsWith('\n'), { what: 'the application listens', timeoutMs: 20_000 });
  return said.trim();
}

/** What ada's page gets for a path that is sent as it stands; `fetch` would tidy it up. */
async function getRaw(base: string, path: string): Promise<string> {
  const { hostname, port } = new URL(base);
  const sent = request({ hostname, port, path, headers: COOKIES.ada, agent: false }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return (await response.toArray()).join('');
}

describe('docs/api.md: in front of an existing application', () => {
  let switchboard: RunningCommand;
  let address: string;
  let application: string;
  /** By which way the pages' requests come in: through the application, or through its proxy. */
  const ways: Record<string, MatchingClient> = {};
  const asKey = (secret: string) => ({ 'x-api-key': secret });

  beforeAll(async () => {
    switchboard = startAsWritten();
    address = await switchboard.ready();
    application = await startApplication(address);
    const proxy = await startNginx(parseLocation(blockOf('nginx')), {
      application,
      upstream: address,
      variables: { switchboard_key: KEY },
    });
    cleanups.push(() => proxy.stop());
    ways['application'] = matchingClient(application);
    ways['proxy'] = matchingClient(proxy.url);
  }, 180_000);

  it('refuses to start beyond the loopback address without a key', async () => {
    const open = runCommand(['--headless', '--host', '0.0.0.0', '--port', '0'], { REDIS_URL: redis.url });
    cleanups.push(() => open.remove());
    expect(await open.ended).not.toBe(0);
    expect(open.stderr()).toContain('SWITCHBOARD_API_KEY');
  });

  it.each(['application', 'proxy'])('passes requests on in the name of who is logged in: %s', async (way) => {
    const client = ways[way] as MatchingClient;
    await redis.flush();
    await legacy.arrive('ada');
    await legacy.move('ada', 'IDLE', 'WAITING');
    expect((await client.post('heartbeat', {}, COOKIES.ada)).body).toMatchObject({ userId: 'ada' });
    // Also without any body, and for a page that is not logged in or claims to be somebody else.
    const empty = { method: 'POST', headers: COOKIES.ada };
    expect((await client.send('/api/simple-matching/heartbeat', empty)).status).toBe(200);
    expect((await client.post('heartbeat', {})).status).toBe(401);
    const pretending = { ...COOKIES.ada, 'x-user-id': 'bob' };
    expect((await client.post('heartbeat', {}, pretending)).body).toMatchObject({ userId: 'ada' });
    expect((await client.post('heartbeat', { userId: 'bob' }, COOKIES.ada)).status).toBe(400);
    // Nothing else of Switchboard is reached with the application's key.
    const { url } = await client.send('/', { headers: COOKIES.ada });
    for (const path of ['/api/admin/overview', '/api/simple-matching/../admin/overview', '/metrics'])
      expect(await getRaw(url, path), path).toBe('<h1>Hello ada</h1>');
    expect((await matchingClient(address).post('heartbeat', { userId: 'ada' })).status).toBe(401);
  });

  it('refuses pages of other origins behind the proxy, and lets its own in', async () => {
    const { proxy } = ways as { proxy: MatchingClient };
    const own = new URL((await proxy.send('/', { headers: COOKIES.ada })).url);
    const from = (origin: string) => ({ ...COOKIES.ada, origin });
    expect((await proxy.post('heartbeat', {}, from('https://evil.example'))).status).toBe(403);
    expect((await proxy.post('heartbeat', {}, from(own.origin))).status).toBe(200);
  });

  it('moves one flow after the other, beside a matching of the application', async () => {
    const { application: client } = ways as { application: MatchingClient };
    await redis.flush();
    for (const user of ['ada', 'bob'] as const) {
      await legacy.arrive(user);
      await legacy.move(user, 'IDLE', 'WAITING');
      expect((await client.post('heartbeat', {}, COOKIES[user])).status).toBe(200);
    }
    const asked = await client.get('check-disconnect', {}, COOKIES.ada);
    expect(asked.body).toMatchObject({ state: 'WAITING', disconnected: false });
    // Nobody is paired but by the application itself: that is what --no-workers is for.
    await legacy.match('ada', 'bob');
    expect(await setsOf(redis, 'ada')).toEqual(['IN_CALL']);
    const skipped = await client.post('skip', {}, COOKIES.ada);
    expect(skipped.body).toMatchObject({ state: 'WAITING', formerPartner: 'bob' });
    expect(await setsOf(redis, 'bob')).toEqual(['WAITING']);
    expect((await client.get('check-disconnect', {}, COOKIES.bob)).body).toMatchObject({
      disconnected: true,
      last: { reason: 'skip', by: 'partner', partner: 'ada' },
    });
    expect((await client.post('leave', {}, COOKIES.ada)).body).toMatchObject({ state: 'IDLE' });
    // The application's own code finds everything where it expects it.
    expect(await redis.client.hget('user:bob', 'plan')).toBe('gold');
  });

  it.each(['application', 'proxy'])('tells a waiting page, and takes its beacon: %s', async (way) => {
    const client = ways[way] as MatchingClient;
    await redis.flush();
    for (const user of ['ada', 'bob']) {
      await legacy.arrive(user);
      await legacy.move(user, 'IDLE', 'WAITING');
    }
    await legacy.match('ada', 'bob');
    const { url } = await client.send('/', { headers: COOKIES.ada });
    const stream = await openEvents(new URL(url).origin, 'bob', COOKIES.bob);
    cleanups.push(() => stream.close());
    expect((await stream.next('state')).data.view).toMatchObject({ userId: 'bob', state: 'IN_CALL' });
    // As a browser sends it: text, and nobody waits for the answer.
    const [, beacon = ''] = /sendBeacon\('[^']+', '([^']+)'\)/.exec(section) ?? [];
    const sent = { method: 'POST', headers: COOKIES.ada, body: beacon };
    expect((await client.send('/api/simple-matching/leave', sent)).status).toBe(200);
    expect((await stream.next('disconnected')).data.disconnect).toMatchObject({ partner: 'ada' });
    expect((await stream.next('queued')).data.view).toMatchObject({ state: 'WAITING' });
    expect(await setsOf(redis, 'ada')).toEqual(['IDLE']);
  });

  it('gives a request an id by which it is found', async () => {
    const id = 'ticket-4711-0123456789';
    const { application: client } = ways as { application: MatchingClient };
    const answer = await client.post('heartbeat', {}, { ...COOKIES.bob, 'x-request-id': id });
    expect(answer.headers.get('x-request-id')).toBe(id);
    const made = await (ways['proxy'] as MatchingClient).post('heartbeat', {}, COOKIES.bob);
    expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f]{32}$/); // by nginx
    const find = async () => {
      const path = `/api/admin/requests?requestId=${id}`;
      const found = await matchingClient(address).send(path, { headers: asKey(KEY) });
      return found.body['entries'] as { user: string }[];
    };
    await until(async () => (await find()).length > 0, { what: 'the request stands in the log' });
    expect(await find()).toMatchObject([{ user: 'bob', endpoint: 'heartbeat' }]);
  });

  it('pairs once the application’s matcher has stopped, with two processes that watch each other', async () => {
    await redis.flush();
    const withWorkers = (args: string[]) => args.filter((flag) => flag !== '--no-workers');
    const other = startAsWritten(withWorkers);
    const second = await other.ready();
    const { application: client } = ways as { application: MatchingClient };
    for (const user of ['ada', 'bob'] as const)
      expect((await client.post('enqueue', {}, COOKIES[user])).status).toBe(200);
    const match = async () => (await client.get('check-match', {}, COOKIES.ada)).body;
    await until(async () => (await match())['partner'] === 'bob', { what: 'the second process pairs' });

    for (const each of [address, second]) {
      const watched = matchingClient(each);
      expect((await watched.send('/healthz')).status).toBe(200);
      expect((await watched.send('/readyz')).body).toMatchObject({ status: 'ready' });
      expect((await watched.send('/metrics')).status).toBe(401);
      const scraped = await watched.send('/metrics', { headers: asKey(GRAFANA_KEY) });
      expect(scraped.body['text']).toContain('switchboard_users');
    }

    const began = Date.now();
    other.signal('SIGTERM');
    expect(await other.ended).toBe(0);
    expect(Date.now() - began).toBeLessThan(4_000);
    for (const user of ['ada', 'bob'] as const)
      expect((await client.post('connected', {}, COOKIES[user])).status).toBe(200);
    expect(await setsOf(redis, 'bob')).toEqual(['IN_CALL']);
  });

  it('says that it cannot serve while Redis is away, and a page gets 503', async () => {
    await redis.server?.kill();
    const status = async (path: string) => (await matchingClient(address).send(path)).status;
    await until(async () => (await status('/readyz')) === 503, { what: 'not ready' });
    expect(await status('/healthz')).toBe(200);
    const { application: client } = ways as { application: MatchingClient };
    const refused = await client.post('heartbeat', {}, COOKIES.ada);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    // And so it does when Switchboard itself is gone.
    switchboard.signal('SIGTERM');
    expect(await switchboard.ended).toBe(0);
    expect((await client.post('heartbeat', {}, COOKIES.ada)).status).toBe(503);
  });
});
