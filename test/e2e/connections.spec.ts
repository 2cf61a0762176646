import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test as base } from '@playwright/test';
import { Redis } from 'ioredis';
import { runCommand } from '../support/command';
import { startRedisServer, type TestRedis } from '../support/redis-server';
import { clippedTexts, expectAccessible } from './accessibility';

interface Fixtures {
  /** The Redis that the console is started on, with 3 who wait. */
  here: TestRedis;
  /** Another one, with 5 who wait in the pool default and 2 in the pool asia; `half` may do a part only. */
  there: TestRedis;
  /** The file of the connections. */
  file: string;
  page: Page;
}

async function fill(server: TestRedis, waiting: number, asia = 0): Promise<void> {
  const client = new Redis(server.url);
  const now = Date.now();
  for (let index = 0; index < waiting; index += 1) {
    await client.zadd('matching:waiting', now - 1_000 * index, `user-${waiting}-${index}`);
    await client.hset(`user:user-${waiting}-${index}`, { state: 'WAITING' });
  }
  for (let index = 0; index < asia; index += 1)
    await client.zadd('{matching:asia}:waiting', now - 60_000, `asia-${index}`);
  client.disconnect();
}

const test = base.extend<Fixtures>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the parameter's pattern
  here: async ({}, use) => {
    const server = await startRedisServer();
    await fill(server, 3);
    await use(server);
    await server.stop();
  },
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the parameter's pattern
  there: async ({}, use) => {
    const rules = ['on', '>pw', '~*', '+@all', '-zadd', '-scan'];
    const server = await startRedisServer({ args: ['--user', 'half', ...rules] });
    await fill(server, 5, 2);
    await use(server);
    server.resume();
    await server.stop();
  },
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the parameter's pattern
  file: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'switchboard-connections-'));
    await use(join(folder, 'connections.json'));
    rmSync(folder, { recursive: true });
  },
  page: async ({ page, here, file }, use) => {
    const command = runCommand(
      ['--browser', '--no-open', '--port', '0', '--redis', here.url, '--role', 'admin'],
      { SWITCHBOARD_CONNECTIONS: file, SWITCHBOARD_SECRET_THERE_HALF_PASSWORD: 'pw' },
    );
    await page.goto(await command.ready());
    await expect(page.getByTestId('count-WAITING')).toHaveText('3');
    await use(page);
    await command.remove();
  },
});

const dialog = (page: Page) => page.getByRole('dialog');

/** Fills the form of a new connection to a server, without saving it. */
async function describeConnection(page: Page, server: TestRedis, name: string): Promise<void> {
  await page.getByRole('link', { name: 'Connections' }).click();
  await page.getByRole('button', { name: 'Add a connection' }).click();
  await dialog(page).getByLabel('Name', { exact: true }).fill(name);
  await dialog(page).getByLabel('Environment').selectOption('staging');
  await dialog(page).getByLabel('Host').fill('127.0.0.1');
  await dialog(page).getByLabel('Port').fill(String(server.port));
}

async function addConnection(page: Page, server: TestRedis, name = 'There'): Promise<void> {
  await describeConnection(page, server, name);
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await expect(dialog(page)).toBeHidden();
}

/**
 * Looks at every frame that is drawn from now on; gives what stood on the screen in those that showed the name of one
 * deployment beside users of the other.
 */
async function watchFrames(page: Page): Promise<() => Promise<string[]>> {
  const mixed = await page.evaluateHandle(() => {
    const seen = new Set<string>();
    const look = () => {
      const name = document.querySelector('button[aria-label^="Connection:"]')?.getAttribute('aria-label');
      const stranger = name?.includes('There') ? /user-3-\d/ : /user-5-\d/;
      const [user] = stranger.exec(document.body.innerText) ?? [];
      if (name && user) seen.add(`${user} beside ${name}`);
      requestAnimationFrame(look);
    };
    look();
    return seen;
  });
  return () => mixed.evaluate((seen) => [...seen]);
}

const waiting = (page: Page) => page.getByTestId('count-WAITING');

