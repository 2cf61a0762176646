import { expect } from '@playwright/test';
import { dialog, exactly, undo, type Step } from './step';

/** What is done on the screen Alarms. */
export const ALARMS: readonly Step[] = [
  {
    action: 'change thresholds, and undo it',
    async go(walker) {
      const { page, hands, redis, look } = walker;
      await hands.goTo('Alarms');
      await hands.press(exactly(page, 'Change thresholds…'));
      await look();
      await hands.write(dialog(page).getByLabel('Longest wait, warning'), '7');
      await hands.write(dialog(page).getByLabel('Longest wait, critical'), '8');
      await hands.write(dialog(page).getByLabel('Reason'), 'a walk through the console');
      await hands.press(dialog(page).getByRole('button', { name: 'Save' }));
      await expect.poll(() => redis.get('matching:alarm-rules')).toContain('"warning":7000');
      await undo(walker);
      await expect.poll(() => redis.get('matching:alarm-rules')).toContain('"warning":60000');
    },
  },
  {
    action: 'snooze one, and wake it',
    async go({ page, hands, redis, look }) {
      await hands.press(exactly(page, 'Snooze…').nth(1));
      await look();
      await hands.press(dialog(page).getByRole('button', { name: '4 h', exact: true }));
      await hands.write(dialog(page).getByLabel('Reason'), 'a walk through the console');
      await hands.press(dialog(page).getByRole('button', { name: 'Snooze', exact: true }));
      await expect.poll(() => redis.hget('matching:alarm-snoozes', 'longest-wait')).toContain('a walk');
      await hands.press(exactly(page, 'Wake'));
      await expect.poll(() => redis.hlen('matching:alarm-snoozes')).toBe(0);
    },
  },
];
