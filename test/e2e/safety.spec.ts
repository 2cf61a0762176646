import type { Page } from '@playwright/test';
import { personId, populate } from '../support/populate';
import { type Consoles, startConsoles } from './consoles';
import { expect, test } from './console-test';

const STUCK = personId('CONNECTING', 40);
const SILENT = personId('IN_CALL', 40);

test('cleans up only after showing whom, and puts everybody back by undo', async ({ open, redis }) => {
  const page = await open('/users');
  const before = await redis.zscore('matching:connecting', STUCK);
  await redis.zadd('matching:heartbeats', Date.now() - 120_000, SILENT);
  await redis.hdel(`user:${SILENT}`, 'lastHeartbeat');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('Clean up');
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Clean up' });
  await expect(dialog).toContainText('stuck in CONNECTING');
  await expect(dialog).toContainText(/[1-9]\d* silent/);
  expect(await redis.zscore('matching:connecting', STUCK)).toBe(before);
  await dialog.getByRole('button', { name: 'Clean up', exact: true }).click();
  await expect.poll(() => redis.zscore('matching:connecting', STUCK)).toBeNull();
  expect(await redis.zscore('matching:waiting', STUCK)).not.toBeNull();
  // Who fell silent leaves the call, and the partner does not stay there alone.
  await expect.poll(() => redis.zscore('matching:in_call', SILENT)).toBeNull();
  expect(await redis.zscore('matching:in_call', personId('IN_CALL', 41))).toBeNull();
  await page.getByRole('button', { name: /^Undo ·/ }).click();
  await expect.poll(() => redis.zscore('matching:connecting', STUCK)).toBe(before);
  await expect.poll(() => redis.zscore('matching:in_call', SILENT)).not.toBeNull();
});

test('refuses an undo whose time is over, says so, and changes nothing', async ({ open, redis }) => {
  const user = personId('WAITING', 3);
  const page = await open(`/users/${user}`);
  await page.getByRole('complementary').getByRole('button', { name: 'IDLE', exact: true }).click();
  const idleSince = () => redis.zscore('matching:idle', user);
  await expect.poll(idleSince).not.toBeNull();
  const since = await idleSince();
  // What can be undone ends by itself within half a minute; here it ends at once.
  const [kept = ''] = await redis.keys('*:tx:*');
  expect(await redis.pttl(kept)).toBeGreaterThan(0);
  expect(await redis.pttl(kept)).toBeLessThanOrEqual(30_000);
  await redis.pexpire(kept, 0);
  await page.getByRole('button', { name: /^Undo ·/ }).click();
  await expect(page.getByText('Not undone', { exact: true })).toBeVisible();
  await expect(page.getByText(/cannot be undone: it was made too long ago/).first()).toBeVisible();
  expect(await idleSince()).toBe(since);
});

test('takes a repair back, to the fault that was there', async ({ open, redis }) => {
  const broken = personId('IDLE', 5);
  const page = await open('/integrity');
  await redis.hset(`user:${broken}`, 'state', 'WAITING');
  await page.getByRole('button', { name: 'Scan for broken users' }).click();
  await page
    .getByRole('button', { name: `Repair ${broken}` })
    .first()
    .click();
  const dialog = page.getByRole('dialog', { name: `Repair ${broken}` });
  await dialog.getByLabel('Reason').fill('to be taken back');
  await dialog.getByRole('button', { name: 'Repair', exact: true }).click();
  const told = () => redis.hget(`user:${broken}`, 'state');
  await expect.poll(told).toBe('IDLE');
  const listed = page.getByRole('button', { name: `Repair ${broken}` });
  await expect(listed).toHaveCount(0);
  await page.getByRole('button', { name: /^Undo ·/ }).click();
  await expect.poll(told).toBe('WAITING');
  await expect(listed.first()).toBeVisible();
});

test('changes metadata of a user with a reason, refuses what does not fit, and takes it back', async ({
  open,
  redis,
}) => {
  const user = personId('IDLE', 7);
  const page = await open(`/users/${user}`);
  const drawer = page.getByRole('complementary', { name: `User ${user}` });
  await drawer.getByText(/All metadata/).click();
  await drawer.getByRole('button', { name: 'Change totalSkips' }).click();
  const dialog = page.getByRole('dialog', { name: `Change metadata of ${user}` });
  const save = dialog.getByRole('button', { name: 'Save' });
  await dialog.getByLabel('Reason').fill('asked by support');
  await dialog.getByLabel('Value').fill('many');
  await expect(save).toHaveAttribute('aria-disabled', 'true');
  await dialog.getByLabel('Field', { exact: true }).fill('state');
  await expect(dialog).toContainText('state follows from moves');
  await dialog.getByLabel('Field', { exact: true }).fill('totalSkips');
  await dialog.getByLabel('Value').fill('41');
  await save.click();
  await expect.poll(() => redis.hget(`user:${user}`, 'totalSkips')).toBe('41');
  expect(JSON.stringify(await redis.xrevrange('matching:audit', '+', '-', 'COUNT', 1))).toContain(
    'users.patch',
  );
  await page.getByRole('button', { name: /^Undo ·/ }).click();
  await expect.poll(() => redis.hget(`user:${user}`, 'totalSkips')).toBe('3');
});

test('explains why somebody is stuck, with what frees them', async ({ open }) => {
  const page = await open(`/users/${STUCK}`);
  const drawer = page.getByRole('complementary', { name: `User ${STUCK}` });
  await expect(drawer).toContainText('over 15 s a sweep takes them out');
  await drawer.getByRole('button', { name: 'Clean up…' }).click();
  await expect(page.getByRole('dialog', { name: 'Clean up' })).toBeVisible();
});

test.describe('on production', () => {
  let consoles: Consoles;
  let page: Page;
  test.beforeAll(async ({ browser }) => {
    test.setTimeout(180_000);
    consoles = await startConsoles(browser);
    await populate(consoles.redis, { IDLE: 10, WAITING: 6, CONNECTING: 4, IN_CALL: 2, DISCONNECTING: 0 });
    page = await consoles.open('ann', '/users?state=WAITING', { environment: 'production' });
  });
  test.afterAll(() => consoles.close());

  test('one user needs no typing', async () => {
    await page.getByLabel(`Mark ${personId('WAITING', 5)}`).check();
    await page.getByRole('button', { name: 'Force state…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('one only');
    await expect(dialog.getByText('This is production')).toBeHidden();
    await dialog.getByRole('button', { name: 'Force to IDLE' }).click();
    await expect.poll(() => consoles.redis.zcard('matching:idle')).toBe(11);
  });

  test('many ask for their number, and do nothing without it', async () => {
    await page.getByRole('button', { name: 'Select all 5' }).click();
    await page.getByRole('button', { name: 'Remove from all states…' }).click();
    const dialog = page.getByRole('dialog');
    const remove = dialog.getByRole('button', { name: 'Remove', exact: true });
    await dialog.getByLabel('Reason').fill('the queue is stuck');
    await expect(remove).toHaveAttribute('aria-disabled', 'true');
    await dialog.getByLabel(/This is production/).fill('4');
    await remove.click({ force: true });
    expect(await consoles.redis.zcard('matching:waiting')).toBe(5);
    await dialog.getByLabel(/This is production/).fill('5');
    await remove.click();
    await expect.poll(() => consoles.redis.zcard('matching:waiting')).toBe(0);
  });
});
