import type { Page } from '@playwright/test';
import { personId } from '../support/populate';
import { expect, test } from './console-test';

const HOUR_MS = 3_600_000;
const FEW = { IDLE: 2, WAITING: 3, CONNECTING: 0, IN_CALL: 2, DISCONNECTING: 0 };

/** Lets the clock of the page's machine go wrong. */
async function shiftClock(page: Page, byMs: number): Promise<void> {
  await page.addInitScript((ahead) => {
    const Right = Date;
    class Wrong extends Right {
      constructor(...parts: [] | [number | string]) {
        super(parts.length === 0 ? Right.now() + ahead : parts[0]);
      }
      static override now(): number {
        return Right.now() + ahead;
      }
    }
    globalThis.Date = Wrong as DateConstructor;
  }, byMs);
}

for (const [name, byMs] of [
  ['an hour fast', HOUR_MS],
  ['an hour slow', -HOUR_MS],
] as const) {
  test(`ages and the time for an undo are right on a machine whose clock is ${name}`, async ({
    page,
    open,
    redis,
  }) => {
    await shiftClock(page, byMs);
    const user = personId('WAITING', 2);
    await open(`/users/${user}`, FEW);
    expect(Math.abs((await page.evaluate(() => Date.now())) - Date.now() - byMs)).toBeLessThan(60_000);
    const drawer = page.getByRole('complementary', { name: `User ${user}` });
    await expect(drawer).toContainText(/Heartbeat\s*\d+ s ago/);
    await expect(page.getByRole('table', { name: 'Users' }).getByRole('row', { name: user })).toContainText(
      /WAITING\s*\d+ s/,
    );
    await drawer.getByRole('button', { name: 'IDLE', exact: true }).click();
    await expect.poll(() => redis.zscore('matching:idle', user)).not.toBeNull();
    // The trail reckons by Redis's clock until when it can be undone.
    await page.getByRole('link', { name: 'Transitions' }).click();
    const moves = page.getByRole('table', { name: 'Moves as they happen' });
    await moves.getByRole('row', { name: new RegExp(`${user}.*transition`) }).click();
    const undo = page.getByRole('dialog', { name: 'Move' }).getByRole('button', { name: 'Undo' });
    await expect(undo).not.toHaveAttribute('aria-disabled', 'true');
    await undo.click();
    await expect.poll(() => redis.zscore('matching:idle', user)).toBeNull();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.getByRole('link', { name: 'Overview' }).click();
    await expect(page.getByRole('article', { name: 'WAITING' })).toContainText(/longest \d+ s/);
  });
}

test.describe('in another zone', () => {
  test.use({ timezoneId: 'Asia/Kolkata' });

  test('times stand in the zone of the viewer, and in UTC when that is chosen', async ({ open, redis }) => {
    const at = Date.UTC(2026, 0, 31, 20, 15, 7);
    const page = await open('/transitions?show=retained', FEW);
    const move = [
      'user',
      'ada',
      'from',
      'IDLE',
      'to',
      'WAITING',
      'cause',
      'queue',
      'by',
      'api',
      'spent',
      '5',
    ];
    await redis.xadd('matching:journal', `${at}-0`, ...move, 'tx', 'tx-1234567');
    await page.reload();
    const row = page.getByRole('table', { name: 'Moves that are kept' }).getByRole('row', { name: /ada/ });
    await expect(row).toContainText('01:45:07');
    await expect(page.getByText('times shown in your time zone (UTC+5:30)')).toBeVisible();
    await page.keyboard.press('z');
    await expect(row).toContainText('20:15:07');
    await expect(page.getByText('times shown in UTC')).toBeVisible();
  });
});
