import { expect } from '@playwright/test';
import { exactly, exported, type Step } from './step';
import { FORCED, REMOVED } from './users';

/** What is done on the screen Transitions. */
export const TRANSITIONS: readonly Step[] = [
  {
    action: 'find a move in all that is kept, look at it, and save what was found',
    async go(walker) {
      const { page, hands, look } = walker;
      await hands.goTo('Transitions');
      await expect(page.getByRole('table', { name: 'Moves as they happen' })).toContainText(FORCED);
      await look();
      await hands.press(exactly(page, 'All that is kept'));
      await hands.write(page.getByLabel('User id'), FORCED);
      const table = page.getByRole('table', { name: 'Moves that are kept' });
      await expect(table.getByRole('row').nth(1)).toContainText('force');
      await expect(table).not.toContainText(REMOVED);
      expect(await exported(walker, /NDJSON/)).toContain(`"user":"${FORCED}"`);
      await hands.press(table.getByRole('row').nth(1));
      await expect(page.getByRole('dialog', { name: 'Move' })).toContainText('Transaction');
      await look();
      await page.keyboard.press('Escape');
    },
  },
];
