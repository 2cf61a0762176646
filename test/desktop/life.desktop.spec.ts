import { execFileSync } from 'node:child_process';
import { expect, type Page, test } from '@playwright/test';
import { Redis } from 'ioredis';
import { findElectronRuntime } from '../../scripts/electron-runtime.mjs';
import { WIRE_GLOBAL } from '../../src/shared/transport';
import { startRedisServer } from '../support/redis-server';
import { type DesktopRun, firstPage, invoke, launchDesktop, type LaunchOptions } from './launch';

const runs: DesktopRun[] = [];

async function launch(options?: LaunchOptions): Promise<DesktopRun> {
  const run = await launchDesktop(options);
  runs.push(run);
  return run;
}

test.afterEach(async () => {
  for (const run of runs.splice(0)) await run.dispose();
});

/** The command lines of every process that descends from one: browser, Redis, guards, whatever there is. */
function familyOf(pid: number | undefined): Map<number, string> {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const [, child, parent, command] = /^ *(\d+) +(\d+) (.*)$/.exec(line) ?? [];
      return child && parent && command ? [{ pid: Number(child), parent: Number(parent), command }] : [];
    });
  const family = new Map<number, string>();
  const add = (parent: number | undefined) => {
    for (const row of rows.filter((candidate) => candidate.parent === parent)) {
      family.set(row.pid, row.command);
      add(row.pid);
    }
  };
  add(pid);
  return family;
}

/** Those of a family that still run. */
function survivorsOf(family: ReadonlyMap<number, string>): string[] {
  return [...family].filter(([pid, command]) => commandOf(pid) === command).map(([, command]) => command);
}

function commandOf(pid: number): string | null {
  try {
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).trimEnd();
  } catch {
    return null; // no such process
  }
}

/** Listens to a feed in the page and counts its events there. */
const countEvents = (page: Page, feed: string) =>
  page.evaluate(
    ([name, wanted]) => {
      const wire = Reflect.get(globalThis, name) as {
        subscribe: (feed: string, input: object, listener: (event: { ok: boolean }) => void) => () => void;
      };
      Reflect.set(globalThis, 'eventCount', 0);
      const stop = wire.subscribe(wanted, {}, ({ ok }) => {
        if (ok) Reflect.set(globalThis, 'eventCount', (Reflect.get(globalThis, 'eventCount') as number) + 1);
      });
      Reflect.set(globalThis, 'stopCounting', stop);
    },
    [WIRE_GLOBAL, feed] as const,
  );
const eventCount = (page: Page) => page.evaluate(() => Reflect.get(globalThis, 'eventCount') as number);

test('the first picture shows live counts, and what other programs do shows by itself', async () => {
  const server = await startRedisServer();
  const client = new Redis(server.url);
  try {
    const run = await launch({ args: ['--redis', server.url, '--role', 'operator'] });
    const page = await firstPage(run);
    await expect(page).toHaveTitle(/Switchboard/);
    expect(await invoke(page, 'session.get')).toMatchObject({
      ok: true,
      value: { host: 'desktop', role: 'operator' },
    });
    await expect(page.getByText('WAITING').first()).toBeVisible();
    await expect(page.getByText('37', { exact: true })).toHaveCount(0);
    const now = Date.now();
    for (let index = 0; index < 37; index += 1) await client.zadd('matching:waiting', now, `ada-${index}`);
    await expect(page.getByText('37', { exact: true }).first()).toBeVisible();
  } finally {
    client.disconnect();
    await server.stop();
  }
});

test('feeds run over IPC until they are stopped, and end with a reload', async () => {
  const run = await launch({ args: ['--no-simulate'] });
  const page = await firstPage(run);
  await countEvents(page, 'overview');
  await expect.poll(() => eventCount(page)).toBeGreaterThan(3);
  const stoppedAt = await page.evaluate(() => {
    (Reflect.get(globalThis, 'stopCounting') as () => void)();
    return Reflect.get(globalThis, 'eventCount') as number;
  });
  await countEvents(page, 'health');
  await expect.poll(() => eventCount(page)).toBeGreaterThan(1);
  expect(stoppedAt).toBeGreaterThan(3);
  // The new page knows nothing of the old one's feeds, and works as the first did.
  await page.reload();
  await countEvents(page, 'overview');
  await expect.poll(() => eventCount(page)).toBeGreaterThan(3);
});

test('without a redis-server the in-memory store runs in a process of Electron', async () => {
  const run = await launch({ args: ['--no-simulate'], env: { PATH: import.meta.dirname } });
  const page = await firstPage(run);
  expect(await invoke(page, 'session.get')).toMatchObject({
    ok: true,
    value: { deployment: { embedded: 'in-memory' } },
  });
});

