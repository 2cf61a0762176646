import { readFileSync } from 'node:fs';
import { expect, type Page } from '@playwright/test';
import type { Redis } from 'ioredis';
import { personId } from '../support/populate';
import type { Hands } from './hands';

/** What a step of the walk has: the page, a person's hands, and a plain client on the same Redis. */
export interface Walker {
  page: Page;
  hands: Hands;
  redis: Redis;
  /** Looks at the page as it stands: nothing clipped, and nothing that axe finds. */
  look: () => Promise<void>;
}

/** An action of a screen, done and checked in Redis where it has an effect there. */
export interface Step {
  screen: string;
  action: string;
  go: (walker: Walker) => Promise<void>;
}

const dialog = (page: Page) => page.getByRole('dialog');
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const exactly = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const scoreOf = (redis: Redis, state: string, user: string) => redis.zscore(`matching:${state}`, user);

/** Undoes the newest thing by its message. */
async function undo({ page, hands }: Walker): Promise<void> {
  await hands.press(button(page, /^Undo · /).last());
}

async function openUser({ page, hands }: Walker, user: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(user);
  const found = page.getByRole('option', { name: new RegExp(user) });
  await expect(found).toHaveAttribute('aria-selected', 'true');
  if (hands.way === 'mouse') await found.click();
  else await page.keyboard.press('Enter');
  await expect(page.getByRole('complementary', { name: `User ${user}` })).toContainText('Heartbeat');
}

/** Saves a table, and gives the text of the file. */
async function exported({ page, hands }: Walker, format: RegExp): Promise<string> {
  const download = page.waitForEvent('download');
  await hands.pick(exactly(page, 'Export'), format);
  return readFileSync(await (await download).path(), 'utf8');
}

const OVERVIEW: readonly Step[] = [
  {
    screen: 'Overview',
    action: 'pause live, and resume it',
    async go({ page, hands, redis }) {
      await hands.press(button(page, 'Live'));
      await expect(button(page, /^Paused/)).toBeVisible();
      await redis.zadd('matching:waiting', Date.now(), 'newcomer');
      await hands.press(button(page, /^Paused/));
      await expect(page.getByTestId('count-WAITING')).toHaveText('1,205');
      await redis.zrem('matching:waiting', 'newcomer');
    },
  },
  {
    screen: 'Overview',
    action: 'choose how far back',
    async go({ page, hands, look }) {
      await hands.pick(button(page, /^Time range/), 'last hour');
      await expect(button(page, 'Time range: last hour')).toBeVisible();
      await look();
    },
  },
  {
    screen: 'Overview',
    action: 'look at what a clean-up would do, and leave it',
    async go({ page, hands, redis, look }) {
      const before = await redis.zcard('matching:connecting');
      await hands.press(
        page
          .getByRole('region', { name: 'Needs attention' })
          .getByRole('button', { name: 'Clean up…' })
          .first(),
      );
      await expect(dialog(page)).toContainText('stuck in CONNECTING');
      await look();
      await hands.press(dialog(page).getByRole('button', { name: 'Cancel' }));
      await expect(dialog(page)).toBeHidden();
      expect(await redis.zcard('matching:connecting')).toBe(before);
    },
  },
];

const MOVED = personId('WAITING', 20);
const FORCED = personId('WAITING', 21);
const REMOVED = personId('IDLE', 22);
const EDITED = personId('IDLE', 23);

