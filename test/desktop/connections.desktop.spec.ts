import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { Redis } from 'ioredis';
import { findElectronRuntime } from '../../scripts/electron-runtime.mjs';
import { writeAddress } from '../../src/shared/address';
import { startRedisServer, type TestRedis } from '../support/redis-server';
import { choose, type DesktopRun, firstPage, invoke, launchDesktop } from './launch';

const SECRET = 'hunter2-of-staging';

let server: TestRedis;
const runs: DesktopRun[] = [];

test.beforeAll(async () => {
  server = await startRedisServer({ args: ['--requirepass', SECRET] });
});
test.afterAll(() => server.stop());
test.afterEach(async () => {
  for (const run of runs.splice(0).reverse()) await run.dispose();
});

async function launch(userData?: string, env: Record<string, string> = {}): Promise<DesktopRun> {
  const run = await launchDesktop({
    args: ['--no-simulate'],
    ...(userData === undefined ? {} : { userData }),
    // Relative to nothing but the profile of this test: a person's own connections are left alone.
    env: { SWITCHBOARD_LOG: 'trace', SWITCHBOARD_CONNECTIONS: connectionsFile, ...env },
  });
  runs.push(run);
  return run;
}

let connectionsFile = '';
test.beforeEach(() => {
  connectionsFile = test.info().outputPath('connections.json');
});

const profile = () => ({
  id: 'staging',
  name: 'Staging',
  environment: 'staging',
  endpoint: { kind: 'tcp', host: '127.0.0.1', port: server.port },
});

/** Whether this machine has a keychain at all; a build machine may have none. */
const keeping = async (run: DesktopRun) => {
  const answer = await invoke(await firstPage(run), 'connections.list');
  if (!answer.ok) throw new Error(answer.error.message);
  return (answer.value as { secrets: { writable: boolean; explanation: string } }).secrets;
};

function filesWith(text: string, folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile())
    .filter((file) => readFileSync(file).includes(text));
}

test('a password is kept by the keychain, used after a restart, and stands nowhere in clear', async () => {
  const first = await launch();
  test.skip(!(await keeping(first)).writable, 'this session has no keychain');
  const saved = await invoke(await firstPage(first), 'connections.save', {
    profile: profile(),
    secrets: { password: SECRET },
  });
  expect(saved).toMatchObject({ ok: true, value: { secrets: ['password'] } });
  expect(JSON.stringify(saved)).not.toContain(SECRET);
  first.process.kill('SIGTERM');
  await first.ended;

  const second = await launch(first.userData);
  const opened = await invoke(await firstPage(second), 'connections.open', { id: 'staging' });
  expect(opened).toMatchObject({ ok: true, value: { deployment: { name: 'Staging' } } });
  // It is really connected: without the password this Redis says nothing.
  const { id } = (opened as unknown as { value: { deployment: { id: string } } }).value.deployment;
  await expect
    .poll(
      async () =>
        await invoke(await firstPage(second), writeAddress({ deployment: id, name: 'overview.get' })),
    )
    .toMatchObject({ ok: true });

  second.process.kill('SIGTERM');
  await second.ended;
  expect(existsSync(join(first.userData, 'secrets.json'))).toBe(true);
  expect(filesWith(SECRET, first.userData)).toEqual([]);
  expect(readFileSync(connectionsFile, 'utf8')).not.toContain(SECRET);
  expect(first.output() + second.output()).not.toContain(SECRET);
});

test('where the platform has no keychain it says so, keeps nothing, and reads the environment', async () => {
  const run = await launch(undefined, {
    STAND_IN_KEYRING: 'none',
    SWITCHBOARD_SECRET_STAGING_PASSWORD: SECRET,
  });
  const { writable, explanation } = await keeping(run);
  test.skip(writable, 'this session has a keychain');
  expect(explanation).toContain('SWITCHBOARD_SECRET_');
  const page = await firstPage(run);
  expect(
    await invoke(page, 'connections.save', { profile: profile(), secrets: { password: SECRET } }),
  ).toMatchObject({ ok: false, error: { code: 'secrets_unavailable', message: explanation } });
  expect(filesWith(SECRET, run.userData)).toEqual([]);

  expect(await invoke(page, 'connections.save', { profile: profile() })).toMatchObject({ ok: true });
  const opened = await invoke(page, 'connections.open', { id: 'staging' });
  const { id } = (opened as unknown as { value: { deployment: { id: string } } }).value.deployment;
  await expect
    .poll(async () => await invoke(page, writeAddress({ deployment: id, name: 'overview.get' })))
    .toMatchObject({ ok: true });
});

