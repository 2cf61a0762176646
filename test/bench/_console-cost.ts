import { engineContext } from '../../src/main/engine/context';
import { createBrowserWire, type SignedIn, signIn } from '../support/browser-client';
import type { RunningCommand } from '../support/command';
import { until } from '../support/until';
import { type PartReport, startConsole } from './_console';
import { bringCrowd } from './_crowd';
import { bareCost, costOf, type Costs, readCpu, scriptCost } from './_measure';
import type { BenchServer } from './_server';

/** What an open Overview listens to. */
const FEEDS = ['overview', 'trends', 'health', 'alarms', 'simulator', 'audit'] as const;
const CONSOLES = 10;

/** What Redis did for consoles in one second. */
interface Cost {
  commands: number;
  /** Share of one core by the time that Redis says its commands took: by the wall, and twice what scripts call. */
  share: number;
  /** Share of one core that the server's thread used, with reading and writing of sockets, less that of nobody looking. */
  cpuShare: number;
  /** Microseconds per second by command. */
  byCommand: Costs;
}

/** What open consoles cost Redis, with few users and with many. */
export async function measureCost(
  { client, context: { store }, url }: BenchServer,
  quick: boolean,
): Promise<PartReport> {
  const context = engineContext({ store });
  const seconds = quick ? 5 : 20;
  await bringCrowd(client, context, 0, 10_000, false);
  const small = await costOfConsoles(url, 1, client, seconds);
  await bringCrowd(client, context, 10_000, 1_000_000, false);
  const large = await costOfConsoles(url, 1, client, seconds);
  const ten = await costOfConsoles(url, CONSOLES, client, seconds);
  const percent = (share: number) => `${(share * 100).toPrecision(3)} %`;
  const row = (name: string, { commands, share, cpuShare }: Cost) => [
    name,
    commands,
    percent(share),
    percent(cpuShare),
  ];
  return {
    setting: {},
    tables: [
      {
        title: 'What open Overviews at 4 Hz cost Redis',
        columns: [
          '',
          'commands per second, also in scripts',
          'share of a core by commandstats',
          'by processor',
        ],
        rows: [
          row('one console, 10,000 users', small),
          row('one console, 1,000,000 users', large),
          row(`${CONSOLES} consoles, 1,000,000 users`, ten),
        ],
      },
      {
        title: 'One console by command: microseconds per call, and calls per second',
        columns: ['', '10,000 users', '1,000,000 users', 'calls'],
        rows: [...large.byCommand].map(([name, { calls, microseconds }]) => {
          const less = small.byCommand.get(name);
          return [name, less ? less.microseconds / less.calls : '', microseconds / calls, calls / seconds];
        }),
      },
    ],
    expectations: [
      { what: 'share of a core for one console at 1,000,000 users', value: large.share, atMost: 0.02 },
      {
        what: 'commands per second against 10,000 users',
        value: large.commands / small.commands,
        atMost: 1.05,
      },
      { what: 'processor time against 10,000 users', value: large.cpuShare / small.cpuShare, atMost: 1.25 },
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
  const idleShare = await cpuShareOver(client, seconds);
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
    let cpuShare = 0;
    const costs = await costOf(client, async () => {
      cpuShare = (await cpuShareOver(client, seconds)) - idleShare;
    });
    const elapsed = (Date.now() - began) / 1_000;
    const [scripts, bare] = [scriptCost(costs), bareCost(costs)];
    // What a script calls stands in its own time too: counted twice, this is at least what it really costs.
    const microseconds = scripts.microseconds + bare.microseconds;
    return {
      commands: (scripts.calls + bare.calls) / elapsed,
      share: microseconds / 1e6 / elapsed,
      cpuShare,
      byCommand: costs,
    };
  } finally {
    for (const close of closes) close();
    for (const command of commands) await command.remove();
  }
}

/** The share of a core that the server's thread uses in the coming seconds. */
async function cpuShareOver(client: BenchServer['client'], seconds: number): Promise<number> {
  const [began, before] = [performance.now(), await readCpu(client)];
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  return (((await readCpu(client)) - before) * 1_000) / (performance.now() - began);
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
