import type { Page } from '@playwright/test';
import { personId } from '../support/populate';
import { expect, test } from './console-test';

const work = (page: Page) => page.getByRole('region', { name: 'Running work' });
const dialog = (page: Page) => page.getByRole('dialog');

/** Holds a call of an operation back on its way to the console, from the n-th one on, until it is let go. */
async function holdCall(page: Page, operation: string, from: number): Promise<() => void> {
  let seen = 0;
  let letGo: () => void = () => undefined;
  const open = new Promise<void>((resolve) => (letGo = resolve));
  await page.routeWebSocket(/./, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      const isMeant = String(message).includes(`/${operation}"`);
      if (isMeant) seen += 1;
      if (isMeant && seen >= from) void open.then(() => server.send(message));
      else server.send(message);
    });
  });
  return letGo;
}

test('ends a long action half way: what was done is told and can be undone, the rest is untouched', async ({
  page,
  open,
  redis,
}) => {
  // The first call asks what would change, the second one changes it.
  const letGo = await holdCall(page, 'users.remove', 3);
  await open('/users?state=WAITING');
  const queue = () => redis.zrange('matching:waiting', 0, '-1', 'WITHSCORES');
  const before = await queue();
  await page.getByRole('button', { name: 'Select all 1,204' }).click();
  await page.getByRole('button', { name: 'Remove from all states…' }).click();
  await dialog(page).getByLabel('Reason').fill('to be ended half way');
  await dialog(page).getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(work(page)).toContainText('500 of 1,204: 500 users changed');
  await work(page).getByRole('button', { name: 'Cancel' }).click();
  letGo();
  // What was on its way is done; nothing after it is begun.
  await expect(work(page)).toContainText('Cancelled at 1,000 of 1,204: 1,000 users changed, 0 left out.');
  expect((await queue()).length).toBe(2 * 204);

  await work(page)
    .getByRole('button', { name: /^Undo · / })
    .click();
  await expect(page.getByText('Undone: 1,000 users put back', { exact: true })).toBeVisible();
  expect(await queue(), 'everybody is back in the old place').toEqual(before);
});

test('lists who was left out of an action, and why', async ({ open, redis }) => {
  const gone = personId('WAITING', 1202);
  const page = await open('/users?state=WAITING');
  for (const index of [1203, 1202, 1201])
    await page.getByLabel(`Mark ${personId('WAITING', index)}`, { exact: true }).check();
  await page.getByRole('button', { name: 'Force state…' }).click();
  await dialog(page).getByLabel('Reason').fill('one of them has moved on');
  await dialog(page).getByText('DISCONNECTING').click();
  const since = String(Date.now());
  await redis.multi().zrem('matching:waiting', gone).zadd('matching:idle', since, gone).exec();
  await redis.hset(`user:${gone}`, 'state', 'IDLE');
  await dialog(page).getByRole('button', { name: 'Force to DISCONNECTING' }).click();
  await expect(work(page)).toContainText('Done: 2 users changed, 1 left out.');
  await expect(page.getByRole('region', { name: 'Selection' })).toContainText('1 user selected');
  await work(page).getByRole('button', { name: 'Show who was left out' }).click();
  await expect(work(page).getByRole('listitem')).toHaveText([new RegExp(`${gone}.*IDLE`)]);
  expect(await redis.zscore('matching:idle', gone)).toBe(since);
  expect(await redis.zscore('matching:disconnecting', personId('WAITING', 1203))).not.toBeNull();
});

test('removes nobody who has left the state in which they were chosen', async ({ open, redis }) => {
  const [stays, gone] = [personId('WAITING', 1203), personId('WAITING', 1202)];
  const page = await open('/users?state=WAITING');
  for (const user of [stays, gone]) await page.getByLabel(`Mark ${user}`, { exact: true }).check();
  await page.getByRole('button', { name: 'Remove from all states…' }).click();
  await expect(dialog(page)).toContainText('Whoever has left WAITING by then is left out.');
  await dialog(page).getByLabel('Reason').fill('one of them has moved on');
  const since = String(Date.now());
  await redis.multi().zrem('matching:waiting', gone).zadd('matching:in_call', since, gone).exec();
  await redis.hset(`user:${gone}`, 'state', 'IN_CALL');
  await dialog(page).getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(work(page)).toContainText('Done: 1 user changed, 1 left out.');
  expect(await redis.zscore('matching:in_call', gone)).toBe(since);
  expect(await redis.zscore('matching:waiting', stays)).toBeNull();
});
