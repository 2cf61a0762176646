import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { Redis } from 'ioredis';
import { findElectronRuntime } from '../../scripts/electron-runtime.mjs';
import { startRedisServer } from '../support/redis-server';
import { choose, type DesktopRun, firstPage, launchDesktop, type LaunchOptions } from './launch';

const runs: DesktopRun[] = [];

async function launch(options: LaunchOptions = {}): Promise<DesktopRun> {
  const run = await launchDesktop({ args: ['--no-simulate'], ...options });
  runs.push(run);
  return run;
}

test.afterEach(async () => {
  for (const run of runs.splice(0).reverse()) await run.dispose();
});

const placeOf = (page: Page) => page.evaluate(() => location.hash);

test('a link opens its place in the first window, and a later one in the window that is there', async () => {
  const run = await launch({ args: ['--no-simulate', 'switchboard://user/ada'] });
  const page = await firstPage(run);
  await expect.poll(() => placeOf(page)).toBe('#/users/ada');
  const second = await launchDesktop({
    userData: run.userData,
    args: ['--no-simulate', 'switchboard://user/bob%40example'],
    expectEnd: true,
  });
  expect(await second.ended).toBe(0);
  await expect.poll(() => placeOf(page)).toContain('#/users/bob');
  expect(run.windows()).toHaveLength(1);
});

test('a link that comes before Electron is ready opens in the first window', async () => {
  test.skip(findElectronRuntime() !== null, 'only macOS itself hands a link over before it is ready');
  const run = await launch({ env: { STAND_IN_EARLY_LINK: 'switchboard://user/eve' } });
  const page = await firstPage(run);
  await expect.poll(() => placeOf(page)).toBe('#/users/eve');
  expect(run.windows()).toHaveLength(1);
});

test('a window opens where it was left, and not on a screen that is gone', async () => {
  test.setTimeout(60_000);
  const left = { x: 120, y: 90, width: 1100, height: 700 };
  const first = await launch();
  await firstPage(first);
  await first.evaluate(
    ({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds),
    left,
  );
  const file = join(first.userData, 'window-places.json');
  const kept = () => {
    try {
      return (JSON.parse(readFileSync(file, 'utf8')) as Record<string, object>)['console sandbox'];
    } catch {
      return null;
    }
  };
  await expect.poll(kept).toMatchObject(left);
  first.process.kill('SIGTERM');
  await first.ended;

  const boundsOf = (run: DesktopRun) =>
    run.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds(), null);
  const second = await launch({ userData: first.userData });
  await firstPage(second);
  expect(await boundsOf(second)).toMatchObject(left);
  await second.evaluate(
    ({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.setBounds({ x: 90_000, y: 90_000, width: 1100, height: 700 }),
    null,
  );
  await expect.poll(kept).toMatchObject({ x: 90_000 });
  second.process.kill('SIGTERM');
  await second.ended;

  const third = await launch({ userData: first.userData });
  await firstPage(third);
  const { x = 0, ...size } = (await boundsOf(third)) ?? {};
  expect(x).toBeLessThan(10_000);
  expect(size).toMatchObject({ width: 1100, height: 700 });
});

test('a second window shows the same deployment, and closing one keeps the other', async () => {
  const run = await launch();
  await firstPage(run);
  await choose(run, 'New Window');
  await expect.poll(() => run.windows().length).toBe(2);
  for (const page of run.windows()) await expect(page.getByText('WAITING').first()).toBeVisible();
  await run.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close(), null);
  await expect.poll(() => run.windows().length).toBe(1);
  const left = await firstPage(run);
  await expect(left.getByText('WAITING').first()).toBeVisible();
});

test('the Help menu opens the logs and copies diagnostics, and no secret is in either', async () => {
  const server = await startRedisServer({ args: ['--requirepass', 'hunter2-secret'] });
  try {
    const url = server.url.replace('redis://', 'redis://:hunter2-secret@');
    const run = await launch({ args: [], env: { REDIS_URL: url, SWITCHBOARD_LOG: 'trace' } });
    const page = await firstPage(run);
    await expect(page.getByText('WAITING').first()).toBeVisible();
    await run.evaluate(({ shell }) => {
      shell.openPath = (path: string) => {
        Reflect.set(globalThis, 'openedPath', path);
        return Promise.resolve('');
      };
    }, null);
    await choose(run, 'Open Logs');
    const folder = await run.evaluate(() => Reflect.get(globalThis, 'openedPath') as string, null);
    expect(readFileSync(join(folder, 'switchboard.log'), 'utf8')).toContain('Redis is ready');

    await choose(run, 'Copy Diagnostics');
    const copied = await run.evaluate(({ clipboard }) => clipboard.readText(), null);
    expect(copied).toContain('Switchboard: ');
    expect(copied).toContain('"status":"ready"');
    expect(copied).toContain('Redis is ready');

    const written = filesBelow(run.userData).filter((file) => readFileSync(file).includes('hunter2-secret'));
    expect([written, copied.includes('hunter2'), run.output().includes('hunter2')]).toEqual([
      [],
      false,
      false,
    ]);
  } finally {
    await server.stop();
  }
});

test('what a window shows can be saved as PDF, such as the analytics', async () => {
  const run = await launch();
  const page = await firstPage(run);
  await page.evaluate(() => (location.hash = '#/analytics'));
  await expect(page.getByRole('heading', { name: 'Analytics' })).toBeVisible({ timeout: 15_000 });
  const file = join(run.userData, 'saved.pdf');
  await run.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, file);
  await expect
    .poll(() => run.evaluate(({ BrowserWindow }) => BrowserWindow.getFocusedWindow() !== null, null))
    .toBe(true);
  await choose(run, 'Save as PDF…');
  const head = () => {
    try {
      return readFileSync(file).subarray(0, 5).toString();
    } catch {
      return null;
    }
  };
  await expect.poll(head).toBe('%PDF-');
});

