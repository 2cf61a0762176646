import { expect } from '@playwright/test';
import { button, dialog, type Step } from './step';

/** What is done on the screen Overview. */
export const OVERVIEW: readonly Step[] = [
  {
    action: 'pause live, and resume it',
    async go({ page, hands, redis }) {
      await hands.press(button(page, 'Live'));
      await expect(button(page, /^Paused/)).toBeVisible();
      await redis.zadd('matching:waiting', Date.now(), 'newcomer');
      await hands.press(button(page, /^Paused/));
      await expect(page.getByTestId('count-WAITING')).toHaveText('1,205');
      await redis.zrem('matching:waiting', 'newcomer');
    },
  },
  {
    action: 'choose how far back',
    async go({ page, hands, look }) {
      await hands.pick(button(page, /^Time range/), 'last hour');
      await expect(button(page, 'Time range: last hour')).toBeVisible();
      await look();
    },
  },
  {
    action: 'look at what a clean-up would do, and leave it',
    async go({ page, hands, redis, look }) {
      const before = await redis.zcard('matching:connecting');
      await hands.press(
        page
          .getByRole('region', { name: 'Needs attention' })
          .getByRole('button', { name: 'Clean up…' })
          .first(),
      );
      await expect(dialog(page)).toContainText('stuck in CONNECTING');
      await look();
      await hands.press(dialog(page).getByRole('button', { name: 'Cancel' }));
      await expect(dialog(page)).toBeHidden();
      expect(await redis.zcard('matching:connecting')).toBe(before);
    },
  },
];
