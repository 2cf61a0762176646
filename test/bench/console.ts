import { chromium } from 'playwright-core';
import { engineContext } from '../../src/main/engine/context';
import { createBrowserWire, type SignedIn, signIn } from '../support/browser-client';
import { findChromium } from '../support/chromium';
import { runCommand, type RunningCommand } from '../support/command';
import { until } from '../support/until';
import { bringCrowd, keepMoving } from './_crowd';
import { bareCost, costOf, median, scriptCost } from './_measure';
import { emptyPage, firstPicture, openMetered, scrollUsers, usedHeap, watchEffort } from './_page';
import { printReport } from './_report';
import { type BenchOptions, type BenchServer, openBenchServer } from './_server';

const USERS = 100_000;
const MOVES_PER_SECOND = 2_000;
/** What an open Overview listens to. */
const FEEDS = ['overview', 'trends', 'health', 'alarms', 'simulator', 'audit'] as const;
const CONSOLES = 10;

/** What the console costs its viewer's machine, and what it costs Redis. */
export async function bench(options: BenchOptions): Promise<boolean> {
  if (options.redis !== undefined)
    throw new Error('This benchmark fills the default pool: it runs on a private server only.');
  const pageFigures = await onServer(options, measurePage);
  const costs = await onServer(options, measureCost);
  return printReport(
    {
      name: 'console',
      server: pageFigures.about,
      setting: { users: USERS, 'moves per second': Math.round(pageFigures.moves), ...pageFigures.setting },
      tables: [pageFigures.table, costs.table],
      expectations: [...pageFigures.expectations, ...costs.expectations],
    },
    options.json,
  );
}

async function onServer<T>(
  options: BenchOptions,
  work: (server: BenchServer, quick: boolean) => Promise<T>,
): Promise<T> {
  const server = await openBenchServer(options);
  try {
    return await work(server, options.quick);
  } finally {
    await server.stop();
  }
}

async function startConsole(url: string): Promise<RunningCommand & { address: string }> {
  const command = runCommand(['--browser', '--no-open', '--port', '0', '--redis', url, '--role', 'admin']);
  return Object.assign(command, { address: await command.ready() });
}

async function measurePage({ client, context: { store }, url, about }: BenchServer, quick: boolean) {
  const context = engineContext({ store });
  const [minute, tenMinutes] = quick ? [10, 40] : [60, 600];
  await bringCrowd(client, context, 0, USERS);
  const command = await startConsole(url);
  const browser = await chromium.launch({ executablePath: findChromium() });
  const moving = keepMoving(context, MOVES_PER_SECOND);
  const began = Date.now();
  try {
    const { origin, cookie } = await signIn(command.address);
    const meter = await openMetered(browser, origin, cookie);
    const pictures: number[] = [];
    const empties: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      empties.push(await emptyPage(meter, `${origin}/no-such-page`));
      pictures.push(await firstPicture(meter, `${origin}/#/`));
    }
    await meter.page.waitForTimeout(2_000);
    const opened = Date.now();
    const overview = await watchEffort(meter, minute);
    const heapEarly = await usedHeap(meter);
    await meter.page.waitForTimeout(Math.max(0, opened + tenMinutes * 1_000 - Date.now()));
    const heapLate = await usedHeap(meter);
    await meter.close();

    const tail = await openMetered(browser, origin, cookie);
    await tail.page.goto(`${origin}/#/transitions`);
    await tail.page.getByRole('table').getByRole('row').nth(5).waitFor();
    await tail.page.waitForTimeout(2_000);
    const transitions = await watchEffort(tail, minute);
    await tail.page.goto(`${origin}/#/users`);
    await tail.page.getByRole('table', { name: 'Users' }).getByRole('row').nth(5).waitFor();
    await tail.page.waitForTimeout(1_000);
    const scroll = await scrollUsers(tail, quick ? 60 : 400);
    await tail.close();

    const growth = heapLate / heapEarly - 1;
    const first = median(pictures) - median(empties);
    const longest = (tasks: readonly number[]) => tasks[0] ?? 0;
    return {
      about,
      moves: (moving.moved() * 1_000) / (Date.now() - began),
      setting: { 'seconds a screen': Math.round(minute), 'seconds until the second heap': tenMinutes },
      table: {
        title: 'The page in headless Chromium',
        columns: ['', 'tasks over 50 ms', 'longest ms', 'script share', 'main thread share'],
        rows: [
          [
            'Overview',
            overview.longTasks.length,
            longest(overview.longTasks),
            overview.scriptShare,
            overview.taskShare,
          ],
          [
            'Transitions',
            transitions.longTasks.length,
            longest(transitions.longTasks),
            transitions.scriptShare,
            transitions.taskShare,
          ],
        ],
      },
      expectations: [
        { what: 'tasks over 50 ms on Overview', value: overview.longTasks.length, atMost: 0 },
        { what: 'tasks over 50 ms on Transitions', value: transitions.longTasks.length, atMost: 0 },
        { what: 'script share on Overview', value: overview.scriptShare, atMost: 0.3 },
        { what: 'script share on Transitions', value: transitions.scriptShare, atMost: 0.3 },
        { what: 'script and layout of a scrolled frame, median ms', value: scroll.p50Ms, atMost: 8 },
        { what: 'the same, worst ms', value: scroll.worstMs, atMost: 50 },
        { what: 'growth of the heap', value: growth, atMost: 0.1 },
        { what: 'first picture after an empty page, ms', value: first, atMost: 1_000 },
      ],
    };
  } finally {
    await moving.stop();
    await browser.close();
    await command.remove();
  }
}