test('the tray says how many wait, and an alarm is announced once', async () => {
  test.skip(findElectronRuntime() !== null, 'Electron does not let tests read a tray or a notification');
  test.setTimeout(60_000);
  const server = await startRedisServer();
  const client = new Redis(server.url);
  try {
    const run = await launch({ args: ['--redis', server.url] });
    const page = await firstPage(run);
    const seen = () =>
      run.evaluate((electron) => {
        const { standIn, app } = electron as unknown as {
          standIn: { trays: { toolTip: string }[]; notifications: { options: { title: string } }[] };
          app: { badgeCount: number };
        };
        return {
          toolTip: standIn.trays[0]?.toolTip,
          announced: standIn.notifications.map(({ options }) => options.title),
          badge: app.badgeCount,
        };
      }, null);
    await expect
      .poll(seen)
      .toEqual({ toolTip: 'Switchboard: nobody waits, no alarm', announced: [], badge: 0 });
    for (const set of ['idle', 'connecting']) await client.zadd(`matching:${set}`, Date.now(), 'ada');
    await client.zadd('matching:waiting', Date.now() - 65_000, 'bob');
    // Damage is told at once; a threshold must be passed for a while.
    await expect
      .poll(async () => (await seen()).announced, { timeout: 30_000 })
      .toEqual([
        '1 user in two states at once',
        expect.stringMatching(/^Somebody has waited for 1 m \d+ s$/),
      ]);
    await expect.poll(seen).toMatchObject({
      badge: 2,
      toolTip: expect.stringMatching(/^Switchboard: 1 waiting, longest 1 m \d+ s, 2 alarms$/),
    });
    expect((await seen()).announced).toHaveLength(2);

    const minimized = () =>
      run.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMinimized(), null);
    for (const which of ['trays', 'notifications'] as const) {
      await run.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize(), null);
      expect(await minimized()).toBe(true);
      await run.evaluate((electron, list) => {
        const { standIn } = electron as unknown as { standIn: Record<string, { click: () => void }[]> };
        standIn[list]?.[0]?.click();
      }, which);
      expect(await minimized()).toBe(false);
    }
    await expect.poll(() => placeOf(page)).toBe('#/alarms');
  } finally {
    client.disconnect();
    await server.stop();
  }
});

/** The small files of a folder; the browser's own databases are larger. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => {
      const stats = statSync(file, { throwIfNoEntry: false });
      return stats?.isFile() === true && stats.size < 5_000_000;
    });
}
