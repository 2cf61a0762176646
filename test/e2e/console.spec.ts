import { expect, type Page, test as base } from '@playwright/test';
import { Redis } from 'ioredis';
import { DEFAULT_ALARM_RULES } from '@shared/contract/alarms';
import { STATES } from '@shared/states';
import { type RunningCommand, runCommand } from '../support/command';
import { startRedisServer, type TestRedis } from '../support/redis-server';

interface Fixtures {
  /** Starts the console as a person would, and opens the address that it prints. */
  openConsole: (
    args?: string[],
    env?: Record<string, string>,
  ) => Promise<{ page: Page; command: RunningCommand }>;
  /** A Redis of the test's own, as somebody else's service would use it. */
  redis: TestRedis;
}

/** Tests of the whole product: the command, a real Redis, a real browser. */
const test = base.extend<Fixtures>({
  openConsole: async ({ page }, use) => {
    const commands: RunningCommand[] = [];
    await use(async (args = [], env) => {
      const command = runCommand(['--browser', '--no-open', '--port', '0', ...args], env);
      commands.push(command);
      await page.goto(await command.ready());
      return { page, command };
    });
    for (const command of commands) await command.remove();
  },
  redis: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the parameter's pattern
    async ({}, use) => {
      const redis = await startRedisServer();
      await use(redis);
      await redis.stop();
    },
    { scope: 'test' },
  ],
});

/** Writes users as deployments that know nothing of Switchboard do: with plain commands. */
async function putUsers(redis: TestRedis, set: string, state: string, users: number): Promise<void> {
  const client = new Redis(redis.url);
  const now = Date.now();
  const batch = client.pipeline();
  for (let index = 0; index < users; index += 1) {
    batch.zadd(`matching:${set}`, now - index * 100, `${set}-${index}`);
    batch.hset(`user:${set}-${index}`, { state, createdAt: now });
  }
  await batch.exec();
  client.disconnect();
}

function countOf(page: Page, state: (typeof STATES)[number]) {
  return page.getByTestId(`count-${state}`);
}

/** Ten seconds are the promise; a machine that runs several suites at once gets three times as long. */
const LIFE_TIMEOUT_MS = 30_000;

async function expectLife(page: Page): Promise<void> {
  for (const state of STATES)
    await expect(countOf(page, state)).toHaveText(/^[\d,]*[1-9][\d,]*$/, { timeout: LIFE_TIMEOUT_MS });
  const moves = page.getByRole('region', { name: 'Transitions' }).getByRole('row');
  await expect(moves).not.toHaveCount(0);
}

test('is alive soon on a private server, with nothing named', async ({ openConsole }) => {
  const { page } = await openConsole();
  await expectLife(page);
  await expect(page.getByText(/redis-server|sandbox/i).first()).toBeVisible();
});

test('is alive soon where there is no Redis on the machine', async ({ openConsole }) => {
  const { page } = await openConsole([], { PATH: '/nowhere' });
  await expectLife(page);
});

test('shows what others have written to a named Redis, and simulates nothing there', async ({
  openConsole,
  redis,
}) => {
  await putUsers(redis, 'waiting', 'WAITING', 120);
  await putUsers(redis, 'in_call', 'IN_CALL', 40);
  const { page } = await openConsole(['--redis', redis.url]);
  await expect(countOf(page, 'WAITING')).toHaveText('120');
  await expect(countOf(page, 'IN_CALL')).toHaveText('40');
  await expect(countOf(page, 'IDLE')).toHaveText('0');
});

test('shows an empty Redis as empty, and follows it', async ({ openConsole, redis }) => {
  const { page } = await openConsole(['--redis', redis.url]);
  await expect(countOf(page, 'WAITING')).toHaveText('0');
  await putUsers(redis, 'waiting', 'WAITING', 3);
  await expect(countOf(page, 'WAITING')).toHaveText('3');
});

