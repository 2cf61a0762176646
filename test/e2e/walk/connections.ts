import { expect } from '@playwright/test';
import { dialog, exactly, type Step } from './step';

/** What is done on the screen Connections. */
export const CONNECTIONS: readonly Step[] = [
  {
    action: 'fill the form of a new one, and leave it',
    async go({ page, hands, look }) {
      await hands.goTo('Connections');
      await expect(page.getByText('Everything that this console does.')).toBeVisible();
      await look();
      await hands.press(exactly(page, 'Add a connection'));
      await hands.write(dialog(page).getByLabel('Name', { exact: true }), 'Not kept');
      await hands.press(dialog(page).getByLabel('TLS'));
      await expect(dialog(page).getByLabel('Id')).toHaveValue('not-kept');
      await look();
      await hands.press(dialog(page).getByRole('button', { name: 'Cancel' }));
      await expect(page.getByRole('listitem', { name: 'Not kept' })).toHaveCount(0);
    },
  },
];
