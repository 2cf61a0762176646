import { clippedTexts, expectAccessible } from './accessibility';
import { expect, test } from './console-test';
import { personId } from '../support/populate';

const SCREENS = [
  { path: '/transitions', ready: 'Moves as they happen' },
  { path: '/transitions?show=retained', ready: 'Moves that are kept' },
  { path: '/requests', ready: 'Requests to the API' },
  { path: '/integrity', ready: 'Findings' },
  { path: '/audit', ready: 'Actions of operators' },
  { path: '/alarms', ready: 'Alarms now' },
] as const;

for (const colorScheme of ['dark', 'light'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, viewport: { width: 1280, height: 800 } });

    for (const { path, ready } of SCREENS) {
      test(`axe finds nothing on ${path}, and no text is clipped`, async ({ open }) => {
        const page = await open(path);
        await expect(page.getByRole('table', { name: ready })).toBeVisible();
        await expectAccessible(page);
        expect(await clippedTexts(page)).toEqual([]);
      });
    }

    test('axe finds nothing on /analytics, and no text is clipped', async ({ open }) => {
      const page = await open('/analytics');
      await expect(page.getByRole('region', { name: 'The window in numbers' })).toBeVisible();
      await expectAccessible(page);
      expect(await clippedTexts(page)).toEqual([]);
    });
  });
}

test('finds a user in two states, previews the repair, and repairs it in Redis', async ({ open, redis }) => {
  const page = await open('/integrity');
  const broken = personId('IDLE', 5);
  await redis.zadd('matching:waiting', Date.now(), broken);
  await page.getByRole('button', { name: 'Scan for broken users' }).click();
  const findings = page.getByRole('table', { name: 'Findings' });
  await expect(findings.getByText('in two states')).toBeVisible();
  await page
    .getByRole('button', { name: `Repair ${broken}` })
    .first()
    .click();
  const dialog = page.getByRole('dialog', { name: `Repair ${broken}` });
  await expect(dialog).toContainText('1 user would be mended');
  expect(await redis.zscore('matching:waiting', broken)).not.toBeNull();
  await dialog.getByLabel('Reason').fill('found by the scan');
  await dialog.getByRole('button', { name: 'Repair', exact: true }).click();
  const statesOf = async () => {
    const scores = await Promise.all(
      ['idle', 'waiting'].map((state) => redis.zscore(`matching:${state}`, broken)),
    );
    return scores.filter((score) => score !== null).length;
  };
  await expect.poll(statesOf).toBe(1);
});

test('writes a forced move to the audit trail and undoes it from there', async ({ open, redis }) => {
  const user = personId('WAITING', 3);
  const page = await open(`/users/${user}`);
  const since = await redis.zscore('matching:waiting', user);
  await page.getByRole('complementary').getByRole('button', { name: 'Force state…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('testing the trail');
  await dialog.getByRole('button', { name: 'Force to IDLE' }).click();
  await expect.poll(() => redis.zscore('matching:idle', user)).not.toBeNull();
  await page.keyboard.press('Escape');
  await page.getByRole('navigation').getByRole('link', { name: 'Audit trail' }).click();
  const trail = page.getByRole('table', { name: 'Actions of operators' });
  await expect(trail).toContainText('testing the trail');
  await trail.getByRole('button', { name: 'Undo' }).first().click();
  await expect.poll(() => redis.zscore('matching:waiting', user)).toBe(since);
  await expect(trail).toContainText('undone by');
});

test('shows moves as they happen, and finds them again in all that is kept', async ({ open, redis }) => {
  const user = personId('WAITING', 9);
  const page = await open(`/users/${user}`);
  await page.getByRole('complementary').getByRole('button', { name: 'IDLE', exact: true }).click();
  await expect.poll(() => redis.xlen('matching:journal')).toBe(1);
  await page.getByRole('navigation').getByRole('link', { name: 'Transitions' }).click();
  await expect(page.getByRole('table', { name: 'Moves as they happen' })).toContainText(user);
  await page.getByRole('button', { name: 'All that is kept' }).click();
  await page.getByLabel('User id').fill(user);
  await expect(page.getByText('1 found in 1 of 1')).toBeVisible();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('menuitem', { name: /CSV/ }).click();
  expect((await download).suggestedFilename()).toBe('transitions.csv');
  await page.getByLabel('User id').fill('nobody');
  await expect(page.getByText('No move that is still kept agrees with this filter.')).toBeVisible();
});

test('every screen is reached by keyboard alone', async ({ open }) => {
  const page = await open();
  for (const [keys, heading] of [
    ['g u', 'Users'],
    ['g t', 'Transitions'],
    ['g r', 'Requests'],
    ['g n', 'Analytics'],
    ['g i', 'Integrity'],
    ['g a', 'Audit trail'],
    ['g l', 'Alarms'],
    ['g s', 'Settings'],
    ['g o', 'Overview'],
  ] as const) {
    for (const key of keys.split(' ')) await page.keyboard.press(key);
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeAttached();
  }
});
