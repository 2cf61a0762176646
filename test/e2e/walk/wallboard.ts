import { expect } from '@playwright/test';
import type { Step } from './step';

/** What is done on the screen Wallboard. */
export const WALLBOARD: readonly Step[] = [
  {
    action: 'open it, and leave it by Escape',
    async go({ page, hands, look }) {
      await hands.goTo('Settings');
      await hands.press(page.getByRole('link', { name: 'Open the wallboard' }));
      await expect(page.getByRole('region', { name: 'longest wait' })).toBeVisible();
      await look();
      await page.keyboard.press('Escape');
      await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeAttached();
    },
  },
];