test('says within two seconds that Redis is gone, and is live within five of its return', async ({
  openConsole,
  redis,
}) => {
  await putUsers(redis, 'waiting', 'WAITING', 5);
  const { page } = await openConsole(['--redis', redis.url]);
  await expect(countOf(page, 'WAITING')).toHaveText('5');
  const banner = page.getByRole('alert');

  await redis.kill();
  await expect(banner).toContainText('Redis is away', { timeout: 2_000 });
  await expect(countOf(page, 'WAITING')).toHaveText('5');

  await redis.restart();
  await putUsers(redis, 'waiting', 'WAITING', 2);
  await expect(banner).toBeHidden({ timeout: 5_000 });
  await expect(countOf(page, 'WAITING')).toHaveText('2', { timeout: 5_000 });
});

test('marks the list and a user as old while Redis is away, and drops who is gone when it is back', async ({
  openConsole,
  redis,
}) => {
  await putUsers(redis, 'waiting', 'WAITING', 5);
  const { page } = await openConsole(['--redis', redis.url]);
  await page.getByRole('link', { name: /^Users/ }).click();
  await page.getByText('waiting-4').click();
  const drawer = page.getByRole('complementary', { name: 'User waiting-4' });
  await expect(drawer).toContainText('WAITING');

  await redis.kill();
  await expect(page.locator('[data-old="true"]', { has: drawer })).toContainText('WAITING 5');
  await expect(page.getByRole('contentinfo').last()).toContainText('not refreshed');

  await redis.restart();
  await expect(drawer).toContainText('Nobody is known as waiting-4', { timeout: 10_000 });
  await expect(drawer).not.toContainText('WAITING');
});

test('refuses every action while Redis is away, says why, and does none of them later', async ({
  openConsole,
  redis,
}) => {
  await putUsers(redis, 'waiting', 'WAITING', 1);
  const { page } = await openConsole(['--redis', redis.url, '--role', 'admin']);
  await expect(countOf(page, 'WAITING')).toHaveText('1');
  await page.goto(`${new URL(page.url()).origin}/#/users/waiting-0`);
  const toIdle = page
    .getByRole('complementary', { name: 'User waiting-0' })
    .getByRole('button', { name: 'IDLE', exact: true });
  await expect(toIdle).toBeEnabled();

  await redis.kill();
  await expect(page.getByRole('alert')).toContainText('Redis is away');
  await expect(toIdle).toHaveAttribute('aria-disabled', 'true');
  await toIdle.click({ force: true });
  await expect(page.getByRole('tooltip')).toContainText('nothing can be changed until it is back');
  // Past the screen, by the page's own session: the main process refuses as well.
  const answer = await page.evaluate(async () => {
    const response = await fetch('/api/admin/transitions', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: 'waiting-0', from: 'WAITING', to: 'IDLE' }),
    });
    return response.text();
  });
  expect(answer).toContain('redis_away');

  await redis.restart();
  await putUsers(redis, 'waiting', 'WAITING', 1);
  await expect(page.getByRole('alert')).toBeHidden({ timeout: 5_000 });
  await expect(toIdle).toBeEnabled();
  const client = new Redis(redis.url);
  expect(await client.zscore('matching:waiting', 'waiting-0')).not.toBeNull();
  expect(await client.zcard('matching:idle')).toBe(0);
  client.disconnect();
});

