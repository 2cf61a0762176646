import { expect, type Page } from '@playwright/test';
import { personId } from '../../support/populate';
import { button, dialog, exactly, undo, type Step } from './step';

/** Holds every page of a recovery after the first back, so that there is time to cancel; gives what lets them go. */
async function holdSecondPage(page: Page): Promise<() => Promise<void>> {
  const held = await page.evaluateHandle(() => {
    const { prototype } = WebSocket;
    const send: (this: WebSocket, message: string) => void = Reflect.get(prototype, 'send');
    const waiting: (() => void)[] = [];
    Reflect.set(prototype, 'send', function (this: WebSocket, message: string) {
      if (message.includes('"after":"')) waiting.push(() => send.call(this, message));
      else send.call(this, message);
    });
    return {
      letGo: () => {
        Reflect.set(prototype, 'send', send);
        for (const go of waiting) go();
      },
    };
  });
  return () => held.evaluate(({ letGo }) => letGo());
}

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
      const outcome = dialog(page).getByRole('list', { name: 'Who is concerned' });
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
      await expect(dialog(page).getByRole('status')).toContainText('got metadata');
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
  {
    action: 'cancel the recovery of many: what is done stays done, and is told exactly',
    async go({ page, hands, redis, look }) {
      const many = Array.from({ length: 5_000 }, (_, index) => `many-${index}`);
      const keys = many.map((user) => `user:${user}`);
      await redis.zadd('matching:idle', ...many.flatMap((user) => [Date.now(), user]));
      await hands.press(exactly(page, 'Recover metadata…'));
      await expect(dialog(page).getByText(/5,000 users without metadata would get some/)).toBeVisible();
      await hands.write(dialog(page).getByLabel('Reason'), 'a walk through the console');
      const letGo = await holdSecondPage(page);
      await hands.press(dialog(page).getByRole('button', { name: 'Create metadata' }));
      const told = dialog(page).getByRole('status');
      await expect(told).toHaveText(/^2,\d{3} of about [\d,]+ looked at, [\d,]+ users got metadata\.$/);
      await look();
      await hands.press(dialog(page).getByRole('button', { name: 'Cancel' }));
      await expect(told).toHaveText(/^Stopping/);
      await letGo();
      await expect(told).toHaveText(
        /^Stopped: [\d,]+ of about 5,000 users got metadata, the rest is untouched/,
      );
      const [, count = ''] = /^Stopped: ([\d,]+)/.exec((await told.textContent()) ?? '') ?? [];
      const mended = Number(count.replace(',', ''));
      expect(mended).toBeLessThan(5_000);
      expect(await redis.exists(...keys)).toBe(mended);
      await look();
      await hands.press(dialog(page).getByRole('button', { name: 'Done' }));
      await redis.zrem('matching:idle', ...many);
      await redis.zrem('matching:heartbeats', ...many);
      await redis.del(...keys);
    },
  },
];
