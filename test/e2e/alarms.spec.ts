import type { Page } from '@playwright/test';
import type { Redis } from 'ioredis';
import { clippedTexts, expectAccessible } from './accessibility';
import { expect, test } from './console-test';

/** Sets thresholds by the dialog, so that alarms come and go at the next look. */
async function chooseThresholds(page: Page, values: Record<string, string>): Promise<void> {
  // Not with the rules that another test left, which hold until the console looks again.
  await expect(rowOf(page, 'Stuck users')).toContainText(/fine|warning|critical/);
  await page.getByRole('button', { name: 'Change thresholds…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Thresholds of pool default' });
  for (const [label, value] of Object.entries({ 'Raise after': '0', 'Let go after': '0', ...values }))
    await dialog.getByLabel(label).fill(value);
  await expect(dialog.getByRole('button', { name: 'Save' })).toHaveAttribute('aria-disabled', 'true');
  await dialog.getByLabel('Reason').fill('a test of alarms');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog).toBeHidden();
}

const rowOf = (page: Page, name: string) =>
  page.getByRole('table', { name: 'Alarms now' }).getByRole('row', { name: new RegExp(`^${name}`) });

const lastAction = async (redis: Redis) =>
  JSON.stringify((await redis.xrevrange('matching:audit', '+', '-', 'COUNT', 1))[0]);

test('raises an alarm at a threshold that was chosen here, shows it everywhere, and lets it go', async ({
  open,
  redis,
}) => {
  const page = await open('/alarms');
  await chooseThresholds(page, { 'Stuck users, warning': '70', 'Stuck users, critical': '500' });
  const rules = JSON.parse((await redis.get('matching:alarm-rules')) ?? '') as {
    thresholds: Record<string, unknown>;
  };
  expect(rules.thresholds['stuck-users']).toEqual({ enabled: true, warning: 70, critical: 500 });
  expect(await lastAction(redis)).toContain('alarms.configure');

  await expect(rowOf(page, 'Stuck users')).toContainText('warning');
  await expect(rowOf(page, 'Longest wait')).toContainText('critical');
  await expect(page.getByRole('banner').getByRole('link', { name: /alarms?/ })).toBeVisible();
  const history = page.getByRole('table', { name: 'History of alarms' });
  await expect(history.getByRole('row', { name: /Stuck users/ })).toContainText('warning');

  await page.getByRole('navigation').getByRole('link', { name: 'Overview' }).click();
  await expect(page.getByRole('region', { name: 'Needs attention' })).toContainText('Longest wait is');

  await redis.del('matching:connecting', 'matching:disconnecting');
  await page.getByRole('navigation').getByRole('link', { name: 'Alarms' }).click();
  await expect(rowOf(page, 'Stuck users')).toContainText('fine');
  await expect(history.getByRole('row', { name: /Stuck users/ })).toHaveCount(2);
});

test('takes new thresholds back for everybody', async ({ open, redis }) => {
  const page = await open('/alarms');
  await chooseThresholds(page, { 'Longest wait, warning': '7', 'Longest wait, critical': '8' });
  await expect.poll(() => redis.get('matching:alarm-rules')).toContain('"warning":7000');
  await page.getByRole('button', { name: /^Undo ·/ }).click();
  await expect.poll(() => redis.get('matching:alarm-rules')).toContain('"warning":60000');
});

test('snoozes an alarm with a reason, and wakes it again', async ({ open, redis }) => {
  const page = await open('/alarms');
  await rowOf(page, 'Longest wait').getByRole('button', { name: 'Snooze…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Snooze: Longest wait' });
  await expect(dialog.getByRole('button', { name: 'Snooze' })).toHaveAttribute('aria-disabled', 'true');
  await dialog.getByLabel('Reason').fill('the matcher is being replaced');
  await dialog.getByRole('button', { name: '4 h', exact: true }).click();
  await dialog.getByRole('button', { name: 'Snooze' }).click();
  await expect(rowOf(page, 'Longest wait')).toContainText('until');
  const snooze = JSON.parse((await redis.hget('matching:alarm-snoozes', 'longest-wait')) ?? '') as {
    until: number;
    reason: string;
  };
  expect(snooze.reason).toBe('the matcher is being replaced');
  expect(snooze.until - Date.now()).toBeGreaterThan(3.9 * 3_600_000);
  expect(await lastAction(redis)).toContain('longest-wait for 240 min');
  await rowOf(page, 'Longest wait').getByRole('button', { name: 'Wake' }).click();
  await expect.poll(() => redis.hexists('matching:alarm-snoozes', 'longest-wait')).toBe(0);
  await expect(rowOf(page, 'Longest wait').getByRole('button', { name: 'Snooze…' })).toBeVisible();
});

test('shows the wallboard without anything to press, with the age of its data, and leaves it by Escape', async ({
  open,
  redis,
}) => {
  const page = await open();
  await page.keyboard.press('g');
  await page.keyboard.press('w');
  await expect(page.getByRole('region', { name: 'waiting now' })).toContainText('1,204');
  await expect(page.getByRole('status')).toContainText('live');
  await expect(page.getByRole('button')).toHaveCount(0);
  await expect(page.getByRole('link')).toHaveCount(0);
  await redis.del('matching:waiting');
  await expect(page.getByRole('region', { name: 'WAITING', exact: true })).toContainText('0');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeAttached();
});

test('keeps the choices of a person: theme, zone and numbers', async ({ open }) => {
  const page = await open('/settings');
  await page
    .getByRole('group', { name: 'Numbers' })
    .getByRole('button', { name: '12.480,5', exact: true })
    .click();
  await page.getByRole('group', { name: 'Times' }).getByRole('button', { name: 'UTC', exact: true }).click();
  await page.getByRole('group', { name: 'Theme' }).getByRole('button', { name: 'light' }).click();
  await page.getByRole('navigation').getByRole('link', { name: 'Overview' }).click();
  await expect(page.getByTestId('count-WAITING')).toHaveText('1.204');
  await page.reload();
  await expect(page.getByTestId('count-WAITING')).toHaveText('1.204');
  await expect(page.getByText('times shown in UTC')).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('light');
});

for (const colorScheme of ['dark', 'light'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, viewport: { width: 1280, height: 800 } });

    test('axe finds nothing in the settings, the wallboard and the dialogs of alarms', async ({ open }) => {
      const page = await open('/settings');
      await expect(page.getByRole('heading', { name: 'How it looks' })).toBeVisible();
      await expectAccessible(page);
      expect(await clippedTexts(page)).toEqual([]);
      await page.getByRole('button', { name: 'Change thresholds…' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await page.getByRole('link', { name: 'Open the wallboard' }).click();
      await expect(page.getByRole('region', { name: 'longest wait' })).toBeVisible();
      await expectAccessible(page);
      expect(await clippedTexts(page)).toEqual([]);
    });
  });
}