/** What Redis did for consoles in one second. */
interface Cost {
  commands: number;
  /** Share of one core, by what Redis says its commands took. */
  share: number;
}

async function measureCost({ client, context: { store }, url }: BenchServer, quick: boolean) {
  const context = engineContext({ store });
  const seconds = quick ? 5 : 20;
  await bringCrowd(client, context, 0, 10_000, false);
  const small = await costOfConsoles(url, 1, client, seconds);
  await bringCrowd(client, context, 10_000, 1_000_000, false);
  const large = await costOfConsoles(url, 1, client, seconds);
  const ten = await costOfConsoles(url, CONSOLES, client, seconds);
  const row = (name: string, { commands, share }: Cost) => [
    name,
    commands,
    `${(share * 100).toPrecision(3)} %`,
  ];
  return {
    table: {
      title: 'What open Overviews at 4 Hz cost Redis',
      columns: ['', 'commands per second, also in scripts', 'share of one core, at most'],
      rows: [
        row('one console, 10,000 users', small),
        row('one console, 1,000,000 users', large),
        row(`${CONSOLES} consoles, 1,000,000 users`, ten),
      ],
    },
    expectations: [
      { what: 'share of a core for one console at 1,000,000 users', value: large.share, atMost: 0.02 },
      { what: 'the same against 10,000 users', value: large.share / small.share, atMost: 2 },
      { what: `share of a core for ${CONSOLES} consoles`, value: ten.share, atMost: 0.2 },
    ],
  };
}

/** Opens consoles of their own processes, and lets each show the Overview. */
async function costOfConsoles(
  url: string,
  consoles: number,
  client: BenchServer['client'],
  seconds: number,
): Promise<Cost> {
  const commands: RunningCommand[] = [];
  const closes: (() => void)[] = [];
  try {
    for (let index = 0; index < consoles; index += 1) {
      const command = await startConsole(url);
      commands.push(command);
      closes.push(await showOverview(await signIn(command.address)));
    }
    // The first look at history reads two days; what counts is what goes on for hours.
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    const began = Date.now();
    const costs = await costOf(client, () => new Promise((resolve) => setTimeout(resolve, seconds * 1_000)));
    const elapsed = (Date.now() - began) / 1_000;
    const [scripts, bare] = [scriptCost(costs), bareCost(costs)];
    // What a script calls stands in its own time too: counted twice, this is at least what it really costs.
    const microseconds = scripts.microseconds + bare.microseconds;
    return { commands: (scripts.calls + bare.calls) / elapsed, share: microseconds / 1e6 / elapsed };
  } finally {
    for (const close of closes) close();
    for (const command of commands) await command.remove();
  }
}

async function showOverview(browser: SignedIn): Promise<() => void> {
  const { wire, close } = createBrowserWire(browser);
  let pictures = 0;
  for (const feed of FEEDS)
    wire.subscribe(feed, {}, (event) => {
      if (feed === 'overview' && event.ok) pictures += 1;
    });
  await until(() => pictures > 1, { timeoutMs: 60_000, what: 'the overview is shown' });
  return close;
}
