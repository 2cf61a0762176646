import { expect } from '@playwright/test';
import { exactly, type Step } from './step';

/** What is done on the screen Simulator. */
export const SIMULATOR: readonly Step[] = [
  {
    action: 'start people in a pool of their own, and stop them',
    async go({ page, hands, redis, look }) {
      await hands.goTo('Simulator');
      await hands.write(page.getByRole('textbox', { name: 'People' }), '10');
      await page.keyboard.press('Enter');
      await hands.press(exactly(page, 'Start'));
      await expect.poll(() => redis.exists('{matching:simulated}:journal')).toBe(1);
      await expect(exactly(page, 'Stop')).toBeVisible();
      await look();
      await hands.press(exactly(page, 'Stop'));
      await expect(exactly(page, 'Start')).toBeVisible({ timeout: 30_000 });
      expect(await redis.exists('{matching:simulated}:waiting')).toBe(0);
    },
  },
];
