import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, expect, type Page, test as base } from '@playwright/test';
import { runCommand } from '../support/command';
import { clippedTexts, expectAccessible } from './accessibility';
import { test as onNamedRedis } from './console-test';

let state: Awaited<ReturnType<BrowserContext['storageState']>> | null = null;

/** The console with a private Redis of its own and nobody in it, as QA uses it. */
const test = base.extend<{ simulator: (tab?: string) => Promise<Page> }, { console: { address: string } }>({
  console: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the parameter's pattern
    async ({}, use) => {
      const command = runCommand(['--browser', '--no-open', '--port', '0', '--no-simulate']);
      await use({ address: await command.ready() });
      await command.remove();
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  simulator: async ({ browser, console: { address }, colorScheme, viewport }, use) => {
    // The address lets one browser in; the others come with its session.
    const context = await browser.newContext({
      colorScheme,
      viewport,
      acceptDownloads: true,
      ...(state === null ? {} : { storageState: state }),
    });
    const page = await context.newPage();
    if (state === null) {
      await page.goto(address);
      state = await context.storageState();
    }
    await use(async (tab) => {
      await page.goto(`${new URL(address).origin}/#/simulator${tab ? `?tab=${tab}` : ''}`);
      await page.getByRole('group', { name: 'Part of the simulator' }).waitFor();
      return page;
    });
    await page.goto(`${new URL(address).origin}/#/simulator`);
    await page.getByRole('button', { name: /^(Start|Stop)$/ }).waitFor();
    const stop = page.getByRole('button', { name: 'Stop', exact: true });
    if (await stop.isVisible()) await stop.click();
    await page.getByRole('button', { name: 'Start', exact: true }).waitFor();
    await context.close();
  },
});
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const figure = (page: Page, name: string) =>
  page.locator('dl > div', { has: page.getByText(name, { exact: true }) }).locator('dd');

async function start(page: Page, people: number, scenario?: string): Promise<void> {
  if (scenario) await page.getByRole('combobox', { name: 'Scenario' }).selectOption(scenario);
  await page.getByRole('textbox', { name: 'People' }).fill(String(people));
  await page.getByRole('textbox', { name: 'People' }).press('Enter');
  await page.getByRole('textbox', { name: 'Seed' }).fill('7');
  await page.getByRole('textbox', { name: 'Seed' }).press('Enter');
  await button(page, 'Start').click();
  await expect(button(page, 'Stop')).toBeVisible();
}

async function number(page: Page, name: string): Promise<number> {
  return Number((await figure(page, name).innerText()).replaceAll(/[^\d.].*$/g, '').replaceAll(',', ''));
}

test('starts, pauses, resumes, speeds up, loads and stops a run, and leaves nobody', async ({
  simulator,
}) => {
  const page = await simulator();
  await start(page, 30);
  await expect(page.getByRole('status').filter({ hasText: 'seed 7' })).toContainText('running');
  await expect.poll(() => number(page, 'moves')).toBeGreaterThan(20);
  await expect(page.getByRole('img', { name: /People in each state/ })).toBeVisible();
  await expect(page.getByRole('img', { name: /Moves per second/ })).toBeVisible();

  await button(page, 'Pause').click();
  await expect(page.getByRole('status').filter({ hasText: 'seed 7' })).toContainText('paused');
  await button(page, 'Resume').click();
  await button(page, 'Speed 5×').click();
  await expect(button(page, 'Speed 5×')).toHaveAttribute('aria-pressed', 'true');
  await button(page, 'Load 2×').click();
  await expect(button(page, 'Load 2×')).toHaveAttribute('aria-pressed', 'true');
  await expect(figure(page, 'people')).toContainText('of 60');

  await button(page, 'Stop').click();
  await expect(button(page, 'Start')).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText(/^Last run: /)).toBeVisible();
  await page.getByRole('link', { name: 'Users' }).click();
  await expect(page.getByRole('table', { name: 'Users' })).not.toContainText('sim-');
});

test('shows a violation at once, with its user, its timeline and its moment', async ({ simulator }) => {
  const page = await simulator();
  await start(page, 30);
  await expect.poll(() => number(page, 'moves')).toBeGreaterThan(30);
  const violations = page.getByRole('list', { name: 'Violations' });
  // In the first moments nobody may be where it can strike: then it says so, and QA presses again.
  await expect(async () => {
    await button(page, 'Corrupt a user').click();
    await expect(violations).toContainText('two-states', { timeout: 2_000 });
  }).toPass({ timeout: 20_000 });
  await expect(page.getByText('✕ Failing')).toBeVisible();
  await expect(violations.getByRole('link').first()).toHaveAttribute('href', /users\/sim-/);
  await violations.getByRole('button', { name: 'Timeline' }).first().click();
  await expect(violations).toContainText(/ → .* by /);
});

