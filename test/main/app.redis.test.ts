import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Client, createClient } from '@shared/client';
import { connectionProfile, START } from '@shared/contract/connections';
import type { Health } from '@shared/contract/session';
import type { Envelope } from '@shared/errors';
import { type App, startApp } from '../../src/main/app';
import { readConfig } from '../../src/main/config/config';
import { silentLogger } from '../../src/main/lib/log';
import { createMemoryWire } from '../support/memory-wire';
import { freePort, startRedisServer, type TestRedis } from '../support/redis-server';
import { memorySecrets } from '../support/secrets';
import { until } from '../support/until';

describe('a console with several connections', () => {
  let folder: string;
  let one: TestRedis;
  let two: TestRedis;
  let app: App;
  const secrets = memorySecrets();

  const start = async (...flags: string[]) => {
    const outcome = readConfig(['--browser', '--redis', one.url, ...flags], {
      SWITCHBOARD_CONNECTIONS: join(folder, 'connections.json'),
      REDIS_COMMAND_TIMEOUT: '20000',
    });
    if (outcome.kind !== 'config') throw new Error('no configuration');
    app = await startApp(outcome.config, { host: 'test', log: silentLogger, secrets });
    return createClient(createMemoryWire(app.dispatcher, app.caller));
  };
  /** What a page does to show a connection. */
  const enter = async (page: Client, id: string) => {
    const session = await page.call('connections.open', { id });
    return {
      session,
      page: createClient(createMemoryWire(app.dispatcher, app.caller), session.deployment.id),
    };
  };
  const profileOf = (server: TestRedis, change: object = {}) =>
    connectionProfile.parse({
      id: 'two',
      name: 'The second',
      environment: 'staging',
      readOnly: false,
      role: 'admin',
      endpoint: { kind: 'tcp', host: '127.0.0.1', port: server.port },
      ...change,
    });
  const put = async (server: TestRedis, user: string) => {
    const client = new Redis(server.url);
    await client.zadd('matching:waiting', Date.now(), user);
    await client.hset(`user:${user}`, 'state', 'WAITING');
    client.disconnect();
  };
  const namesSeenBy = async (page: Client) =>
    (await page.call('users.list', {})).rows.map(({ user }) => user);

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'switchboard-app-'));
    secrets.kept.clear();
    [one, two] = await Promise.all([startRedisServer(), startRedisServer()]);
    await Promise.all([put(one, 'of-one'), put(two, 'of-two')]);
  });
  afterEach(async () => {
    one.resume();
    await app.close();
    await Promise.all([one.stop(), two.stop()]);
    rmSync(folder, { recursive: true });
  });

  it('shows each page the deployment that it asked for, side by side', async () => {
    const first = await start();
    await first.call('connections.save', { profile: profileOf(two) });
    const { session, page } = await enter(first, 'two');
    expect(session).toMatchObject({
      role: 'admin',
      deployment: { name: 'The second', environment: 'staging' },
    });
    expect(await namesSeenBy(first)).toEqual(['of-one']);
    expect(await namesSeenBy(page)).toEqual(['of-two']);
    // Another page joins the one that is open.
    expect((await enter(first, 'two')).session.deployment.id).toBe(session.deployment.id);
    expect((await enter(first, START)).session.deployment.name).toBe(`127.0.0.1:${one.port}`);
  });

  it('holds roles, read-only and audit trail of each apart', async () => {
    const first = await start('--role', 'admin');
    await first.call('connections.save', { profile: profileOf(two, { role: 'operator' }) });
    await first.call('connections.save', { profile: profileOf(two, { id: 'look', readOnly: true }) });
    const { page: operator } = await enter(first, 'two');
    const force = { users: ['of-two'], to: 'IDLE' as const, reason: 'a test' };
    await expect(operator.call('transitions.force', force)).rejects.toMatchObject({ code: 'forbidden' });
    const { page: looker } = await enter(first, 'look');
    await expect(looker.call('transitions.force', force)).rejects.toMatchObject({
      code: 'read_only_profile',
    });
    const trail = (await operator.call('audit.list', {})).entries.map(({ action, detail }) => [
      action,
      detail,
    ]);
    expect(trail).toContainEqual(['connections.open', 'role operator']);
    expect((await first.call('audit.list', {})).entries).toEqual([]);
  });

  it('never lets a profile give more than the console was started for', async () => {
    const admin = await start();
    await admin.call('connections.save', { profile: profileOf(two) });
    await app.close();
    const viewer = await start('--role', 'viewer');
    const { session, page } = await enter(viewer, 'two');
    expect(session).toMatchObject({ role: 'viewer', consoleRole: 'viewer' });
    for (const refused of [
      page.call('connections.save', { profile: profileOf(two) }),
      page.call('connections.remove', { id: 'two' }),
      page.call('connections.test', { profile: profileOf(two) }),
    ])
      await expect(refused).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('lets no late answer of the deployment before through to a page that went on', async () => {
    const first = await start();
    await first.call('connections.save', { profile: profileOf(two) });
    const heard: string[] = [];
    first.listen('overview', {}, (event) => heard.push(event.ok ? 'overview' : event.error.code));
    await until(() => heard.length > 0, { what: 'the first deployment is shown' });

    one.pause();
    const late = first.call('users.list', {}).then(
      () => heard.push('LATE ANSWER'),
      () => heard.push('LATE REFUSAL'),
    );
    const { page } = await enter(first, 'two');
    first.close();
    const before = heard.length;
    one.resume();
    // The server of the first answers now; the second is asked after it, on the same turn of the same process.
    const again = createClient(createMemoryWire(app.dispatcher, app.caller));
    expect(await namesSeenBy(again)).toEqual(['of-one']);
    expect(await namesSeenBy(page)).toEqual(['of-two']);
    expect(heard.slice(before)).toEqual([]);
    expect(await Promise.race([late.then(() => 'settled'), Promise.resolve('waiting')])).toBe('waiting');
  });

  it('refuses what is addressed to a deployment that is not open any more, instead of bringing it to another', async () => {
    const first = await start('--role', 'admin');
    const stranger = createClient(createMemoryWire(app.dispatcher, app.caller), 'no-such-deployment');
    await expect(
      stranger.call('users.remove', { users: ['of-one'], reason: 'a test' }),
    ).rejects.toMatchObject({
      code: 'deployment_closed',
    });
    const events: Envelope<unknown>[] = [];
    stranger.listen('overview', {}, (event) => events.push(event));
    await until(() => events.length > 0, { what: 'the feed is refused' });
    expect(events[0]).toMatchObject({ ok: false, error: { code: 'deployment_closed' } });
    expect(await namesSeenBy(first)).toEqual(['of-one']);
  });

  it('connects anew when its profile is changed, and tells the pages that show it', async () => {
    const first = await start();
    await first.call('connections.save', { profile: profileOf(two) });
    const { session, page } = await enter(first, 'two');
    const ends: string[] = [];
    page.listen('health', {}, (event) => !event.ok && ends.push(event.error.code));
    await first.call('connections.save', {
      profile: profileOf(two, { environment: 'production', readOnly: true }),
    });
    await until(() => ends.length > 0, { what: 'the page is told' });
    expect(ends).toEqual(['deployment_closed']);
    const again = await enter(first, 'two');
    expect(again.session.deployment).toMatchObject({ environment: 'production', readOnly: true });
    expect(again.session.deployment.id).not.toBe(session.deployment.id);
  });

  it('opens a deployment that is away, and says why', async () => {
    const first = await start();
    const port = await freePort();
    await first.call('connections.save', {
      profile: profileOf(two, { endpoint: { kind: 'tcp', host: '127.0.0.1', port } }),
    });
    const { page } = await enter(first, 'two');
    const seen: Health[] = [];
    page.listen('health', {}, (event) => event.ok && seen.push(event.value));
    await until(() => seen.length > 0, { what: 'its health is told' });
    expect(seen[0]?.lastError?.code).toBe('redis_refused');
    // The first one is not touched by it.
    expect(await namesSeenBy(first)).toEqual(['of-one']);
  });

  it('keeps secrets apart from the file, and forgets them with the profile', async () => {
    const first = await start();
    await first.call('connections.save', { profile: profileOf(two), secrets: { password: 'not-in-a-file' } });
    expect(readFileSync(join(folder, 'connections.json'), 'utf8')).not.toContain('not-in-a-file');
    expect(secrets.kept.get('two.password')).toBe('not-in-a-file');
    const list = await first.call('connections.list', {});
    expect(JSON.stringify(list)).not.toContain('not-in-a-file');
    expect(list.connections.map(({ id, secrets: names }) => [id, names])).toEqual([
      [START, []],
      ['two', ['password']],
    ]);
    await expect(
      first.call('connections.save', { profile: profileOf(two), create: true }),
    ).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await first.call('connections.remove', { id: 'two' })).toEqual({ removed: true });
    expect(secrets.kept.size).toBe(0);
    await expect(first.call('connections.open', { id: 'two' })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('starts on a profile that is named', async () => {
    const first = await start();
    await first.call('connections.save', { profile: profileOf(two) });
    await app.close();
    const outcome = readConfig(['--browser', '--connection', 'two'], {
      SWITCHBOARD_CONNECTIONS: join(folder, 'connections.json'),
    });
    if (outcome.kind !== 'config') throw new Error('no configuration');
    app = await startApp(outcome.config, { host: 'test', log: silentLogger, secrets });
    expect(app.deployment).toMatchObject({ name: 'The second', connection: START, environment: 'staging' });
    expect(await namesSeenBy(createClient(createMemoryWire(app.dispatcher, app.caller)))).toEqual(['of-two']);
  });
});
