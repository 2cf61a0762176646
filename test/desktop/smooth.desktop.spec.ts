import { expect, type Page, test } from '@playwright/test';
import { Redis } from 'ioredis';
import { STATES } from '../../src/shared/states';
import { startRedisServer } from '../support/redis-server';
import { type DesktopRun, firstPage, invoke, launchDesktop } from './launch';

const PEOPLE = 100_000;
const PER_COMMAND = 2_000;

/** People in every state, as another program would have written them. */
async function bringPeople(client: Redis): Promise<void> {
  const now = Date.now();
  for (let at = 0; at < PEOPLE; at += PER_COMMAND) {
    const state = STATES[(at / PER_COMMAND) % STATES.length] ?? 'IDLE';
    const batch = client.pipeline();
    const users = Array.from({ length: PER_COMMAND }, (_, index) => `person-${at + index}`);
    const members = users.flatMap((user, index) => [now - index * 10, user]);
    batch.zadd(`matching:${state.toLowerCase()}`, ...members).zadd('matching:heartbeats', ...members);
    for (const user of users) batch.hset(`user:${user}`, { state, totalMatches: 3, createdAt: now });
    await batch.exec();
  }
}

/** The longest that the main process works without looking up, by its own processor time, in ms. */
const watchMain = (run: DesktopRun) =>
  run.evaluate(() => {
    let before = process.cpuUsage();
    const watched = { longestMs: 0, turns: 0 };
    Reflect.set(globalThis, 'watched', watched);
    const look = () => {
      const { user, system } = process.cpuUsage(before);
      watched.longestMs = Math.max(watched.longestMs, (user + system) / 1_000);
      watched.turns += 1;
      before = process.cpuUsage();
      setTimeout(look, 1);
    };
    look();
  }, null);
const watchedMain = (run: DesktopRun) =>
  run.evaluate(() => Reflect.get(globalThis, 'watched') as { longestMs: number; turns: number }, null);

/** Takes what the page saves instead of saving it: the whole, and how long each of its pieces is. */
const catchFile = (page: Page) =>
  page.evaluate(() => {
    globalThis.Blob = class extends Blob {
      constructor(pieces: BlobPart[] = [], options?: BlobPropertyBag) {
        super(pieces, options);
        const texts = pieces.map(String);
        const longest = Math.max(...texts.map(({ length }) => length));
        Reflect.set(globalThis, 'caught', { text: texts.join(''), longest });
      }
    };
    HTMLAnchorElement.prototype.click = () => undefined;
  });
const caughtFile = (page: Page) =>
  page.evaluate(
    () => (Reflect.get(globalThis, 'caught') ?? null) as { text: string; longest: number } | null,
  );

test('a scan, a search and an export of 100,000 people hold up neither the main process nor the window', async () => {
  test.setTimeout(240_000);
  const server = await startRedisServer();
  const client = new Redis(server.url);
  await bringPeople(client);
  const run = await launchDesktop({ args: ['--redis', server.url, '--role', 'admin'] });
  try {
    const page = await firstPage(run);
    await page.evaluate(() => (location.hash = '#/users'));
    await expect(page.getByText('person-').first()).toBeVisible({ timeout: 15_000 });
    await watchMain(run);
    await catchFile(page);
    expect(await invoke(page, 'integrity.start')).toMatchObject({ ok: true });
    const found = invoke(page, 'users.find', { text: 'n-99999', match: 'contains' });
    await page.getByRole('button', { name: 'Export' }).click();
    await page.getByRole('menuitem', { name: 'CSV' }).click();
    await expect
      .poll(() => page.evaluate(() => Reflect.has(globalThis, 'caught')), { timeout: 180_000 })
      .toBe(true);
    const { turns, longestMs } = await watchedMain(run);
    const file = await caughtFile(page);

    expect(await found).toMatchObject({ ok: true, value: { users: [{ user: 'person-99999' }] } });
    const lines = file?.text.trimEnd().split('\r\n') ?? [];
    expect(new Set(lines.map((line) => line.split(',')[0])).size).toBe(PEOPLE + 1);
    // In processor time, so that a busy machine makes no difference.
    expect(turns).toBeGreaterThan(1_000);
    expect(longestMs).toBeLessThan(300);
    // Of eleven million characters no more than one answer's rows are ever dealt with at once.
    expect(file?.longest).toBeLessThan(200_000);
    test
      .info()
      .annotations.push({ type: 'longest turn of the main process', description: `${longestMs} ms` });
  } finally {
    await run.dispose();
    client.disconnect();
    await server.stop();
  }
});