for (const [kind, program, env] of [
  ['real', /^\S*redis-server /, {}],
  ['in-memory', /memory-server-process/, { PATH: import.meta.dirname }],
] as const) {
  test(`a private store that crashes comes back, and the screen says what was lost (${kind})`, async () => {
    test.skip(
      kind === 'in-memory' && findElectronRuntime() !== null,
      'its process has a name of its own there',
    );
    const run = await launch({ args: ['--no-simulate'], env });
    const page = await firstPage(run);
    await expect(page.getByText('its data is not kept')).toBeVisible();
    const server = () => [...familyOf(run.process.pid)].find(([, command]) => program.test(command))?.[0];
    const before = server();
    if (before === undefined) throw new Error('there is no private store');
    process.kill(before, 'SIGKILL');
    await expect(page.getByText('The private store ended and was started anew', { exact: true })).toBeVisible(
      {
        timeout: 15_000,
      },
    );
    await expect(page.getByText('it began anew with nothing at')).toBeVisible();
    expect(server()).not.toBe(before);
    await expect.poll(() => invoke(page, 'overview.get'), { timeout: 15_000 }).toMatchObject({ ok: true });
    expect(run.output()).toContain('what was in it is gone');
  });
}

test('a private store that crashes again and again is given up, in words', async () => {
  test.setTimeout(60_000);
  const run = await launch({ args: ['--no-simulate'] });
  const page = await firstPage(run);
  await expect(page.getByText('its data is not kept')).toBeVisible();
  const server = () =>
    [...familyOf(run.process.pid)].find(([, command]) => /^\S*redis-server /.test(command))?.[0];
  for (let crashes = 1; crashes <= 4; crashes += 1) {
    await expect.poll(server, { timeout: 15_000 }).toBeDefined();
    const pid = server();
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    await expect.poll(server, { intervals: [20] }).not.toBe(pid);
  }
  await expect(page.getByText('The private store of this console has ended for good')).toBeVisible({
    timeout: 15_000,
  });
});

test('a second start of the same person shows the first window and ends', async () => {
  const run = await launch({ args: ['--no-simulate'] });
  await firstPage(run);
  await run.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize(), null);
  const second = await launchDesktop({ userData: run.userData, args: ['--no-simulate'], expectEnd: true });
  expect(await second.ended).toBe(0);
  await expect
    .poll(() => run.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMinimized(), null))
    .toBe(false);
  expect(run.windows()).toHaveLength(1);
});

test('a crashed page starts again by itself', async () => {
  const run = await launch({ args: ['--no-simulate'] });
  const page = await firstPage(run);
  await run.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer();
  }, null);
  await expect
    .poll(
      () =>
        run
          .evaluate(
            ({ BrowserWindow }) =>
              BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(
                "switchboardWire.invoke('session.get', {}).then(({ ok }) => ok)",
              ) as Promise<boolean>,
            null,
          )
          .catch(() => false),
      { timeout: 15_000 },
    )
    .toBe(true);
  expect(run.output()).toContain('the page crashed');
  expect(page.isClosed() || run.windows().length === 1).toBe(true);
});

for (const [how, end] of [
  ['quit', (run: DesktopRun) => run.evaluate(({ app }) => setTimeout(() => app.quit(), 0) && null, null)],
  [
    'closing the window',
    (run: DesktopRun) =>
      run.evaluate(
        ({ BrowserWindow }) => setTimeout(() => BrowserWindow.getAllWindows()[0]?.close(), 0) && null,
        null,
      ),
  ],
  ['a signal', (run: DesktopRun) => run.process.kill('SIGTERM')],
] as const) {
  test(`${how} ends everything within two seconds and leaves no process behind`, async () => {
    const run = await launch({ args: ['--no-simulate'] });
    await firstPage(run);
    const family = familyOf(run.process.pid);
    expect([...family.values()].join('\n')).toContain('redis-server');
    const began = Date.now();
    await end(run);
    expect(await run.ended).toBe(0);
    expect(Date.now() - began).toBeLessThan(2_000);
    await expect.poll(() => survivorsOf(family)).toEqual([]);
  });
}

test('a killed main process leaves no process behind', async () => {
  const run = await launch({ args: ['--no-simulate'] });
  await firstPage(run);
  const family = familyOf(run.process.pid);
  run.process.kill('SIGKILL');
  await run.ended;
  await expect.poll(() => survivorsOf(family)).toEqual([]);
});

test('flags that cannot be understood are told in one go, with exit code 2', async () => {
  const run = await launchDesktop({ args: ['--port', 'many', '--role=king'], expectEnd: true });
  expect(await run.ended).toBe(2);
  expect(run.output()).toContain('--port "many"');
  expect(run.output()).toContain('--role "king"');
  expect(run.output()).not.toContain('    at ');
});