test('a connection is added, tested, edited and removed, and stands in a file that people can read', async ({
  page,
  there,
  file,
}) => {
  await describeConnection(page, there, 'There, live');
  await expect(dialog(page).getByLabel('Id')).toHaveValue('there-live');
  await dialog(page).getByRole('button', { name: 'Test' }).click();
  const report = dialog(page).getByRole('status', { name: 'Test of the connection' });
  await expect(report).toContainText('This connection works');
  await expect(report).toContainText('5 users in the pool default.');
  expect(existsSync(file), 'testing keeps nothing').toBe(false);
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  const row = page.getByRole('listitem', { name: 'There, live' });
  await expect(row).toContainText('read-only');
  const kept = JSON.parse(readFileSync(file, 'utf8')) as { profiles: unknown[] };
  expect(kept.profiles).toMatchObject([
    { id: 'there-live', environment: 'staging', readOnly: true, endpoint: { kind: 'tcp', port: there.port } },
  ]);

  await row.getByRole('button', { name: 'Edit' }).click();
  await dialog(page)
    .getByLabel(/^Read-only/)
    .uncheck();
  await dialog(page).getByLabel('Your role').selectOption('operator');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await expect(row).toContainText('role operator');

  await row.getByRole('button', { name: 'Remove' }).click();
  await expect(dialog(page)).toContainText('Nothing changes in its Redis');
  await dialog(page).getByRole('button', { name: 'Remove it' }).click();
  await expect(dialog(page)).toBeHidden();
  await expect(row).toBeHidden();
  expect((JSON.parse(readFileSync(file, 'utf8')) as { profiles: unknown[] }).profiles).toEqual([]);
});

test('a form says what is wrong where it is wrong, and what a test failed on', async ({ page, there }) => {
  await describeConnection(page, there, 'There');
  await dialog(page).getByLabel('Port').fill('70000');
  await dialog(page).getByLabel('Host').fill('redis://a b');
  await dialog(page).getByLabel('Port').blur();
  await expect(dialog(page).getByText('a port is 1 to 65535')).toBeVisible();
  await expect(dialog(page).getByText('write a host name or an IP address')).toBeVisible();
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await expect(dialog(page)).toBeVisible();

  await dialog(page).getByLabel('Host').fill('127.0.0.1');
  await dialog(page).getByLabel('Port').fill('1');
  await dialog(page).getByRole('button', { name: 'Test' }).click();
  const report = dialog(page).getByRole('status', { name: 'Test of the connection' });
  await expect(report).toContainText('does not work yet');
  await expect(report.getByRole('listitem').filter({ hasText: 'Port' })).toContainText(
    'Nothing is listening at redis://127.0.0.1:1. Start Redis there',
  );
  await expect(report).not.toContainText('before you changed something');
  await dialog(page).getByLabel('Kind').selectOption('socket');
  await expect(report).toContainText('before you changed something');
});

test('going to another connection shows that one, and nothing of the one before', async ({
  page,
  here,
  there,
}) => {
  await addConnection(page, there);
  await page.getByRole('link', { name: 'Users' }).click();
  await page.getByText('user-3-0').click();
  await expect(page.getByRole('complementary')).toContainText('Queue position');
  const mixedFrames = await watchFrames(page);
  // The server of the first hangs, with a request of this page on its way.
  here.pause();
  await page.getByRole('link', { name: 'Audit trail' }).click();
  await page.getByRole('link', { name: 'Users' }).click();
  await page.getByRole('button', { name: /^Connection: / }).click();
  await page.getByRole('menuitemradio', { name: /There/ }).click();
  await expect(page.getByRole('button', { name: /^Connection: There, staging, read-only/ })).toBeVisible();
  await expect(waiting(page)).toHaveText('5');
  here.resume();
  await page.getByRole('link', { name: 'Users' }).click();
  await expect(page.getByText('user-5-0')).toBeVisible();
  await expect(page.getByText('user-3-0')).toBeHidden();
  expect(await mixedFrames()).toEqual([]);

  // A reload stays there; the way back leads to the first one again.
  await page.reload();
  await expect(page.getByText('user-5-0')).toBeVisible();
  await page.getByRole('button', { name: /^Connection: / }).click();
  await page.getByRole('menuitemradio', { name: new RegExp(`127.0.0.1:${here.port}`) }).click();
  await expect(waiting(page)).toHaveText('3');
});