test('breaks everything by a button, and says what struck', async ({ simulator }) => {
  const page = await simulator();
  await start(page, 30);
  await expect.poll(() => number(page, 'moves')).toBeGreaterThan(20);
  await page.getByLabel('How many are hit').selectOption('0.25');
  await page.getByLabel('For how long').selectOption('2000');
  await page.getByLabel('How late replies come').selectOption('200');
  const struck = page.getByRole('list', { name: 'Faults that struck' });
  for (const [name, words] of [
    ['Kill clients', /kill-clients: \d+ people/],
    ['Freeze heartbeats', /freeze-heartbeats: \d+ people for 2000 ms/],
    ['Delay replies', 'delay-replies: by 200 ms for 2000 ms'],
    ['Drop replies', 'drop-replies: 25 % for 2000 ms'],
    ['Restart the matcher', 'restart-matcher: for 2000 ms'],
    ['Kill a server process', 'kill-server: a server process after 2000 ms of work'],
    ['Pause Redis', 'pause-redis: the private server for 2000 ms'],
    ['Restart Redis', 'restart-redis: the private server'],
  ] as const) {
    await button(page, name).click();
    await expect(struck).toContainText(words, { timeout: 20_000 });
  }
  const before = await number(page, 'moves');
  await expect.poll(() => number(page, 'moves'), { timeout: 30_000 }).toBeGreaterThan(before + 10);
});

test('drives one person by hand against the others', async ({ simulator }) => {
  const page = await simulator('hand');
  await start(page, 30);
  await page.goto(page.url().replace(/simulator.*/, 'simulator?tab=hand'));
  const steps = page.getByRole('list', { name: 'Steps' });
  await button(page, 'Skip').click();
  await expect(steps).toContainText('refused');
  await button(page, 'Open the page').click();
  await expect(steps).toContainText('nowhere → IDLE');
  await button(page, 'Join the queue').click();
  await expect(steps).toContainText('WAITING → CONNECTING', { timeout: 20_000 });
  await button(page, 'The connection stands').click();
  await expect(steps).toContainText('asked connected done');
  await button(page, 'Close the browser').click();
  await expect(steps).toContainText('closed without a word');
});

