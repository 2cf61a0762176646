import { expect } from '@playwright/test';
import type { Step } from './step';

/** What is done on the screen Requests. */
export const REQUESTS: readonly Step[] = [
  {
    action: 'find a refused request',
    async go({ page, hands, look }) {
      await page.evaluate(
        (user) => fetch(`/api/simple-matching/check-match?userId=${user}`),
        'nobody-at-all',
      );
      await hands.goTo('Requests');
      const table = page.getByRole('table', { name: 'Requests to the API' });
      await expect(table).toContainText('nobody-at-all');
      const slowness = page.getByRole('region', { name: 'Busiest endpoints' }).getByText(/^p95 /);
      await expect(slowness).not.toHaveCount(0);
      const isWhole = (text: Element) => text.scrollWidth <= text.clientWidth;
      for (const text of await slowness.all()) expect(await text.evaluate(isWhole)).toBe(true);
      await hands.select(page.getByLabel('Outcome'), 'done');
      await expect(page.getByText('No request that is still kept agrees')).toBeVisible();
      await look();
    },
  },
];