test('a right that is taken away in the middle ends what was being prepared, and says so', async ({
  page,
  there,
}) => {
  await describeConnection(page, there, 'There');
  await dialog(page)
    .getByLabel(/^Read-only/)
    .uncheck();
  await dialog(page).getByLabel('Your role').selectOption('admin');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await page.getByRole('listitem', { name: 'There' }).getByRole('button', { name: 'Open' }).click();
  await expect(page.getByRole('button', { name: /^Connection: There/ })).toBeVisible();
  await page.goto(page.url().replace(/#.*/, '#/users/user-5-0'));
  const force = page.getByRole('complementary').getByRole('button', { name: 'Force state…' });
  await force.click();
  await dialog(page).getByLabel('Reason').fill('while I still may');

  const other = await page.context().newPage();
  await other.goto(page.url().replace(/#.*/, ''));
  await other.getByRole('link', { name: 'Connections' }).click();
  await other.getByRole('listitem', { name: 'There' }).getByRole('button', { name: 'Edit' }).click();
  await dialog(other)
    .getByLabel(/^Read-only/)
    .check();
  await dialog(other).getByRole('button', { name: 'Save' }).click();

  await expect(page.getByText('There was opened anew', { exact: true })).toBeVisible();
  await expect(page.getByText(/it is read-only/).first()).toBeVisible();
  await expect(dialog(page)).toBeHidden();
  await expect(force).toHaveAttribute('aria-disabled', 'true');
  await force.hover();
  await expect(page.getByRole('tooltip')).toContainText(/needs the role|read-only/);
  const redis = new Redis(there.url);
  expect(await redis.zcard('matching:waiting')).toBe(5);
  redis.disconnect();
});

test('two windows show two deployments at the same time', async ({ page, there }) => {
  await addConnection(page, there);
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.getByRole('listitem', { name: 'There' }).getByRole('button', { name: 'Open' }).click();
  await other.getByRole('link', { name: 'Overview' }).click();
  await expect(waiting(other)).toHaveText('5');
  await page.getByRole('link', { name: 'Overview' }).click();
  await expect(waiting(page)).toHaveText('3');
  await expect(other.getByRole('button', { name: /^Connection: There/ })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Connection: 127/ })).toBeVisible();
});

test('what the Redis user may not do is said before it is tried', async ({ page, there }) => {
  await describeConnection(page, there, 'There half');
  await dialog(page).getByLabel('ACL user').fill('half');
  await dialog(page).getByRole('button', { name: 'Save' }).click();
  await page.getByRole('listitem', { name: 'There half' }).getByRole('button', { name: 'Open' }).click();
  const panel = page.getByRole('region', { name: 'What the Redis user may do on There half' });
  await expect(panel).toContainText('It may not move users, and undo it');
  await expect(panel).toContainText('zadd on matching:idle');
  await expect(panel.getByLabel('The ACL rule that allows it')).toContainText('ACL SETUSER half');
});

test('the pools are shown beside each other, and one is chosen by keyboard alone', async ({
  page,
  there,
}) => {
  await addConnection(page, there);
  await page.getByRole('listitem', { name: 'There' }).getByRole('button', { name: 'Open' }).click();
  await page.getByRole('link', { name: 'Overview' }).click();
  await expect(waiting(page)).toHaveText('5');
  await page.getByRole('button', { name: 'Pool: default' }).focus();
  await page.keyboard.press('Enter');
  const pools = page.getByRole('dialog', { name: 'Pools of this deployment' });
  await expect(pools.getByRole('row', { name: /asia/ }).getByRole('cell').nth(1)).toHaveText('2');
  await expect(pools.getByRole('row', { name: /all 2/ }).getByRole('cell').nth(1)).toHaveText('7');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /^Pool: / })).toBeVisible();
  await page.getByRole('button', { name: /^Pool: / }).press('Enter');
  await pools.getByRole('button', { name: 'asia' }).press('Enter');
  await expect(waiting(page)).toHaveText('2');
});

test('a link leads to its connection and its pool, from another window', async ({ page, there }) => {
  await addConnection(page, there);
  await page.getByRole('listitem', { name: 'There' }).getByRole('button', { name: 'Open' }).click();
  await page.getByRole('button', { name: 'Pool: default' }).click();
  await page.getByRole('button', { name: 'asia' }).click();
  await page.getByRole('link', { name: 'Users' }).click();
  await page.getByText('asia-1').click();
  await expect(page.getByRole('complementary', { name: 'User asia-1' })).toContainText('Queue position');

  const other = await page.context().newPage();
  await other.goto(page.url());
  await expect(other.getByRole('complementary', { name: 'User asia-1' })).toContainText('Queue position');
  await expect(other.getByRole('button', { name: /^Connection: There/ })).toBeVisible();
  await expect(other.getByRole('button', { name: 'Pool: asia' })).toBeVisible();
  await other.goto(page.url().replace('asia&', 'mars&'));
  await expect(other.getByText('There is no pool "mars" on There').first()).toBeVisible();
  await expect(other.getByRole('button', { name: 'Pool: default' })).toBeVisible();
});

for (const colorScheme of ['dark', 'light'] as const)
  for (const viewport of [
    { width: 1280, height: 800 },
    { width: 1440, height: 900 },
  ])
    test(`the screen and its form have nothing against them, ${colorScheme} at ${viewport.width}`, async ({
      page,
      there,
    }) => {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport);
      await addConnection(page, there, 'A deployment with a rather long name, for Europe and Asia');
      await expectAccessible(page);
      await page.getByRole('button', { name: 'Add a connection' }).click();
      await dialog(page).getByLabel('TLS').check();
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Pool: default' }).click();
      await expect(page.getByRole('row', { name: /default/ })).toBeVisible();
      await expectAccessible(page);
      expect(await clippedTexts(page)).toEqual([]);
    });
