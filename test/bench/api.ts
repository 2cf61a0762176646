import { openEvents } from '../support/event-reader';
import { matchingClient } from '../support/matching-client';
import { type OtherProcess, runInOtherProcess } from '../support/other-process';
import { startRedisServer } from '../support/redis-server';
import { until } from '../support/until';
import { type HttpPace, httpPace, httpRequest } from './_http';
import { printReport } from './_report';
import type { BenchOptions } from './_server';

const CONNECTIONS = 64;
const USERS = 1_000;
const RUN_MS = 8_000;
const MATCHES_PER_SECOND = 100;
const PUSH_CLIENTS = 400;

/**
 * The API of one server process under load, beside a bare endpoint of the same framework; then the push of matches
 * to clients that wait. Each program has a process of its own, as in production.
 */
export async function bench(options: BenchOptions): Promise<boolean> {
  const redis = options.redis === undefined ? await startRedisServer() : null;
  const url = options.redis ?? redis?.url ?? '';
  const programs: OtherProcess[] = [];
  try {
    const bare = await start('test/support/bare-program.ts', url, programs);
    const api = await start('test/support/api-program.ts', url, programs);
    return await measure(options, { bare, api });
  } finally {
    for (const program of programs) program.killHard();
    await redis?.stop();
  }
}

async function start(entry: string, url: string, programs: OtherProcess[]): Promise<string> {
  const program = await runInOtherProcess(entry, [url]);
  programs.push(program);
  await until(() => program.output().includes('http'), { timeoutMs: 60_000, what: `${entry} to listen` });
  return program.output().trim();
}

async function measure(options: BenchOptions, at: { bare: string; api: string }): Promise<boolean> {
  const forMs = options.quick ? RUN_MS / 8 : RUN_MS;
  const matching = matchingClient(at.api);
  for (let user = 0; user < USERS; user += 1) await matching.post('enqueue', { userId: `warm${user}` });
  const run = (base: string, next: () => string) =>
    httpPace({ port: Number(new URL(base).port), connections: CONNECTIONS, forMs, next });
  const ping = httpRequest('POST', '/ping');
  let beat = 0;
  const heartbeat = () =>
    httpRequest('POST', `/api/simple-matching/heartbeat?userId=warm${(beat = (beat + 1) % USERS)}`);

  // In turns, so that a machine that gets slower meanwhile slows both.
  await run(at.api, heartbeat);
  const [bare1, beats1, bare2, beats2] = [
    await run(at.bare, () => ping),
    await run(at.api, heartbeat),
    await run(at.bare, () => ping),
    await run(at.api, heartbeat),
  ];
  const [bare, beats] = [better(bare1, bare2), better(beats1, beats2)];
  const cycles = await liveCycles(at.api, forMs);
  const push = await measurePush(at.api, forMs);

  return printReport(
    {
      name: 'api',
      server: `one server process, ${CONNECTIONS} connections`,
      setting: { users: USERS, 'ms per run': forMs },
      tables: [
        {
          title: 'Requests',
          columns: ['', 'per second', 'p50 ms', 'p99 ms', 'refused'],
          rows: [
            ['bare endpoint with one PING', ...figures(bare)],
            ['heartbeat', ...figures(beats)],
          ],
        },
        {
          title: 'Whole lives: enqueue, wait for the match by polling, connected, skip, leave',
          columns: ['couples', 'per second', 'requests per second', 'p50 ms', 'p99 ms'],
          rows: [[cycles.couples, cycles.perSecond, cycles.requestsPerSecond, cycles.p50, cycles.p99]],
        },
        {
          title: `Push of a match to the waiting client, ${MATCHES_PER_SECOND} matches a second wanted`,
          columns: ['pushes', 'matches per second', 'p50 ms', 'p99 ms', 'longest ms'],
          rows: [[push.pushes, push.matchesPerSecond, push.p50, push.p99, push.longest]],
        },
      ],
      expectations: [
        {
          what: 'heartbeats against the bare endpoint',
          value: beats.perSecond / bare.perSecond,
          atLeast: 0.5,
        },
        { what: 'push, p99 ms', value: push.p99, atMost: 100 },
      ],
    },
    options.json,
  );
}

function better(a: HttpPace, b: HttpPace): HttpPace {
  return a.perSecond >= b.perSecond ? a : b;
}

function figures({ perSecond, p50, p99, refused }: HttpPace): number[] {
  return [perSecond, p50, p99, refused];
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** Couples that walk through a whole life, each with fresh ids, twenty at a time. */
async function liveCycles(base: string, forMs: number) {
  const client = matchingClient(base);
  const delays: number[] = [];
  const call = async (endpoint: string, userId: string, read = false) => {
    const sent = performance.now();
    const answer = await (read ? client.get(endpoint, { userId }) : client.post(endpoint, { userId }));
    delays.push(performance.now() - sent);
    return answer.body;
  };
  const began = performance.now();
  let couples = 0;
  let person = 0;
  const live = async () => {
    while (performance.now() - began < forMs) {
      const id = `life${(person += 1)}`;
      await call('enqueue', id);
      await until(async () => (await call('check-match', id, true))['state'] !== 'WAITING', {
        timeoutMs: 30_000,
      });
      await call('connected', id);
      await call('skip', id);
      await call('leave', id);
      couples += 0.5;
    }
  };
  await Promise.all(Array.from({ length: 20 }, live));
  const tookS = (performance.now() - began) / 1000;
  return {
    couples: Math.round(couples),
    perSecond: couples / tookS,
    requestsPerSecond: delays.length / tookS,
    p50: quantile(delays, 0.5),
    p99: quantile(delays, 0.99),
  };
}

/** People who wait on a stream, are matched at a steady pace, leave, and wait again. */
async function measurePush(base: string, forMs: number) {
  const client = matchingClient(base);
  const users = Array.from({ length: PUSH_CLIENTS }, (_, index) => `push${index}`);
  for (const userId of users) await client.post('enqueue', { userId });
  const readers = await Promise.all(users.map((user) => openEvents(base, user)));
  const began = Date.now();
  let turn = 0;
  while (Date.now() - began < forMs) {
    const due = ((Date.now() - began) / 1000) * MATCHES_PER_SECOND;
    while (turn / 2 < due) {
      const userId = users[(turn += 1) % users.length] ?? '';
      // Leaves whatever it is in, and comes back to the queue.
      void client
        .post('leave', { userId, beacon: true })
        .then(() => client.post('enqueue', { userId }))
        .catch(() => undefined);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const tookS = (Date.now() - began) / 1000;
  await new Promise((resolve) => setTimeout(resolve, 500));
  for (const reader of readers) reader.close();
  const delays = readers
    .flatMap(({ events }) => events)
    .filter(({ event, data }) => event === 'matched' && data.at >= began)
    .map(({ receivedAt, data }) => receivedAt - data.at);
  return {
    pushes: delays.length,
    matchesPerSecond: delays.length / 2 / tookS,
    p50: quantile(delays, 0.5),
    p99: quantile(delays, 0.99),
    longest: Math.max(0, ...delays),
  };
}