test('edits a scenario with completion and faults at the line, imports, exports and runs it', async ({
  simulator,
}) => {
  const page = await simulator('scenario');
  await page.getByRole('list', { name: 'Ready scenarios' }).getByText('A calm evening').click();
  const editor = page.getByRole('textbox', { name: 'Text of the scenario' });
  await expect(editor).toContainText('name: calm-evening');
  await editor.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('expe');
  await page.keyboard.press('Control+Space');
  await expect(page.getByRole('option', { name: /expect/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByText(/^line \d+/).first()).toBeVisible();
  await expect(page.locator('.cm-lint-marker-error')).toBeVisible();
  await button(page, 'Revert').click();
  await expect(page.getByText('The scenario is right.')).toBeVisible();

  const download = page.waitForEvent('download');
  await button(page, 'Export').click();
  const exported = readFileSync(await (await download).path(), 'utf8');
  const mine = exported.replace('calm-evening', 'mine').replace('people: 60', 'people: 14');
  await page
    .getByLabel('Scenario file')
    .setInputFiles({ name: 'mine.yaml', mimeType: 'application/yaml', buffer: Buffer.from(mine) });
  await expect(editor).toContainText('name: mine');
  await page.getByRole('textbox', { name: 'People' }).fill('');
  await page.getByRole('textbox', { name: 'People' }).press('Enter');
  await button(page, 'Start').click();
  await expect(page.getByRole('status').filter({ hasText: 'seed' })).toContainText('mine');
  await expect(figure(page, 'people')).toContainText('of 14');
});

test('keeps the history, compares two runs, and gives reports that stand for themselves', async ({
  simulator,
  browser,
}) => {
  const page = await simulator();
  const runs = page.getByRole('table', { name: 'Runs' });
  for (const people of [20, 30]) {
    await start(page, people);
    await expect.poll(() => number(page, 'moves')).toBeGreaterThan(20);
    await button(page, 'Stop').click();
    await expect(button(page, 'Start')).toBeVisible({ timeout: 20_000 });
  }
  await button(page, 'History').click();
  await runs.getByRole('checkbox').nth(0).click();
  await runs.getByRole('checkbox').nth(1).click();
  const comparison = page.getByRole('region', { name: 'Comparison' });
  await expect(comparison.getByRole('row', { name: /^people/ })).toContainText('−33 %');
  await expectAccessible(page);

  const markdown = page.waitForEvent('download');
  await runs.getByRole('button', { name: 'Markdown' }).first().click();
  expect(readFileSync(await (await markdown).path(), 'utf8')).toMatch(/^# Passed: /);
  const html = page.waitForEvent('download');
  await runs.getByRole('button', { name: 'HTML' }).first().click();
  const elsewhere = await browser.newContext();
  const report = await elsewhere.newPage();
  const asked: string[] = [];
  report.on('request', (request) => asked.push(request.url()));
  await report.setContent(readFileSync(await (await html).path(), 'utf8'), { waitUntil: 'load' });
  await expect(report.getByRole('heading', { level: 1 })).toContainText('Passed');
  await expect(report.getByRole('img', { name: 'People in each state' })).toBeVisible();
  expect(asked).toEqual([]);
  await expectAccessible(report);
  await elsewhere.close();

  await runs.getByRole('checkbox').nth(0).click();
  await button(page, 'Use again').click();
  await expect(page.getByRole('textbox', { name: 'People' })).toHaveValue('20');
  await expect(page.getByRole('textbox', { name: 'Seed' })).toHaveValue('7');
  await runs.getByRole('checkbox').nth(0).click();
  const before = await runs.getByRole('checkbox').count();
  await button(page, 'Delete').click();
  const dialog = page.getByRole('dialog', { name: 'Delete 2 runs?' });
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect(dialog).toBeHidden();
  await expect(runs.getByRole('checkbox')).toHaveCount(before - 2);
});

test('shows the runs of earlier days when the console was started anew', async ({ browser }) => {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-history-'));
  const open = async (use: (page: Page) => Promise<void>) => {
    const command = runCommand(['--browser', '--no-open', '--port', '0', '--no-simulate'], {
      SWITCHBOARD_CONNECTIONS: join(folder, 'connections.json'),
    });
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      await page.goto(await command.ready());
      await page.getByRole('link', { name: 'Simulator' }).click();
      await use(page);
    } finally {
      await context.close();
      await command.remove();
    }
  };
  try {
    await open(async (page) => {
      await start(page, 12, 'calm-evening');
      await expect.poll(() => number(page, 'moves')).toBeGreaterThan(5);
      await button(page, 'Stop').click();
      await expect(button(page, 'Start')).toBeVisible({ timeout: 20_000 });
    });
    await open(async (page) => {
      await expect(page.getByText('Last run: A calm evening')).toBeVisible();
      await button(page, 'History').click();
      await expect(page.getByRole('table', { name: 'Runs' })).toContainText('A calm evening');
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

for (const [colorScheme, viewport] of [
  ['dark', { width: 1280, height: 800 }],
  ['light', { width: 1440, height: 900 }],
] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, viewport });

    test('axe finds nothing on any part, and no text is clipped', async ({ simulator }) => {
      const page = await simulator();
      await start(page, 20);
      await expect.poll(() => number(page, 'moves')).toBeGreaterThan(5);
      for (const tab of ['live', 'scenario', 'hand', 'history']) {
        await page.goto(page.url().replace(/simulator.*/, `simulator?tab=${tab}`));
        if (tab === 'scenario') await page.getByRole('textbox', { name: 'Text of the scenario' }).waitFor();
        await expectAccessible(page);
        expect(await clippedTexts(page)).toEqual([]);
      }
    });
  });
}

onNamedRedis(
  'uses a pool of its own on a Redis that was named, and clears it in one action',
  async ({ open, redis }) => {
    const page = await open('/simulator');
    await page.getByRole('textbox', { name: 'People' }).fill('10');
    await page.getByRole('textbox', { name: 'People' }).press('Enter');
    await button(page, 'Start').click();
    await expect(button(page, 'Stop')).toBeVisible();
    await expect(page.getByRole('status').filter({ hasText: 'pool simulated' })).toBeVisible();
    await button(page, 'Stop').click();
    await expect(button(page, 'Start')).toBeVisible({ timeout: 20_000 });
    expect(
      (await redis.keys('*simulated*')).filter((key) => /sim-|:(idle|waiting|in_call)$/.test(key)),
    ).toEqual([]);

    await redis.zadd('{matching:simulated}:waiting', Date.now(), 'sim-left-over');
    await button(page, 'Remove simulated users').click();
    await expect(page.getByText('1 simulated user removed from simulated').first()).toBeVisible();
    expect(await redis.exists('{matching:simulated}:waiting')).toBe(0);
  },
);