const USERS: readonly Step[] = [
  {
    screen: 'Users',
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
    screen: 'Users',
    action: 'force those who are marked, and undo it',
    async go(walker) {
      const { page, hands, redis, look } = walker;
      await hands.mark(page.getByRole('table', { name: 'Users' }).getByRole('row'), 2);
      await hands.press(exactly(page, 'Force state…'));
      await hands.write(dialog(page).getByLabel('Reason'), 'a walk through the console');
      await hands.press(dialog(page).getByRole('button', { name: 'Show what would change' }));
      await expect(dialog(page)).toContainText('2 users would change');
      await look();
      const idle = await redis.zcard('matching:idle');
      await hands.press(dialog(page).getByRole('button', { name: 'Force to IDLE' }));
      await expect.poll(() => redis.zcard('matching:idle')).toBe(idle + 2);
      await expect(page.getByText('Done: 2 users changed, 0 left out.')).toBeVisible();
      await undo(walker);
      await expect.poll(() => redis.zcard('matching:idle')).toBe(idle);
      await hands.press(button(page, 'Clear selection'));
    },
  },
  {
    screen: 'Users',
    action: 'save the list as a file',
    async go(walker) {
      expect(await exported(walker, /CSV/)).toContain(personId('WAITING', 700));
    },
  },
  {
    screen: 'Users',
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
    screen: 'Users',
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
    screen: 'Users',
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
    screen: 'Users',
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
    screen: 'Users',
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

const LOGS: readonly Step[] = [
  {
    screen: 'Transitions',
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
  {
    screen: 'Requests',
    action: 'find a refused request',
    async go({ page, hands, look }) {
      await page.evaluate(
        (user) => fetch(`/api/simple-matching/check-match?userId=${user}`),
        'nobody-at-all',
      );
      await hands.goTo('Requests');
      const table = page.getByRole('table', { name: 'Requests to the API' });
      await expect(table).toContainText('nobody-at-all');
      await hands.select(page.getByLabel('Outcome'), 'done');
      await expect(page.getByText('No request that is still kept agrees')).toBeVisible();
      await look();
    },
  },
  {
    screen: 'Analytics',
    action: 'save the way people went',
    async go(walker) {
      const { page, hands, look } = walker;
      await hands.goTo('Analytics');
      await expect(page.getByRole('region', { name: 'The window in numbers' })).toBeVisible();
      await look();
      await expect(page.getByRole('region', { name: 'The way people went' })).toContainText('WAITING');
      expect(await exported(walker, /CSV/)).toContain('WAITING,IDLE');
    },
  },
  {
    screen: 'Audit trail',
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

const BROKEN = personId('IDLE', 30);

const OPERATE: readonly Step[] = [
  {
    screen: 'Integrity',
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
    screen: 'Alarms',
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
    screen: 'Alarms',
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

const REST: readonly Step[] = [
  {
    screen: 'Simulator',
    action: 'start people in a pool of their own, and stop them',
    async go({ page, hands, redis, look }) {
      await hands.goTo('Simulator');
      await hands.write(page.getByRole('textbox', { name: 'People' }), '10');
      await page.keyboard.press('Enter');
      await hands.press(exactly(page, 'Start'));
      await expect.poll(() => redis.exists('{matching:simulated}:journal')).toBe(1);
      await expect(exactly(page, 'Stop')).toBeVisible();
      await look();
      await hands.press(exactly(page, 'Stop'));
      await expect(exactly(page, 'Start')).toBeVisible({ timeout: 30_000 });
      expect(await redis.exists('{matching:simulated}:waiting')).toBe(0);
    },
  },
  {
    screen: 'Connections',
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
  {
    screen: 'Settings',
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
  {
    screen: 'Wallboard',
    action: 'open it, and leave it by Escape',
    async go({ page, hands, look }) {
      await hands.goTo('Settings');
      await hands.press(page.getByRole('link', { name: 'Open the wallboard' }));
      await expect(page.getByRole('region', { name: 'longest wait' })).toBeVisible();
      await look();
      await page.keyboard.press('Escape');
      await expect(page.getByRole('heading', { level: 1, name: 'Overview' })).toBeAttached();
    },
  },
  {
    screen: 'The frame',
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

/** The walk through every screen, in the order in which one step leaves the next one what it needs. */
export const WALK: readonly Step[] = [...OVERVIEW, ...USERS, ...LOGS, ...OPERATE, ...REST];
