import { expect } from '@playwright/test';
import type { Step } from './step';

/** What is done on the screen Wallboard. */
export const WALLBOARD: readonly Step[] = [
  {
    action: 'open it by its button and by its address, and leave it by Escape',
    async go({ page, hands, look }) {
      await hands.goTo('Settings');
      await hands.press(page.getByRole('link', { name: 'Open the wallboard' }));
      await expect(page.getByRole('region', { name: 'longest wait' })).toBeVisible();
      await look();
      await page.keyboard.press('Escape');
      await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeAttached();
      // By its address too, as one who types it or follows a link comes there.
      await page.evaluate(() => (location.hash = '#/wallboard'));
      await expect(page.getByRole('region', { name: 'longest wait' })).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeAttached();
    },
  },
];
