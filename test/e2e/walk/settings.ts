import { expect } from '@playwright/test';
import type { Step } from './step';

/** What is done on the screen Settings. */
export const SETTINGS: readonly Step[] = [
  {
    action: 'choose how times and numbers are written',
    async go({ page, hands, look }) {
      await hands.goTo('Settings');
      await hands.press(
        page.getByRole('group', { name: 'Times' }).getByRole('button', { name: 'UTC', exact: true }),
      );
      await expect(page.getByText('times shown in UTC')).toBeVisible();
      await hands.press(
        page.getByRole('group', { name: 'Numbers' }).getByRole('button', { name: '12.480,5', exact: true }),
      );
      await look();
      await hands.goTo('Overview');
      await expect(page.getByTestId('count-CONNECTING')).toHaveText('86');
      await expect(page.getByTestId('count-IDLE')).toHaveText(/^\d\.\d{3}$/);
    },
  },
];
