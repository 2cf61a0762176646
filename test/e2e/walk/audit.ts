import { expect } from '@playwright/test';
import { exported, type Step } from './step';
import { EDITED } from './users';

/** What is done on the screen Audit trail. */
export const AUDIT: readonly Step[] = [
  {
    action: 'filter by action, and save what is shown',
    async go(walker) {
      const { page, hands, look } = walker;
      await hands.goTo('Audit trail');
      await hands.write(page.getByRole('textbox', { name: 'Action' }), 'users.patch');
      const table = page.getByRole('table', { name: 'Actions of operators' });
      await expect(table).not.toContainText('users.remove');
      await expect(table).toContainText(EDITED);
      expect(await exported(walker, /CSV/)).toContain('a walk through the console');
      await look();
    },
  },
];