test('a second window shows another deployment beside the first', async () => {
  const run = await launch(undefined, { SWITCHBOARD_SECRET_STAGING_PASSWORD: SECRET });
  const first = await firstPage(run);
  expect(await invoke(first, 'connections.save', { profile: profile() })).toMatchObject({ ok: true });
  await choose(run, 'New Window');
  await expect.poll(() => run.windows().length).toBe(2);
  const second = run.windows().find((page) => page !== first);
  if (!second) throw new Error('the second window went away');
  const opened = await invoke(second, 'connections.open', { id: 'staging' });
  const { id } = (opened as unknown as { value: { deployment: { id: string } } }).value.deployment;

  const client = new Redis(server.url, { password: SECRET });
  await client.zadd('matching:waiting', Date.now(), 'ada');
  client.disconnect();
  const waiting = async (page: typeof first, deployment: string | null) => {
    const answer = await invoke(page, writeAddress({ deployment, name: 'overview.get' }));
    if (!answer.ok) return answer.error.code;
    return (answer.value as { states: { WAITING: { count: number } } }).states.WAITING.count;
  };
  await expect.poll(() => waiting(second, id)).toBe(1);
  expect(await waiting(first, null)).toBe(0);
});

test('each deployment has its window where it was left, also when a screen is gone', async () => {
  test.setTimeout(90_000);
  const env = { SWITCHBOARD_SECRET_STAGING_PASSWORD: SECRET };
  const titles = ['Switchboard: sandbox', 'Switchboard: Staging'] as const;
  const left = { x: 60, y: 40, width: 1100, height: 700 };
  // On the stand-in's second screen; a real machine may have only one.
  const right = { x: findElectronRuntime() === null ? 2000 : 200, y: 100, width: 1200, height: 800 };

  /** Opens a second window, and chooses the other connection in it as a person does. */
  const openBoth = async (run: DesktopRun) => {
    const first = await firstPage(run);
    await expect(first).toHaveTitle(titles[0]);
    expect(await invoke(first, 'connections.save', { profile: profile() })).toMatchObject({ ok: true });
    await choose(run, 'New Window');
    await expect.poll(() => run.windows().length).toBe(2);
    const second = run.windows().find((page) => page !== first);
    if (!second) throw new Error('the second window went away');
    await expect(second).toHaveTitle(titles[0]);
    await second.evaluate(() => sessionStorage.setItem('switchboard.connection', 'staging'));
    await second.reload();
    await expect(second).toHaveTitle(titles[1]);
    // The windows have both titles too, by which they are found below.
    await expect.poll(() => boundsOf(run)).toEqual([expect.anything(), expect.anything()]);
  };
  const boundsOf = (run: DesktopRun) =>
    run.evaluate(
      ({ BrowserWindow }, wanted) =>
        wanted.map((title) =>
          BrowserWindow.getAllWindows()
            .find((window) => window.getTitle() === title)
            ?.getBounds(),
        ),
      titles,
    );
  const moveTo = (run: DesktopRun, bounds: Electron.Rectangle[]) =>
    run.evaluate(
      ({ BrowserWindow }, [wanted, places]) => {
        for (const window of BrowserWindow.getAllWindows()) {
          const place = places[wanted.indexOf(window.getTitle() as (typeof wanted)[number])];
          if (place) window.setBounds(place);
        }
      },
      [titles, bounds] as const,
    );
  const end = async (run: DesktopRun) => {
    run.process.kill('SIGTERM');
    await run.ended;
  };

  const first = await launch(undefined, env);
  await openBoth(first);
  await moveTo(first, [left, right]);
  const kept = () => {
    try {
      return JSON.parse(readFileSync(join(first.userData, 'window-places.json'), 'utf8')) as unknown;
    } catch {
      return null;
    }
  };
  await expect.poll(kept).toMatchObject({ 'console sandbox': left, 'console staging': right });
  await end(first);

  const second = await launch(first.userData, env);
  await openBoth(second);
  await expect.poll(() => boundsOf(second)).toEqual([left, right]);
  await end(second);

  // A real machine's screens cannot be taken away by a test.
  if (findElectronRuntime() !== null) return;
  const third = await launch(first.userData, { ...env, STAND_IN_SCREENS: '1' });
  await openBoth(third);
  await expect.poll(() => boundsOf(third)).toEqual([left, { ...right, x: 1920 - right.width }]);
});
