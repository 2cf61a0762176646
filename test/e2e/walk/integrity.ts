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
  {
    action: 'recover metadata: create what is missing, remove what is orphaned, and undo that',
    async go({ page, hands, redis, look }) {
      const isKept = (user: string) => redis.exists(`user:${user}`);
      const outcome = dialog(page).getByRole('status', { name: 'Who is concerned' });
      const reason = dialog(page).getByLabel('Reason');
      await redis.zadd('matching:idle', Date.now(), 'bare', Date.now(), 'damaged');
      await redis.set('user:damaged', 'not a hash');
      await redis.hset('user:orphan', { state: 'IDLE', totalSkips: '7' });
      await hands.press(exactly(page, 'Recover metadata…'));
      await expect(outcome).toContainText('bare');
      await expect(outcome).toContainText('The metadata key of damaged is of a wrong type');
      expect(await isKept('bare')).toBe(0);
      await look();
      await hands.write(reason, 'a walk through the console');
      await hands.press(dialog(page).getByRole('button', { name: 'Create metadata' }));
      await expect.poll(() => redis.hget('user:bare', 'state')).toBe('IDLE');
      await expect(outcome).toContainText('got metadata');
      await look();
      await hands.press(dialog(page).getByRole('button', { name: 'Done' }));
      await hands.press(exactly(page, 'Recover metadata…'));
      await hands.press(dialog(page).getByRole('button', { name: 'Orphaned metadata' }));
      await expect(outcome).toContainText('orphan');
      expect(await isKept('orphan')).toBe(1);
      await hands.write(reason, 'a walk through the console');
      await hands.press(dialog(page).getByRole('button', { name: 'Remove metadata' }));
      await expect.poll(() => isKept('orphan')).toBe(0);
      await hands.press(dialog(page).getByRole('button', { name: /^Undo · / }));
      await expect.poll(() => redis.hget('user:orphan', 'totalSkips')).toBe('7');
      await redis.zrem('matching:idle', 'bare', 'damaged');
      await redis.del('user:bare', 'user:damaged', 'user:orphan');
    },
  },
];
