import type { Page } from '@playwright/test';
import { personId } from '../support/populate';
import { expect, test } from './console-test';

/** Presses Tab until what has the focus is called so; a person who cannot use a mouse has no other way. */
async function tabTo(page: Page, name: RegExp, most = 80): Promise<void> {
  for (let press = 0; press < most; press += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      const labels = element instanceof HTMLTextAreaElement ? element.labels : null;
      return element?.getAttribute('aria-label') ?? labels?.[0]?.innerText ?? element?.textContent ?? '';
    });
    if (name.test(focused.trim())) return;
  }
  throw new Error(`Nothing called ${String(name)} was reached by Tab.`);
}

test('finds, forces and takes back a user without a mouse', async ({ open, redis }) => {
  const user = personId('WAITING', 12);
  const page = await open();
  const since = await redis.zscore('matching:waiting', user);
  await page.keyboard.press('Control+k');
  await page.keyboard.type(user);
  await expect(page.getByRole('option', { name: new RegExp(user) })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('complementary', { name: `User ${user}` })).toContainText('Queue position');
  await tabTo(page, /^Force state…$/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await tabTo(page, /^Reason/);
  await page.keyboard.type('by keyboard alone');
  await tabTo(page, /^Force to IDLE$/);
  await page.keyboard.press('Enter');
  await expect.poll(() => redis.zscore('matching:idle', user)).not.toBeNull();
  await expect(page.getByRole('button', { name: /^Undo ·/ })).toBeVisible();
  await page.keyboard.press('F8');
  await tabTo(page, /^Undo ·/);
  await page.keyboard.press('Enter');
  await expect.poll(() => redis.zscore('matching:waiting', user)).toBe(since);
});

test('snoozes an alarm and changes a preference without a mouse', async ({ open, redis }) => {
  const page = await open();
  await page.keyboard.press('g');
  await page.keyboard.press('l');
  await expect(page.getByRole('table', { name: 'Alarms now' })).toBeVisible();
  await tabTo(page, /^Snooze…$/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await tabTo(page, /^Reason/);
  await page.keyboard.type('by keyboard alone');
  await tabTo(page, /^Snooze$/);
  await page.keyboard.press('Enter');
  await expect.poll(() => redis.hlen('matching:alarm-snoozes')).toBe(1);
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.keyboard.press('g');
  await page.keyboard.press('s');
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeAttached();
  await tabTo(page, /^light$/);
  await page.keyboard.press('Space');
  expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('light');
});

test('has an entry selected for Enter in the palette, however fast somebody types', async ({ open }) => {
  const page = await open();
  const browser = await page.context().newCDPSession(page);
  await browser.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  // Several users are found, and go away all at once when something else is typed.
  for (const screen of [
    'Users',
    'Integrity',
    'Alarms',
    'Users',
    'Integrity',
    'Alarms',
    'Users',
    'Integrity',
  ]) {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('waiting-00');
    await expect(page.getByRole('option', { name: /waiting-00/ })).toHaveCount(8);
    await page.keyboard.press('Control+a');
    await page.keyboard.type(screen);
    const wanted = page.getByRole('option', { name: new RegExp(`^${screen}`) });
    await expect(wanted).toHaveAttribute('aria-selected', 'true', { timeout: 3_000 });
    await page.keyboard.press('Escape');
  }
});

test('gives the keyboard back to where it was when a dialog, a menu or the palette closes', async ({
  open,
}) => {
  const page = await open('/users?state=WAITING', {
    ...{ IDLE: 2, WAITING: 3, CONNECTING: 0, IN_CALL: 0, DISCONNECTING: 0 },
  });
  const range = page.getByRole('button', { name: /^Time range/ });
  await range.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('menu')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(range).toBeFocused();

  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(range).toBeFocused();

  // From one dialog to another: back to where it was before the first.
  await page.keyboard.press('Control+k');
  await page.keyboard.type('Keyboard shortcuts');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(range).toBeFocused();

  const row = page.getByRole('table', { name: 'Users' }).getByRole('row').nth(1);
  await row.focus();
  await page.keyboard.press('Space');
  const force = page.getByRole('button', { name: 'Force state…' });
  await force.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(force).toBeFocused();
});