test('keeps what is being prepared while Redis is away, and stops what is under way with words', async ({
  openConsole,
  page,
  redis,
}) => {
  await putUsers(redis, 'waiting', 'WAITING', 700);
  // The first call looks at what would change, the second one changes it; the third is held back until Redis is gone.
  let [calls, letGo] = [0, () => {}];
  const gone = new Promise<void>((resolve) => (letGo = resolve));
  await page.routeWebSocket(/./, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      if (String(message).includes('/users.remove"') && (calls += 1) === 3)
        void gone.then(() => server.send(message));
      else server.send(message);
    });
  });
  await openConsole(['--redis', redis.url, '--role', 'admin']);
  await page.getByRole('link', { name: /^Users/ }).click();
  await page.getByRole('button', { name: 'WAITING 700' }).click();
  await page.getByRole('button', { name: 'Select all 700' }).click();
  const prepare = async (reason: string) => {
    await page.getByRole('button', { name: 'Remove from all states…' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill(reason);
  };
  await prepare('Redis will be lost');
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
  // An open dialog hides the rest from screen readers; people see it all the same.
  const work = page.getByRole('region', { name: 'Running work', includeHidden: true });
  await expect(work).toContainText('500 of 700');
  await prepare('still to be thought about');

  await redis.kill();
  await expect(page.getByText('Redis is away since')).toBeVisible();
  letGo();
  await expect(work).toContainText('Stopped at 500 of 700: 500 users known to have changed, 0 left out.');
  await expect(work).toContainText(/Redis.* (away|lost|connection)/i);
  const remove = page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true });
  await expect(remove).toHaveAttribute('aria-disabled', 'true');
  await remove.hover();
  await expect(page.getByRole('tooltip')).toContainText('nothing can be changed until it is back');

  await redis.restart();
  await putUsers(redis, 'waiting', 'WAITING', 4);
  await expect(remove).not.toHaveAttribute('aria-disabled', 'true', { timeout: 10_000 });
  await expect(page.getByRole('dialog').getByLabel('Reason')).toHaveValue('still to be thought about');
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  const client = new Redis(redis.url);
  expect(await client.zcard('matching:waiting'), 'nothing goes on by itself').toBe(4);
  client.disconnect();
});

test('keeps its history over a restart: alarms, and what happened beside the time before', async ({
  openConsole,
  redis,
}) => {
  const client = new Redis(redis.url);
  await putUsers(redis, 'waiting', 'WAITING', 12);
  const first = await openConsole(['--redis', redis.url, '--role', 'admin', '--no-workers']);
  await expect(countOf(first.page, 'WAITING')).toHaveText('12');
  const post = (path: string, input: unknown) =>
    first.page.evaluate(
      async ([address, body]) => {
        const headers = { 'content-type': 'application/json' };
        return (await fetch(address, { method: 'POST', headers, body })).status;
      },
      [path, JSON.stringify(input)] as const,
    );
  const leave = async (from: number, to: number) => {
    for (let index = from; index < to; index += 1)
      expect(await post('/api/simple-matching/leave', { userId: `waiting-${index}` })).toBe(200);
  };
  await leave(0, 4);
  // What happened now is made to have happened twenty minutes ago, in the quarter of an hour before this one.
  for (const key of await client.keys('matching:stats:*')) {
    const minute = Number(key.split(':').at(-1));
    await client.copy(key, `matching:stats:${minute - 20}`);
  }
  await leave(4, 8);
  const rules = { ...DEFAULT_ALARM_RULES, raiseAfterMs: 0, clearAfterMs: 0 };
  rules.thresholds = {
    ...rules.thresholds,
    'lost-heartbeats': { enabled: true, warning: 1, critical: 1_000 },
  };
  await client.zadd('matching:heartbeats', Date.now() - 120_000, 'waiting-9');
  expect(await post('/rpc/alarms.configure', { rules, reason: 'to have a history' })).toBe(200);
  await expect.poll(() => client.xlen('matching:alarm-history')).toBeGreaterThan(0);
  first.command.signal('SIGTERM');
  await first.command.ended;

  const { page } = await openConsole(['--redis', redis.url, '--role', 'admin', '--no-workers']);
  await page.getByRole('link', { name: 'Analytics' }).click();
  const figure = page
    .getByRole('region', { name: 'The window in numbers' })
    .locator('div', { has: page.getByText('left unmatched', { exact: true }) })
    .last();
  await expect(figure).toHaveText(/left unmatched\s*8\s*\+100 %/);
  await page.getByRole('link', { name: /^Alarms/ }).click();
  const history = page.getByRole('table', { name: 'History of alarms' });
  await expect(history.getByRole('row', { name: /Lost heartbeats.*fine.*warning/ })).toBeVisible();
  client.disconnect();
});
