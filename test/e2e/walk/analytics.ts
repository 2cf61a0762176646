import { expect } from '@playwright/test';
import { exported, type Step } from './step';

/** What is done on the screen Analytics. */
export const ANALYTICS: readonly Step[] = [
  {
    action: 'save the way people went',
    async go(walker) {
      const { page, hands, look } = walker;
      await hands.goTo('Analytics');
      await expect(page.getByRole('region', { name: 'The window in numbers' })).toBeVisible();
      await look();
      await expect(page.getByRole('region', { name: 'The way people went' })).toContainText('WAITING');
      expect(await exported(walker, /CSV/)).toContain('WAITING,IDLE');
    },
  },
];
