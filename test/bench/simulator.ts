import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Redis } from 'ioredis';
import { Engine } from '../../src/main/engine/engine';
import { systemClock } from '../../src/main/lib/clock';
import { silentLogger } from '../../src/main/lib/log';
import { createIoredisStore } from '../../src/main/redis/ioredis-store';
import { engineWay } from '../../src/main/simulator/engine-way';
import { readyScenario } from '../../src/main/simulator/library';
import { movesPerSecond } from '../../src/main/simulator/record';
import { Run } from '../../src/main/simulator/run';
import type { Sample } from '../../src/main/simulator/samples';
import type { Scenario } from '../../src/main/simulator/scenario';
import { median, quantile } from './_measure';
import { printReport } from './_report';
import { type BenchOptions, openBenchServer } from './_server';

/** So many are to be present at once; some of the crowd are always away for a while. */
const PRESENT = 10_000;
const PEOPLE = 11_000;
const WARM_UP_MS = 40_000;
const MEASURED_MS = 300_000;
/** The heap is looked at after each of these parts of the time measured: minutes, when nothing is hurried. */
const PARTS = 5;
const MB = 1_048_576;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** People who talk for a quarter of a minute and then take the next partner, and some who hardly talk. */
function scenario(durationMs: number): Scenario {
  return {
    ...readyScenario('steady'),
    people: PEOPLE,
    duration: durationMs,
    arrivals: { pattern: 'steady', within: WARM_UP_MS / 2 },
    mix: [
      { persona: 'casual-browser', share: 3, but: { skips: 0.8, hangsUp: 0.05, rounds: 40 } },
      { persona: 'quick-skipper', share: 1, but: { rounds: 80 } },
    ],
    targets: {},
  };
}

/** Ten thousand people and more at once with every promise watched: how many moves a second, for how long, at what cost. */
export async function bench(options: BenchOptions): Promise<boolean> {
  const server = await openBenchServer(options);
  const { client, url, context, about } = server;
  const store = createIoredisStore({ layout: 'single', client: () => client, failure: { address: url } });
  const engine = new Engine({ store, log: silentLogger });
  const measuredMs = options.quick ? MEASURED_MS / 10 : MEASURED_MS;
  const durationMs = WARM_UP_MS + measuredMs;
  const { cooldownMs } = engine.settings;
  const run = new Run({
    ...{ scenario: scenario(durationMs), seed: 1, cooldownMs, clock: systemClock, log: silentLogger },
    way: engineWay(engine.pool(context.keys.pool), () => client.status === 'ready'),
  });
  try {
    await run.start();
    while (run.time.now() < WARM_UP_MS) await wait();
    const before = { cpu: process.cpuUsage(), redis: await redisSeconds(client), at: Date.now() };
    const heaps: number[] = [];
    for (let part = 1; part <= PARTS; part += 1) {
      while (!run.isOver && run.time.now() < WARM_UP_MS + (measuredMs * part) / PARTS) await wait();
      heaps.push(heapInUse());
    }
    const seconds = (Date.now() - before.at) / 1_000;
    const cpu = process.cpuUsage(before.cpu);
    const redis = (await redisSeconds(client)) - before.redis;
    const samples = run.samples.all.filter(({ at }) => at >= WARM_UP_MS);
    return printReport(
      {
        name: 'simulator',
        server: about,
        setting: { people: PEOPLE, seconds: Math.round(seconds), node: process.version },
        tables: [
          courseTable(samples),
          heapTable(heaps),
          {
            title: 'Cost, as a share of one processor core',
            columns: ['', 'share'],
            rows: [
              [
                'the simulator with its watch, and the engine it calls',
                share((cpu.user + cpu.system) / 1e6 / seconds),
              ],
              ['Redis', share(redis / seconds)],
            ],
          },
        ],
        expectations: expectations(run, samples, heaps),
      },
      options.json,
    );
  } finally {
    await run.stop();
    await engine.stop();
    await server.stop();
  }
}

function expectations(run: Run, samples: readonly Sample[], heaps: readonly number[]) {
  const pace = movesPerSecond(samples);
  const third = Math.ceil(samples.length / 3);
  const memory = (part: readonly Sample[]) => median(part.map(({ memoryBytes }) => memoryBytes / MB));
  return [
    {
      what: 'people present at once, 5th percentile',
      value: quantile(
        samples.map(({ present }) => present),
        0.05,
      ),
      atLeast: PRESENT,
    },
    { what: 'moves per second, median', value: median(pace), atLeast: 2_000 },
    { what: 'promises broken', value: run.figures.violations, atMost: 0 },
    { what: 'pictures compared with the journal', value: run.verdict.compared, atLeast: samples.length / 2 },
    {
      what: 'heap after a collection, last part over second part',
      value: (heaps.at(-1) ?? NaN) / (heaps[1] ?? NaN),
      atMost: 1.1,
    },
    {
      what: 'memory of the process, last third over first third',
      value: memory(samples.slice(-third)) / memory(samples.slice(0, third)),
      atMost: 1.25,
    },
  ];
}

function courseTable(samples: readonly Sample[]) {
  const pace = movesPerSecond(samples);
  const row = (what: string, values: readonly number[]) => [
    what,
    ...[0.05, 0.5, 0.95].map((rank) => Math.round(quantile(values, rank))),
  ];
  return {
    title: 'Over the time measured',
    columns: ['', 'p5', 'p50', 'p95'],
    rows: [
      row('moves per second', pace),
      row(
        'people present',
        samples.map(({ present }) => present),
      ),
      row(
        'late by, ms',
        samples.map(({ lagMs }) => lagMs),
      ),
      row(
        'requests under way',
        samples.map(({ inFlight }) => inFlight),
      ),
      row(
        'memory, MB',
        samples.map(({ memoryBytes }) => memoryBytes / MB),
      ),
    ],
  };
}

function heapTable(heaps: readonly number[]) {
  return {
    title: 'Heap in use after a forced collection, at the end of each fifth of the time measured',
    columns: ['', ...heaps.map((_, index) => `${index + 1}`)],
    rows: [['MB', ...heaps.map((bytes) => Math.round(bytes / MB))]],
  };
}

/** Bytes of the heap that are really in use: what is garbage is collected first. */
function heapInUse(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** Processor time that Redis has used, in seconds. */
async function redisSeconds(client: Redis): Promise<number> {
  const info = await client.info('cpu');
  const read = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1] ?? 0);
  return read('used_cpu_user') + read('used_cpu_sys');
}

function share(value: number): string {
  return `${(value * 100).toFixed(0)} %`;
}

function wait(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 250));
}
