import { Engine } from '../../src/main/engine/engine';
import { silentLogger } from '../../src/main/lib/log';
import type { ApiProgramOptions } from '../support/api-program';
import { type OtherProcess, runInOtherProcess } from '../support/other-process';
import { until } from '../support/until';
import { type HttpPace, httpPace, httpRequest } from './_http';
import { type LivesRound, livesRound } from './_lives';
import { median, quantile } from './_measure';
import { type PushRound, pushRound } from './_push';
import { printReport } from './_report';
import { type BenchOptions, type BenchServer, openBenchServer } from './_server';

const CONNECTIONS = 64;
const USERS = 1_000;
const WARM_UPS = 3;
const COMPARISONS = 9;
const TRAFFIC_ROUNDS = 5;
const RUN_MS = 2_000;
const MATCHES_PER_SECOND = 100;
const PUSH_SECONDS = 5;

/** A turn of both sides of the comparison, so that a machine that gets slower meanwhile slows both. */
interface Comparison {
  bare: HttpPace;
  beats: HttpPace;
}

/** A turn of what people do. */
interface Traffic {
  lives: LivesRound;
  push: PushRound;
}

/** What is measured: the pool of this run, and the ports of the two programs. */
interface Place {
  pool: string;
  bare: number;
  api: number;
}

/**
 * The API of one server process under load, beside a bare endpoint of the same framework; then the push of matches
 * to clients that wait. Each program has a process of its own, as in production.
 */
export async function bench(options: BenchOptions): Promise<boolean> {
  const server = await openBenchServer(options);
  const programs: OtherProcess[] = [];
  try {
    const { pool } = server.context.keys;
    const wanted: ApiProgramOptions = { pool };
    const bare = await start('test/support/bare-program.ts', [server.url], programs);
    const api = await start('test/support/api-program.ts', [server.url, JSON.stringify(wanted)], programs);
    const place = { pool, bare, api };
    const comparisons = await compareHeartbeats(server, place, options.quick);
    const traffic = await measureTraffic(server, place, options.quick);
    return report({ comparisons, traffic }, server, options);
  } finally {
    for (const program of programs) program.killHard();
    await server.stop();
  }
}

/** @returns the port that the program listens on */
async function start(entry: string, args: string[], programs: OtherProcess[]): Promise<number> {
  const program = await runInOtherProcess(entry, args);
  programs.push(program);
  await until(() => program.output().includes('http'), { timeoutMs: 60_000, what: `${entry} to listen` });
  return Number(new URL(program.output().trim()).port);
}

async function compareHeartbeats(
  server: BenchServer,
  { pool, bare, api }: Place,
  quick: boolean,
): Promise<Comparison[]> {
  const forMs = quick ? RUN_MS / 4 : RUN_MS;
  const users = await arrive(server, 'beat', USERS);
  let beat = 0;
  const ping = httpRequest('POST', '/ping');
  const heartbeat = () => {
    const user = users[(beat = (beat + 1) % USERS)] ?? '';
    return httpRequest('POST', `/api/simple-matching/heartbeat?userId=${user}&pool=${pool}`);
  };
  const compare = async (): Promise<Comparison> => ({
    bare: await httpPace({ port: bare, connections: CONNECTIONS, forMs, next: () => ping }),
    beats: await httpPace({ port: api, connections: CONNECTIONS, forMs, next: heartbeat }),
  });
  // Some turns without counting: the first seconds of a process are those of code that is not compiled yet.
  await inTurn(quick ? 1 : WARM_UPS, compare);
  return inTurn(quick ? 3 : COMPARISONS, compare);
}

function measureTraffic(server: BenchServer, { pool, api }: Place, quick: boolean): Promise<Traffic[]> {
  const forMs = quick ? RUN_MS / 4 : RUN_MS;
  const seconds = quick ? PUSH_SECONDS / 5 : PUSH_SECONDS;
  return inTurn(quick ? 2 : TRAFFIC_ROUNDS, async (round) => {
    const users = await arrive(server, `push${round}`, MATCHES_PER_SECOND * 2 * seconds);
    return {
      lives: await livesRound({ port: api, pool, forMs, name: `life${round}` }),
      push: await pushRound({ port: api, pool, users, matchesPerSecond: MATCHES_PER_SECOND }),
    };
  });
}

