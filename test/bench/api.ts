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
const ROUNDS = 5;
const RUN_MS = 2_000;
const MATCHES_PER_SECOND = 100;
const PUSH_SECONDS = 5;

/** One turn of everything, so that a machine that gets slower meanwhile slows both sides of a comparison. */
interface Round {
  bare: HttpPace;
  beats: HttpPace;
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
    const rounds = await measure(server, { pool, bare, api }, options.quick);
    return report(rounds, server, options);
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

async function measure(server: BenchServer, { pool, bare, api }: Place, quick: boolean): Promise<Round[]> {
  const forMs = quick ? RUN_MS / 4 : RUN_MS;
  const seconds = quick ? PUSH_SECONDS / 5 : PUSH_SECONDS;
  const beating = await arrive(server, 'beat', USERS);
  let beat = 0;
  const ping = httpRequest('POST', '/ping');
  const heartbeat = () => {
    const user = beating[(beat = (beat + 1) % USERS)] ?? '';
    return httpRequest('POST', `/api/simple-matching/heartbeat?userId=${user}&pool=${pool}`);
  };
  const run = (port: number, next: () => string) =>
    httpPace({ port, connections: CONNECTIONS, forMs, next });

  // Once without counting: the first requests of a process are those of a cold one.
  await run(bare, () => ping);
  await run(api, heartbeat);
  const rounds: Round[] = [];
  for (let round = 0; round < (quick ? 2 : ROUNDS); round += 1) {
    const waiting = await arrive(server, `push${round}`, MATCHES_PER_SECOND * 2 * seconds);
    rounds.push({
      bare: await run(bare, () => ping),
      beats: await run(api, heartbeat),
      lives: await livesRound({ port: api, pool, forMs, name: `life${round}` }),
      push: await pushRound({ port: api, pool, users: waiting, matchesPerSecond: MATCHES_PER_SECOND }),
    });
  }
  return rounds;
}

/** People on the landing page. */
async function arrive({ context }: BenchServer, name: string, count: number): Promise<string[]> {
  const { machine } = new Engine({ store: context.store, log: silentLogger }).pool(context.keys.pool);
  const users = Array.from({ length: count }, (_, index) => `${name}-${index}`);
  await Promise.all(users.map((user) => machine.arrive(user)));
  return users;
}

function report(rounds: readonly Round[], server: BenchServer, { json, quick }: BenchOptions): boolean {
  const middle = (figure: (round: Round) => number) => median(rounds.map(figure));
  const pace = (of: (round: Round) => HttpPace) => [
    middle((round) => of(round).perSecond),
    middle((round) => of(round).p50),
    middle((round) => of(round).p99),
    rounds.reduce((sum, round) => sum + of(round).refused, 0),
  ];
  const pushes = rounds.flatMap(({ push }) => push.delays);
  const conflicts = rounds.reduce((sum, { lives }) => sum + (lives.refused.get(409) ?? 0), 0);
  const otherRefusals = rounds.reduce((sum, { lives }) => sum + total(lives.refused), 0) - conflicts;
  return printReport(
    {
      name: 'api',
      server: `${server.about}, one server process, ${CONNECTIONS} connections`,
      setting: { users: USERS, rounds: rounds.length, 'ms per run': quick ? RUN_MS / 4 : RUN_MS },
      tables: [
        {
          title: 'Requests, medians of the rounds',
          columns: ['', 'per second', 'p50 ms', 'p99 ms', 'refused'],
          rows: [
            ['bare endpoint with one PING', ...pace(({ bare }) => bare)],
            ['heartbeat', ...pace(({ beats }) => beats)],
          ],
        },
        {
          title: 'Whole lives: enqueue, wait for the match by polling, connected, skip, leave',
          columns: ['lives', 'per second', 'requests per second', 'p50 ms', 'p99 ms', '409', 'other refusals'],
          rows: [
            [
              rounds.reduce((sum, { lives }) => sum + lives.lives, 0),
              middle(({ lives }) => lives.livesPerSecond),
              middle(({ lives }) => lives.requestsPerSecond),
              middle(({ lives }) => quantile(lives.delays, 0.5)),
              middle(({ lives }) => quantile(lives.delays, 0.99)),
              conflicts,
              otherRefusals,
            ],
          ],
        },
        {
          title: `Push of a match to the waiting client, ${MATCHES_PER_SECOND} matches a second wanted`,
          columns: ['pushes', 'matches per second', 'p50 ms', 'p99 ms', 'longest ms', 'missed'],
          rows: [
            [
              pushes.length,
              middle(({ push }) => push.matchesPerSecond),
              quantile(pushes, 0.5),
              quantile(pushes, 0.99),
              quantile(pushes, 1),
              rounds.reduce((sum, { push }) => sum + push.missed, 0),
            ],
          ],
        },
      ],
      expectations: [
        {
          what: 'heartbeats against the bare endpoint, median of the rounds',
          value: middle(({ bare, beats }) => beats.perSecond / bare.perSecond),
          atLeast: 0.5,
        },
        {
          what: 'matches per second while pushing',
          value: middle(({ push }) => push.matchesPerSecond),
          atLeast: MATCHES_PER_SECOND * 0.95,
        },
        { what: 'push, p99 ms', value: quantile(pushes, 0.99), atMost: 100 },
      ],
    },
    json,
  );
}

function total(counts: ReadonlyMap<number, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}
