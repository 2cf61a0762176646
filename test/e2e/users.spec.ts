import { clippedTexts, expectAccessible } from './accessibility';
import { expect, test } from './console-test';
import { personId } from '../support/populate';

const WAITING_0 = personId('WAITING', 0);

test('lists everybody in a state, longest first, and scrolls through all of them', async ({ open }) => {
  const page = await open('/users?state=WAITING');
  const table = page.getByRole('table', { name: 'Users' });
  await expect(table).toHaveAttribute('aria-rowcount', '1205');
  await expect(table.getByRole('row').nth(1)).toContainText(personId('WAITING', 1203));
  await table.getByRole('row').nth(1).focus();
  await page.keyboard.press('End');
  await expect(table.getByText(WAITING_0, { exact: true })).toBeVisible();
  expect(await table.getByRole('row').count()).toBeLessThan(60);
});

test('keeps keyboard focus off whoever is drawn in the place of a row that scrolled away', async ({
  open,
}) => {
  const page = await open('/users?state=WAITING');
  const table = page.getByRole('table', { name: 'Users' });
  const first = table.getByRole('row').filter({ hasText: personId('WAITING', 1203) });
  await first.focus();
  await first.hover();
  await page.mouse.wheel(0, 12_000);
  await expect(first).toHaveCount(0);
  const isOnRow = () => page.evaluate(() => document.activeElement?.matches('[data-index]') ?? false);
  await expect.poll(isOnRow).toBe(false);
  await page.keyboard.press('ArrowDown');
  await expect(table.getByRole('row').filter({ hasText: personId('WAITING', 1202) })).toBeFocused();
});

test('finds a user by the beginning of its id, from anywhere', async ({ open }) => {
  const page = await open();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('nobody-7');
  await expect(page.getByText('No user’s id in the pool default begins with “nobody-7”')).toBeVisible();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('in_call-0007');
  const found = page.getByRole('option', { name: /in_call-0007/ });
  await expect(found).toBeVisible();
  await expect(page.getByText('begins with')).toBeHidden();
  await found.click();
  await expect(page.getByRole('complementary', { name: 'User in_call-0007' })).toBeVisible();
  await expect(page).toHaveURL(/#\/users\/in_call-0007/);
});

test('lists those whose id begins with a text as fully as everybody, to act on them or to save them', async ({
  open,
  redis,
}) => {
  const page = await open('/users?find=idle-000');
  await redis.zadd('matching:waiting', Date.now(), personId('IDLE', 4));
  const table = page.getByRole('table', { name: 'Users whose id begins with idle-000' });
  await expect(table.getByRole('row').filter({ hasText: personId('IDLE', 4) })).toHaveText([
    /IDLE/,
    /WAITING/,
  ]);
  const sixth = table.getByRole('row').filter({ hasText: personId('IDLE', 6) });
  await expect(sixth.getByRole('cell').last()).toHaveText('0');
  await expect(sixth.getByRole('cell').nth(-3)).toHaveText('6');
  await expect(page.getByRole('button', { name: 'Export', exact: true })).toBeEnabled();
  await page.getByRole('button', { name: 'Select all 10' }).click();
  await page.getByRole('button', { name: 'Force state…' }).click();
  await expect(page.getByRole('dialog', { name: 'Force 10 users' })).toContainText(
    '1 user would change, 9 would be left out',
  );
});

test('shows one user with partner, heartbeat and metadata, and the partner one click away', async ({
  open,
}) => {
  const page = await open(`/users/${personId('IN_CALL', 6)}`);
  const drawer = page.getByRole('complementary', { name: 'User in_call-0006' });
  await expect(drawer).toContainText('IN_CALL');
  await expect(drawer).toContainText('room-3');
  await drawer.getByText(/All metadata/).click();
  await expect(drawer).toContainText('totalMatches');
  await drawer.getByRole('link', { name: personId('IN_CALL', 7) }).click();
  await expect(page.getByRole('complementary', { name: 'User in_call-0007' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('complementary')).toBeHidden();
});

test('moves a user where it may go, in Redis, and takes it back', async ({ open, redis }) => {
  const page = await open(`/users/${WAITING_0}`);
  const since = await redis.zscore('matching:waiting', WAITING_0);
  const drawer = page.getByRole('complementary', { name: `User ${WAITING_0}` });
  await drawer.getByRole('button', { name: 'IDLE', exact: true }).click();
  await expect.poll(() => redis.zscore('matching:idle', WAITING_0)).not.toBeNull();
  expect(await redis.zscore('matching:waiting', WAITING_0)).toBeNull();
  await page.getByRole('button', { name: /^Undo ·/ }).click();
  await expect.poll(() => redis.zscore('matching:waiting', WAITING_0)).toBe(since);
});

test('forces many only with a reason, shows what would change first, and can undo it', async ({
  open,
  redis,
}) => {
  const page = await open('/users?state=WAITING');
  const table = page.getByRole('table', { name: 'Users' });
  for (const index of [1203, 1202, 1201])
    await table.getByLabel(`Mark ${personId('WAITING', index)}`).check();
  await page.getByRole('button', { name: 'Force state…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Force 3 users' });
  await expect(dialog.getByRole('button', { name: 'Force to IDLE' })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await dialog.getByLabel('Reason').fill('asked by the customer');
  await expect(dialog).toContainText('3 users would change');
  expect(await redis.zcard('matching:idle')).toBe(2_400);
  await dialog.getByRole('button', { name: 'Force to IDLE' }).click();
  await expect.poll(() => redis.zcard('matching:idle')).toBe(2_403);
  await expect(page.getByText('Done: 3 users changed, 0 left out.')).toBeVisible();
  await page.getByRole('button', { name: /^Undo ·/ }).click();
  await expect.poll(() => redis.zcard('matching:idle')).toBe(2_400);
  await expect(page.getByText('Undone: 3 users put back', { exact: true })).toBeVisible();
});

test('acts on all that match, with progress, and names who had moved on', async ({ open, redis }) => {
  const page = await open('/users?state=WAITING');
  await page.getByRole('button', { name: 'Select all 1,204' }).click();
  await expect(page.getByLabel(/^Mark /).first()).toBeChecked();
  await page.getByRole('button', { name: 'Remove from all states…' }).click();
  const dialog = page.getByRole('dialog', { name: /Remove all 1,204 users in WAITING/ });
  await dialog.getByLabel('Reason').fill('the queue is stuck');
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect.poll(() => redis.zcard('matching:waiting')).toBe(0);
  await expect(page.getByText('Done: 1,204 users changed, 0 left out.')).toBeVisible();
  await page.getByRole('button', { name: /^Undo ·/ }).click();
  await expect.poll(() => redis.zcard('matching:waiting')).toBe(1_204);
});

for (const colorScheme of ['dark', 'light'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, viewport: { width: 1280, height: 800 } });
    test('axe finds nothing in the list, the drawer and the dialog, and nothing is clipped', async ({
      open,
    }) => {
      const page = await open(`/users/${WAITING_0}?state=WAITING`);
      const drawer = page.getByRole('complementary', { name: `User ${WAITING_0}` });
      await expect(drawer).toContainText('Queue position');
      await expect(page.getByRole('table', { name: 'Users' }).getByRole('row')).not.toHaveCount(1);
      await expectAccessible(page);
      expect(await clippedTexts(page)).toEqual([]);
      await drawer.getByRole('button', { name: 'Force state…' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await expectAccessible(page);
    });
  });
}
