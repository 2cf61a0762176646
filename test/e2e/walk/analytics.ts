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
      const flow = page.getByRole('region', { name: 'The way people went' });
      await expect(flow).toContainText('WAITING');
      expect(await exported(walker, /CSV/, flow)).toContain('WAITING,IDLE');
    },
  },
];
