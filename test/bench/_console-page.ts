import { type Browser, chromium } from 'playwright-core';
import { engineContext } from '../../src/main/engine/context';
import { type SignedIn, signIn } from '../support/browser-client';
import { findChromium } from '../support/chromium';
import { type PartReport, startConsole } from './_console';
import { bringCrowd, keepMoving } from './_crowd';
import { median } from './_measure';
import {
  emptyPage,
  firstPicture,
  type Heap,
  type MeteredPage,
  openMetered,
  readHeap,
  scrollUsers,
  watchEffort,
} from './_page';
import type { BenchServer } from './_server';

const USERS = 100_000;
const MOVES_PER_SECOND = 2_000;

/** What the console costs its viewer's machine, part by part. */
export const PAGE_PARTS = {
  'first-picture': measureFirstPicture,
  screens: measureScreens,
  scroll: measureScroll,
  heap: measureHeap,
} as const;

/** A console over a crowd that moves, and a browser to look at it. */
interface Scene {
  origin: string;
  open: () => Promise<MeteredPage>;
  quick: boolean;
}

/** Brings the crowd, lets it move and runs parts one after another. */
export async function measurePage(
  { client, context: { store }, url }: BenchServer,
  parts: readonly (keyof typeof PAGE_PARTS)[],
  quick: boolean,
): Promise<PartReport[]> {
  const context = engineContext({ store });
  await bringCrowd(client, context, 0, USERS);
  const command = await startConsole(url);
  const browser = await chromium.launch({ executablePath: findChromium() });
  const moving = keepMoving(context, MOVES_PER_SECOND);
  const began = Date.now();
  try {
    const signedIn = await signIn(command.address);
    const reports: PartReport[] = [];
    for (const part of parts) reports.push(await onFreshPages(browser, signedIn, quick, PAGE_PARTS[part]));
    const moves = Math.round((moving.moved() * 1_000) / (Date.now() - began));
    return [
      { setting: { users: USERS, 'moves per second': moves }, tables: [], expectations: [] },
      ...reports,
    ];
  } finally {
    await moving.stop();
    await browser.close();
    await command.remove();
  }
}

async function onFreshPages(
  browser: Browser,
  { origin, cookie }: SignedIn,
  quick: boolean,
  measure: (scene: Scene) => Promise<PartReport>,
): Promise<PartReport> {
  const pages: MeteredPage[] = [];
  const open = async () => {
    const page = await openMetered(browser, origin, cookie);
    pages.push(page);
    return page;
  };
  try {
    return await measure({ origin, open, quick });
  } finally {
    for (const page of pages) await page.close();
  }
}

async function measureFirstPicture({ origin, open }: Scene): Promise<PartReport> {
  const meter = await open();
  const pictures: number[] = [];
  const empties: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    empties.push(await emptyPage(meter, `${origin}/no-such-page`));
    pictures.push(await firstPicture(meter, `${origin}/#/`));
  }
  const later = median(pictures) - median(empties);
  return {
    setting: {},
    tables: [
      {
        title: 'From asking for the page to the first count on the screen, ms',
        columns: ['', 'first time', 'median of five'],
        rows: [
          ['an empty page', Math.round(empties[0] ?? 0), Math.round(median(empties))],
          ['the Overview', Math.round(pictures[0] ?? 0), Math.round(median(pictures))],
        ],
      },
    ],
    expectations: [{ what: 'first picture after an empty page, ms', value: later, atMost: 1_000 }],
  };
}

async function measureScreens({ origin, open, quick }: Scene): Promise<PartReport> {
  const seconds = quick ? 10 : 60;
  const screens = [
    { name: 'Overview', path: '#/', ready: '[data-testid="count-WAITING"]' },
    { name: 'Transitions', path: '#/transitions', ready: '[role="table"] [role="row"]:nth-child(5)' },
  ];
  const report = {
    rows: [] as (string | number)[][],
    expectations: [] as PartReport['expectations'][number][],
  };
  for (const { name, path, ready } of screens) {
    const meter = await open();
    await meter.page.goto(`${origin}/${path}`);
    await meter.page.locator(ready).first().waitFor();
    await meter.page.waitForTimeout(2_000);
    const effort = await watchEffort(meter, seconds);
    await meter.close();
    const { longTasks, scriptShare, taskShare } = effort;
    report.rows.push([name, longTasks.length, longTasks[0] ?? 0, scriptShare, taskShare]);
    report.expectations.push(
      { what: `tasks over 50 ms on ${name}`, value: longTasks.length, atMost: 0 },
      { what: `script share on ${name}`, value: scriptShare, atMost: 0.3 },
    );
  }
  return {
    setting: { 'seconds a screen': seconds },
    tables: [
      {
        title: 'The page in headless Chromium',
        columns: ['', 'tasks over 50 ms', 'longest ms', 'script share', 'main thread share'],
        rows: report.rows,
      },
    ],
    expectations: report.expectations,
  };
}

async function measureScroll({ origin, open, quick }: Scene): Promise<PartReport> {
  const meter = await open();
  await meter.page.goto(`${origin}/#/users`);
  await meter.page.getByRole('table', { name: 'Users' }).getByRole('row').nth(5).waitFor();
  await meter.page.waitForTimeout(1_000);
  const { p50Ms, worstMs } = await scrollUsers(meter, quick ? 60 : 400);
  return {
    setting: {},
    tables: [],
    expectations: [
      { what: 'script and layout of a scrolled frame, median ms', value: p50Ms, atMost: 8 },
      { what: 'the same, worst ms', value: worstMs, atMost: 50 },
    ],
  };
}

async function measureHeap({ origin, open, quick }: Scene): Promise<PartReport> {
  const [early, late] = quick ? [10, 40] : [60, 600];
  const meter = await open();
  await firstPicture(meter, `${origin}/#/`);
  const opened = Date.now();
  const heaps: (Heap & { at: number })[] = [];
  for (const at of [early, ...[0.25, 0.5, 0.75, 1].map((part) => early + part * (late - early))]) {
    await meter.page.waitForTimeout(Math.max(0, opened + at * 1_000 - Date.now()));
    heaps.push({ at, ...(await readHeap(meter)) });
  }
  const [first, last] = [heaps[0], heaps.at(-1)];
  if (!first || !last) throw new Error('No heap was measured.');
  return {
    setting: {},
    tables: [
      {
        title: 'What the scripts of an open Overview hold after a collection',
        columns: ['', ...heaps.map(({ at }) => `${Math.round(at)} s`)],
        rows: [
          ['MB', ...heaps.map(({ used }) => used / 1e6)],
          ['of it compiled code', ...heaps.map(({ code }) => code / 1e6)],
        ],
      },
    ],
    expectations: [
      { what: 'growth of the heap', value: last.used / first.used - 1, atMost: 0.1 },
      {
        what: 'the same without compiled code',
        value: (last.used - last.code) / (first.used - first.code) - 1,
        atMost: 0.1,
      },
    ],
  };
}
