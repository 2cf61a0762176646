import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import type { Redis } from 'ioredis';
import { personId } from '../support/populate';
import { post, watchOnlyHeartbeats } from './alarm-rules';
import { expect, test } from './console-test';

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

const FEW = { IDLE: 4, WAITING: 6, CONNECTING: 0, IN_CALL: 2, DISCONNECTING: 0 };
const FORCED = personId('WAITING', 4);
const LEFT = personId('WAITING', 5);
const BROKEN = personId('IDLE', 3);

type Row = Record<string, unknown>;

async function save(page: Page, within: Locator, format: 'CSV' | 'NDJSON'): Promise<string> {
  const download = page.waitForEvent('download');
  await within.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('menuitem', { name: new RegExp(`^${format}`) }).click();
  return readFileSync(await (await download).path(), 'utf8');
}

/** Saves a table in both formats, which must hold the same, and gives its rows. */
async function exported(page: Page, within: Locator): Promise<Row[]> {
  const lines = (await save(page, within, 'NDJSON')).trimEnd().split('\n');
  const rows = lines.map((line) => JSON.parse(line) as Row);
  const [names = [], ...cells] = parseCsv(await save(page, within, 'CSV'));
  const texts = rows.map((row) => names.map((name) => textOf(row[name])));
  expect(new Set(names)).toEqual(new Set(rows.flatMap((row) => Object.keys(row))));
  expect(cells).toEqual(texts);
  return rows;
}

function textOf(value: unknown): string {
  return typeof value === 'string'
    ? value
    : value === null || value === undefined
      ? ''
      : JSON.stringify(value);
}

/** Comma-separated values (RFC 4180), without what keeps a spreadsheet from taking a text for a formula. */
function parseCsv(text: string): string[][] {
  return text
    .trimEnd()
    .split('\r\n')
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
        (quoted?.replaceAll('""', '"') ?? plain ?? '').replace(/^'(?=[=+\-@])/, ''),
      ),
    );
}

const idsOf = (rows: Row[]) => rows.map(({ id }) => id);

/** The ids of a stream, the newest first. */
async function streamOf(redis: Redis, name: string): Promise<string[]> {
  return (await redis.xrevrange(`matching:${name}`, '+', '-')).map(([id]) => id);
}

test('every table is saved as it is in Redis, in both formats', async ({ open, redis }) => {
  const page = await open('/users?state=WAITING', FEW);
  const main = page.getByRole('main');
  await test.step('the queue, and everybody', async () => {
    await expect(page.getByRole('table', { name: 'Users' })).toHaveAttribute('aria-rowcount', '7');
    const queue = await exported(page, main);
    const [first = '', since] = await redis.zrange('matching:waiting', '0', '0', 'WITHSCORES');
    expect(queue.map(({ user }) => user)).toEqual(await redis.zrange('matching:waiting', '0', '-1'));
    expect(queue[0]).toMatchObject({
      ...{ user: first, state: 'WAITING', since: new Date(Number(since)).toISOString() },
      totalMatches: Number(await redis.hget(`user:${first}`, 'totalMatches')),
    });
    await page.getByRole('group', { name: 'State' }).getByRole('button').first().click();
    await expect(page.getByRole('table', { name: 'Users' })).toHaveAttribute('aria-rowcount', '13');
    expect(new Set((await exported(page, main)).map(({ user }) => user)).size).toBe(12);
  });

  await watchOnlyHeartbeats(page);
  await redis.zadd('matching:heartbeats', Date.now() - 120_000, 'silent');
  expect(await post(page, '/api/simple-matching/leave', { userId: LEFT })).toEqual({ status: 200 });
  const force = { users: [FORCED], to: 'IDLE', reason: 'to be "quoted", and kept' };
  expect(await post(page, '/rpc/transitions.force', force)).toEqual({ status: 200 });
  await redis.zadd('matching:waiting', Date.now(), BROKEN);

  const logs = [
    { path: '/transitions?show=retained', table: 'Moves that are kept', stream: 'journal' },
    { path: '/requests', table: 'Requests to the API', stream: 'requests' },
    { path: '/audit', table: 'Actions of operators', stream: 'audit' },
    { path: '/alarms', table: 'History of alarms', stream: 'alarm-history' },
  ] as const;
  for (const { path, table, stream } of logs)
    await test.step(`the log ${stream}`, async () => {
      await expect.poll(() => redis.xlen(`matching:${stream}`)).toBeGreaterThan(0);
      await page.goto(page.url().replace(/#.*/, `#${path}`));
      const count = await redis.xlen(`matching:${stream}`);
      const shown = page.getByRole('table', { name: table });
      await expect.poll(async () => Number(await shown.getAttribute('aria-rowcount'))).toBeGreaterThan(count);
      const within =
        path === '/alarms' ? page.getByRole('region', { name: 'How alarms came and went' }) : main;
      const rows = await exported(page, within);
      // What came since the table was read is not in it.
      expect(idsOf(rows)).toEqual((await streamOf(redis, stream)).slice(-rows.length));
      if (stream === 'audit')
        expect(rows).toContainEqual(expect.objectContaining({ users: FORCED, reason: force.reason }));
      if (stream === 'journal')
        for (const [user, cause] of [
          [FORCED, 'force'],
          [LEFT, 'leave'],
        ])
          expect(rows).toContainEqual(expect.objectContaining({ user, cause, from: 'WAITING', to: 'IDLE' }));
    });

  await test.step('alarms as they stand', async () => {
    const rows = await exported(page, page.getByRole('region', { name: 'Alarms now' }));
    expect(rows).toContainEqual(
      expect.objectContaining({ kind: 'lost-heartbeats', level: 'warning', value: 1 }),
    );
  });

  await test.step('the way people went, and the window by its steps', async () => {
    await page.getByRole('link', { name: 'Analytics' }).click();
    const flow = page.getByRole('region', { name: 'The way people went' });
    await expect(flow).toContainText('WAITING');
    expect(await exported(page, flow)).toContainEqual({ from: 'WAITING', to: 'IDLE', count: 2 });
    const steps = await exported(page, page.getByRole('region', { name: 'The window in numbers' }));
    expect(steps.reduce((sum, { left }) => sum + Number(left), 0)).toBe(1);
  });

  await test.step('findings', async () => {
    await page.getByRole('link', { name: /^Integrity/ }).click();
    await page.getByRole('button', { name: 'Scan for broken users' }).click();
    await expect(page.getByRole('table', { name: 'Findings' })).toContainText(BROKEN);
    await expect(page.getByText(/^scanned /)).toBeVisible();
    const split = (await exported(page, main)).find(({ user, states }) => user === BROKEN && states !== '');
    expect(String(split?.['states']).split(' ').sort()).toEqual(['IDLE', 'WAITING']);
  });
});

test('a link to a filtered view shows the same elsewhere', async ({ open }) => {
  const page = await open('/users?state=WAITING&order=newest', FEW);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('Copy link to this view');
  await page.keyboard.press('Enter');
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await expect.poll(copied).toContain('state=WAITING');
  const other = await page.context().newPage();
  await other.goto(await copied());
  const table = other.getByRole('table', { name: 'Users' });
  await expect(table).toHaveAttribute('aria-rowcount', '7');
  await expect(table.getByRole('row').nth(1)).toContainText(personId('WAITING', 0));
});