async function inTurn<Result>(times: number, work: (turn: number) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let turn = 0; turn < times; turn += 1) results.push(await work(turn));
  return results;
}

/** People on the landing page. */
async function arrive({ context }: BenchServer, name: string, count: number): Promise<string[]> {
  const { machine } = new Engine({ store: context.store, log: silentLogger }).pool(context.keys.pool);
  const users = Array.from({ length: count }, (_, index) => `${name}-${index}`);
  await Promise.all(users.map((user) => machine.arrive(user)));
  return users;
}

interface Measured {
  comparisons: readonly Comparison[];
  traffic: readonly Traffic[];
}

function report(
  { comparisons, traffic }: Measured,
  server: BenchServer,
  { json, quick }: BenchOptions,
): boolean {
  const pushes = traffic.flatMap(({ push }) => push.delays);
  return printReport(
    {
      name: 'api',
      server: `${server.about}, one server process, ${CONNECTIONS} connections`,
      setting: {
        users: USERS,
        comparisons: comparisons.length,
        'rounds of traffic': traffic.length,
        'ms per run': quick ? RUN_MS / 4 : RUN_MS,
      },
      tables: [
        {
          title: 'Requests, medians of the comparisons',
          columns: ['', 'per second', 'p50 ms', 'p99 ms', 'refused'],
          rows: [
            ['bare endpoint with one PING', ...paces(comparisons.map(({ bare }) => bare))],
            ['heartbeat', ...paces(comparisons.map(({ beats }) => beats))],
          ],
        },
        {
          title: 'Whole lives: enqueue, wait for the match by polling, connected, skip, leave',
          columns: [
            'lives',
            'per second',
            'requests per second',
            'p50 ms',
            'p99 ms',
            '409',
            'other refusals',
          ],
          rows: [livesRow(traffic.map(({ lives }) => lives))],
        },
        {
          title: `Push of a match to the waiting client, ${MATCHES_PER_SECOND} matches a second wanted`,
          columns: ['pushes', 'matches per second', 'p50 ms', 'p99 ms', 'longest ms', 'missed'],
          rows: [
            [
              pushes.length,
              median(traffic.map(({ push }) => push.matchesPerSecond)),
              quantile(pushes, 0.5),
              quantile(pushes, 0.99),
              quantile(pushes, 1),
              traffic.reduce((sum, { push }) => sum + push.missed, 0),
            ],
          ],
        },
      ],
      expectations: [
        {
          what: 'heartbeats against the bare endpoint, median of the comparisons',
          value: median(comparisons.map(({ bare, beats }) => beats.perSecond / bare.perSecond)),
          atLeast: 0.5,
        },
        {
          what: 'matches per second while pushing',
          value: median(traffic.map(({ push }) => push.matchesPerSecond)),
          atLeast: MATCHES_PER_SECOND * 0.95,
        },
        { what: 'push, p99 ms', value: quantile(pushes, 0.99), atMost: 100 },
      ],
    },
    json,
  );
}

function paces(all: readonly HttpPace[]): number[] {
  return [
    median(all.map(({ perSecond }) => perSecond)),
    median(all.map(({ p50 }) => p50)),
    median(all.map(({ p99 }) => p99)),
    all.reduce((sum, { refused }) => sum + refused, 0),
  ];
}

function livesRow(rounds: readonly LivesRound[]): number[] {
  const refusals = rounds.flatMap(({ refused }) => [...refused]);
  const count = (counts: (status: number) => boolean) =>
    refusals.reduce((sum, [status, times]) => sum + (counts(status) ? times : 0), 0);
  return [
    rounds.reduce((sum, { lives }) => sum + lives, 0),
    median(rounds.map(({ livesPerSecond }) => livesPerSecond)),
    median(rounds.map(({ requestsPerSecond }) => requestsPerSecond)),
    median(rounds.map(({ delays }) => quantile(delays, 0.5))),
    median(rounds.map(({ delays }) => quantile(delays, 0.99))),
    count((status) => status === 409),
    count((status) => status !== 409),
  ];
}
