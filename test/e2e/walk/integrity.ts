import { expect } from '@playwright/test';
import { personId } from '../../support/populate';
import { button, dialog, exactly, undo, type Step } from './step';

const BROKEN = personId('IDLE', 30);

/** What is done on the screen Integrity. */
export const INTEGRITY: readonly Step[] = [
  {
    action: 'scan, repair one, and undo it',
    async go(walker) {
      const { page, hands, redis, look } = walker;
      // Whoever is silent by now would be forgotten in place of being mended.
      await redis.zadd('matching:heartbeats', Date.now(), BROKEN);
      await redis.hset(`user:${BROKEN}`, { state: 'WAITING', gracePeriod: 'true' });
      await hands.goTo('Integrity');
      await hands.press(exactly(page, 'Scan for broken users'));
      const kinds = page.getByRole('group', { name: 'Kind' });
      await hands.press(kinds.getByRole('button', { name: /disagree/ }));
      await look();
      await hands.press(button(page, `Repair ${BROKEN}`).first());
      await look();
      await hands.write(dialog(page).getByLabel('Reason'), 'a walk through the console');
      await hands.press(dialog(page).getByRole('button', { name: 'Repair', exact: true }));
      const told = () => redis.hget(`user:${BROKEN}`, 'state');
      await expect.poll(told).toBe('IDLE');
      await undo(walker);
      await expect.poll(told).toBe('WAITING');
    },
  },
];
