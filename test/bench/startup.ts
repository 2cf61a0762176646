import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findElectronRuntime } from '../../scripts/electron-runtime.mjs';
import { STARTUP_STEPS, type StartupTimes } from '../../src/main/lib/startup';
import setUpDesktop from '../desktop/global-setup';
import { type DesktopRun, firstPage, launchDesktop, type LaunchOptions } from '../desktop/launch';
import { startRedisServer } from '../support/redis-server';
import { until } from '../support/until';
import { median } from './_measure';
import { printReport } from './_report';
import type { BenchOptions } from './_server';

const ROUNDS = 7;
const ROOT = join(import.meta.dirname, '../..');
const BARE = join(ROOT, 'test/support/bare-desktop.mjs');

/** What each step ends with, for people. */
const WORDS: Record<(typeof STARTUP_STEPS)[number], string> = {
  loaded: 'the main bundle is loaded',
  core: 'Redis is connected, engine and feeds are there',
  runtime: 'Electron is ready',
  window: 'the window is made, its page begins to load',
  picture: 'the first picture',
};

/** A start of the application, in milliseconds since its process was started. */
interface Start {
  steps: StartupTimes;
  /** From outside: with the time that the system and the runtime took before the first line ran. */
  ready: number;
  numbers: number;
}

/** The start of the desktop application by steps, against a bare window on the same runtime, in turns. */
export async function bench(options: BenchOptions): Promise<boolean> {
  await setUpDesktop();
  const redis = options.redis === undefined ? await startRedisServer() : null;
  const url = options.redis ?? redis?.url ?? '';
  try {
    const starts: Start[] = [];
    const bare: number[] = [];
    for (let round = 0; round < (options.quick ? 2 : ROUNDS); round += 1) {
      bare.push(await timeBare());
      starts.push(await timeStart(url));
    }
    return report(starts, bare, options);
  } finally {
    await redis?.stop();
  }
}

async function timeBare(): Promise<number> {
  return timed({ main: BARE }, async (run, since) => {
    await until(() => run.output().includes('Bare window ready'), { what: 'the bare window' });
    return since();
  });
}

async function timeStart(url: string): Promise<Start> {
  return timed({ args: ['--redis', url], env: { SWITCHBOARD_LOG: 'info' } }, async (run, since) => {
    await until(() => run.output().includes('Switchboard ready'), { what: 'the window' });
    const ready = since();
    const page = await firstPage(run);
    await page.getByText('WAITING').first().waitFor();
    return { steps: stepsIn(run.output()), ready, numbers: since() };
  });
}

async function timed<Result>(
  options: LaunchOptions,
  measure: (run: DesktopRun, since: () => number) => Promise<Result>,
): Promise<Result> {
  const began = performance.now();
  const run = await launchDesktop(options);
  try {
    return await measure(run, () => performance.now() - began);
  } finally {
    await run.dispose();
  }
}

function stepsIn(output: string): StartupTimes {
  const line = output.split('\n').find((each) => each.includes('"startup":'));
  if (!line) throw new Error(`the application did not log its start:\n${output}`);
  return (JSON.parse(line) as { startup: StartupTimes }).startup;
}

function report(starts: readonly Start[], bare: readonly number[], { json }: BenchOptions): boolean {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules/electron/package.json'), 'utf8')) as {
    version: string;
  };
  const outside = median(starts.map(({ ready }) => ready));
  return printReport(
    {
      name: 'startup',
      server: findElectronRuntime() ? `Electron ${version}` : 'the stand-in for Electron',
      setting: { starts: starts.length },
      tables: [
        {
          title: 'Steps, medians, ms since the main process began',
          columns: ['', 'ms'],
          rows: STARTUP_STEPS.map((step) => [
            WORDS[step],
            median(starts.map(({ steps }) => steps[step] ?? 0)),
          ]),
        },
        {
          title: 'Seen from outside, medians, ms since the program was started',
          columns: ['', 'ms'],
          rows: [
            ['a bare window with an empty page', median(bare)],
            ['the first picture', outside],
            ['live numbers in it', median(starts.map(({ numbers }) => numbers))],
          ],
        },
      ],
      expectations: [
        {
          what: 'the first picture against a bare window',
          value: median(starts.map(({ ready }, round) => ready / (bare[round] ?? 1))),
          atMost: 3,
        },
      ],
    },
    json,
  );
}
