import type { Page } from '@playwright/test';
import { watchOnlyHeartbeats } from './alarm-rules';
import { expect, test } from './console-test';

/** What a page has called a person with, as the two stand-ins below note it. */
interface Calls {
  notifications: { title: string; body: string }[];
  /** The frequencies of the tones that were started. */
  tones: number[];
}

/**
 * Puts a stand-in in the place of the browser's notifications, where the person answers as told, and listens to what
 * goes to the loudspeaker.
 */
async function watchCalls(page: Page, answer: NotificationPermission): Promise<() => Promise<Calls>> {
  await page.addInitScript((permission) => {
    const calls: Calls = { notifications: [], tones: [] };
    class StandIn {
      static permission: NotificationPermission = 'default';
      static requestPermission() {
        StandIn.permission = permission;
        return Promise.resolve(permission);
      }
      constructor(title: string, { body = '' }: NotificationOptions = {}) {
        calls.notifications.push({ title, body });
      }
    }
    class Heard extends OscillatorNode {
      override start(when?: number) {
        calls.tones.push(this.frequency.value);
        super.start(when);
      }
    }
    Object.assign(window, { Notification: StandIn, OscillatorNode: Heard, calls });
  }, answer);
  return () => page.evaluate(() => (window as unknown as { calls: Calls }).calls);
}

const NOBODY = { IDLE: 0, WAITING: 0, CONNECTING: 0, IN_CALL: 0, DISCONNECTING: 0 };

/** Sets the rules, and waits until the page has heard of them. */
async function settle(page: Page): Promise<void> {
  await watchOnlyHeartbeats(page);
  await expect(page.getByText('They were chosen for this pool.')).toBeVisible();
}

const sound = (page: Page, choice: 'on' | 'off') =>
  page.getByRole('group', { name: 'Sound' }).getByRole('button', { name: choice, exact: true });

test('calls by a notification and a tone when an alarm comes up or gets worse, once each', async ({
  page,
  open,
  redis,
}) => {
  const calls = await watchCalls(page, 'granted');
  await open('/settings', NOBODY);
  await settle(page);
  await page.getByRole('button', { name: 'Allow notifications…' }).click();
  await expect(page.getByRole('group', { name: 'Notifications' })).toBeVisible();
  await sound(page, 'on').click();

  const longAgo = Date.now() - 120_000;
  await redis.zadd('matching:heartbeats', longAgo, 'silent-1');
  const first = {
    title: '1 heartbeat lost',
    body: expect.stringContaining('pool default · warning'),
  };
  await expect.poll(async () => (await calls()).notifications).toEqual([first]);
  expect((await calls()).tones, 'one tone for a warning').toEqual([660]);

  await redis.zadd('matching:heartbeats', longAgo, 'silent-2', longAgo, 'silent-3');
  const second = { title: '3 heartbeats lost', body: expect.stringContaining('critical') };
  await expect.poll(async () => (await calls()).notifications).toEqual([first, second]);
  expect((await calls()).tones, 'two for something critical').toEqual([660, 880, 880]);
});

test('stays silent for whoever allowed nothing, and says why', async ({ page, open, redis }) => {
  const calls = await watchCalls(page, 'denied');
  await open('/settings', NOBODY);
  await settle(page);
  await page.getByRole('button', { name: 'Allow notifications…' }).click();
  const message = page.getByRole('listitem').filter({ hasText: 'The browser did not allow notifications' });
  await expect(message).toContainText('Its own settings for this page can change that.');
  await redis.zadd('matching:heartbeats', Date.now() - 120_000, 'silent-1');
  await expect(page.getByRole('banner').getByRole('link', { name: '1 alarm' })).toBeVisible();
  expect(await calls()).toEqual({ notifications: [], tones: [] });
});
