import { expect } from '@playwright/test';
import { button, dialog, type Step } from './step';

/** What is done on the frame around every screen. */
export const FRAME: readonly Step[] = [
  {
    action: 'look at pools, connections and shortcuts',
    async go({ page, hands, look }) {
      for (const name of [/^Pool:/, /^Connection:/]) {
        await hands.press(button(page, name));
        await expect(page.getByRole('menu').or(dialog(page))).toContainText(/default|Connections/);
        await page.keyboard.press('Escape');
        await expect(page.getByRole('menu').or(dialog(page))).toHaveCount(0);
      }
      await page.keyboard.press('Shift+?');
      await expect(dialog(page)).toContainText('Pause live');
      await look();
      await page.keyboard.press('Escape');
    },
  },
];
