import { expect } from '@playwright/test';
import type { Redis } from 'ioredis';
import { personId } from '../../support/populate';
import { button, dialog, exactly, exported, undo, type Step, type Walker } from './step';

const MOVED = personId('WAITING', 20);
/** Forced on this screen, and found again in the logs. */
export const FORCED = personId('WAITING', 21);
/** Removed on this screen, and found again in the logs. */
export const REMOVED = personId('IDLE', 22);
/** Changed on this screen, and found again in the logs. */
export const EDITED = personId('IDLE', 23);

const scoreOf = (redis: Redis, state: string, user: string) => redis.zscore(`matching:${state}`, user);

async function openUser({ page, hands }: Walker, user: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(user);
  const found = page.getByRole('option', { name: new RegExp(user) });
  await expect(found).toHaveAttribute('aria-selected', 'true');
  if (hands.way === 'mouse') await found.click();
  else await page.keyboard.press('Enter');
  await expect(page.getByRole('complementary', { name: `User ${user}` })).toContainText('Heartbeat');
}

/** What is done on the screen Users. */
export const USERS: readonly Step[] = [
  {
    action: 'filter by state, and turn the order round',
    async go({ page, hands, look }) {
      await hands.goTo('Users');
      await hands.press(page.getByRole('group', { name: 'State' }).getByRole('button', { name: /^WAITING/ }));
      const table = page.getByRole('table', { name: 'Users' });
      await expect(table).toHaveAttribute('aria-rowcount', '1205');
      await hands.select(page.getByLabel('Order'), 'newest first');
      await expect(table.getByRole('row').nth(1)).toContainText(personId('WAITING', 0));
      await look();
    },
  },
  {
    action: 'force those who are marked, and undo it',
    async go(walker) {
      const { page, hands, redis, look } = walker;
      await hands.mark(page.getByRole('table', { name: 'Users' }).getByRole('row'), 2);
      await hands.press(exactly(page, 'Force state…'));
      await hands.write(dialog(page).getByLabel('Reason'), 'a walk through the console');
      await expect(dialog(page)).toContainText('2 users would change');
      await look();
      const idle = await redis.zcard('matching:idle');
      await hands.press(dialog(page).getByRole('button', { name: 'Force to IDLE' }));
      await expect.poll(() => redis.zcard('matching:idle')).toBe(idle + 2);
      await expect(page.getByText('Done: 2 users changed, 0 left out.')).toBeVisible();
      await expect(page.getByRole('region', { name: 'Selection' })).toBeHidden();
      await undo(walker);
      await expect.poll(() => redis.zcard('matching:idle')).toBe(idle);
    },
  },
  {
    action: 'select all of the list, and nobody again',
    async go({ page, hands }) {
      await hands.press(page.getByRole('button', { name: /^Select all / }));
      await expect(page.getByRole('region', { name: 'Selection' })).toContainText(/^All [\d,]+ users/);
      await hands.press(button(page, 'Clear selection'));
      await expect(page.getByRole('region', { name: 'Selection' })).toBeHidden();
    },
  },
  {
    action: 'save the list as a file',
    async go(walker) {
      expect(await exported(walker, /CSV/)).toContain(personId('WAITING', 700));
    },
  },
  {
    action: 'move one who is open, and undo it',
    async go(walker) {
      const { page, hands, redis, look } = walker;
      await openUser(walker, MOVED);
      await look();
      const since = await scoreOf(redis, 'waiting', MOVED);
      const drawer = page.getByRole('complementary');
      await hands.press(drawer.getByRole('button', { name: 'IDLE', exact: true }));
      await expect.poll(() => scoreOf(redis, 'idle', MOVED)).not.toBeNull();
      await undo(walker);
      await expect.poll(() => scoreOf(redis, 'waiting', MOVED)).toBe(since);
    },
  },
  {
    action: 'copy one as JSON, and a link to it',
    async go({ page, hands }) {
      const copied = () => page.evaluate(() => navigator.clipboard.readText());
      await hands.press(exactly(page, 'Copy as JSON'));
      await expect.poll(copied).toContain(`"user": "${MOVED}"`);
      await hands.press(exactly(page, 'Copy link'));
      await expect.poll(copied).toContain(`#/users/${MOVED}`);
      expect(await copied()).toContain('pool=default&connection=start');
    },
  },
  {
    action: 'force one with a reason',
    async go(walker) {
      const { page, hands, redis } = walker;
      await openUser(walker, FORCED);
      await hands.press(exactly(page, 'Force state…'));
      await hands.write(dialog(page).getByLabel('Reason'), 'a walk through the console');
      await hands.press(dialog(page).getByRole('button', { name: 'Force to IDLE' }));
      await expect.poll(() => scoreOf(redis, 'idle', FORCED)).not.toBeNull();
      expect(await scoreOf(redis, 'waiting', FORCED)).toBeNull();
    },
  },
  {
    action: 'remove one from all states',
    async go(walker) {
      const { page, hands, redis, look } = walker;
      await openUser(walker, REMOVED);
      await hands.press(exactly(page, 'Remove from all states…'));
      await look();
      await hands.write(dialog(page).getByLabel('Reason'), 'a walk through the console');
      await hands.press(dialog(page).getByRole('button', { name: 'Remove', exact: true }));
      await expect.poll(() => scoreOf(redis, 'idle', REMOVED)).toBeNull();
      expect(await redis.exists(`user:${REMOVED}`)).toBe(0);
    },
  },
  {
    action: 'change metadata with a reason',
    async go(walker) {
      const { page, hands, redis, look } = walker;
      await openUser(walker, EDITED);
      await hands.press(exactly(page, 'Change metadata…'));
      await look();
      await hands.write(dialog(page).getByLabel('Field', { exact: true }), 'totalSkips');
      await hands.write(dialog(page).getByLabel('Value'), '41');
      await hands.write(dialog(page).getByLabel('Reason'), 'a walk through the console');
      await hands.press(dialog(page).getByRole('button', { name: 'Save' }));
      await expect.poll(() => redis.hget(`user:${EDITED}`, 'totalSkips')).toBe('41');
      await expect(dialog(page)).toBeHidden();
      await page.keyboard.press('Escape');
      await expect(page.getByRole('complementary')).toBeHidden();
    },
  },
];
