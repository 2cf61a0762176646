import { performance } from 'node:perf_hooks';
import type { Redis } from 'ioredis';
import { STATES } from '@shared/states';
import type { EngineContext } from '../../src/main/engine/context';
import { OverviewReader } from '../../src/main/engine/overview';
import { searchUsers } from '../../src/main/engine/search';
import { Statistics } from '../../src/main/journal/statistics';
import { bareCost, costOf, median, scriptCost } from './_measure';
import { printReport } from './_report';
import { type BenchOptions, type BenchServer, onBenchServer } from './_server';

const SIZES = [10_000, 100_000, 1_000_000] as const;
const READS = 300;
const WARM_UP = 100;
const JOURNALLED = 1_000;
const PER_COMMAND = 1_000;
/** Begins the ids of eleven among the 1,000,000 people. */
const RARE_PREFIX = 'person-99999';
const SEARCHES = 7;

/** The live numbers of small and huge pools, measured in PINGs. */
export function bench(options: BenchOptions): Promise<boolean> {
  return onBenchServer(options, (server) => measure(server, options));
}

interface Found {
  users: number;
  readMs: number;
  pingMs: number;
  scriptUs: number;
  bareUs: number;
  commands: number;
}

async function measure({ client, context, about }: BenchServer, options: BenchOptions): Promise<boolean> {
  await fillJournal(client, context);
  const found: Found[] = [];
  let users = 0;
  for (const size of SIZES) {
    await fillStates(client, context, users, size);
    users = size;
    found.push(await measureReads(client, context, size, options.quick ? READS / 10 : READS));
  }
  const [small, , huge] = found as [Found, Found, Found];
  const trendsMs = await timeOf(READS / 10, () => new Statistics(context).trends(15));
  const search = await measureSearch(client, context);
  return printReport(
    {
      name: 'overview',
      server: about,
      setting: { reads: options.quick ? READS / 10 : READS, 'newest moves shown': 20 },
      tables: [
        {
          title: 'One look at a pool: counts, oldest, percentiles by rank, ages, stuck, newest moves',
          columns: [
            'users',
            'ms',
            'PING ms',
            'in PINGs',
            'microseconds of Redis',
            'of them bare commands',
            'commands',
          ],
          rows: found.map((one) => [
            one.users,
            one.readMs,
            one.pingMs,
            one.readMs / one.pingMs,
            one.scriptUs,
            one.bareUs,
            one.commands,
          ]),
        },
        {
          title: 'History',
          columns: ['', 'ms'],
          rows: [['the last 15 minutes, nothing remembered', trendsMs]],
        },
        {
          title: 'Users whose id begins with rare letters, among 1,000,000',
          columns: ['', 'ms', 'found', 'steps', 'microseconds of Redis per step'],
          rows: [['search', search.ms, search.found, search.steps, search.stepUs]],
        },
      ],
      expectations: [
        { what: 'overview of 1,000,000 users, in PINGs', value: huge.readMs / huge.pingMs, atMost: 30 },
        { what: 'against 10,000 users', value: huge.readMs / small.readMs, atMost: 2 },
        { what: 'users found by a rare prefix', value: search.found, atLeast: 11, atMost: 11 },
        { what: 'seconds to find them among 1,000,000', value: search.ms / 1_000, atMost: 1 },
      ],
    },
    options.json,
  );
}

/** Looks and PINGs in turn, so that both meet the same moments of the machine. */
async function measureReads(
  client: Redis,
  context: EngineContext,
  users: number,
  reads: number,
): Promise<Found> {
  const reader = new OverviewReader(context);
  // The first looks of a process are slower, whatever they look at.
  for (let index = 0; index < WARM_UP; index += 1) await reader.read();
  const looks: number[] = [];
  const pings: number[] = [];
  const costs = await costOf(client, async () => {
    for (let index = 0; index < reads; index += 1) {
      const start = performance.now();
      await reader.read();
      const middle = performance.now();
      await client.ping();
      looks.push(middle - start);
      pings.push(performance.now() - middle);
    }
  });
  costs.delete('ping');
  const script = scriptCost(costs);
  const bare = bareCost(costs);
  return {
    users,
    readMs: median(looks),
    pingMs: median(pings),
    scriptUs: script.microseconds / reads,
    bareUs: bare.microseconds / reads,
    commands: bare.calls / reads,
  };
}

async function measureSearch(client: Redis, context: EngineContext) {
  let found = 0;
  let ms = 0;
  const costs = await costOf(client, async () => {
    ms = await timeOf(SEARCHES, async () => {
      const { users } = await searchUsers(context, RARE_PREFIX, { match: 'prefix', limit: 100 });
      found = users.length;
    });
  });
  const { calls, microseconds } = scriptCost(costs);
  return { ms, found, steps: calls / SEARCHES, stepUs: microseconds / calls };
}

async function timeOf(times: number, work: () => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let index = 0; index < times; index += 1) {
    const start = performance.now();
    await work();
    took.push(performance.now() - start);
  }
  return median(took);
}

/** Users in every state, who came one after the other, as many as are missing. */
async function fillStates(
  client: Redis,
  { keys }: EngineContext,
  from: number,
  until: number,
): Promise<void> {
  const now = Date.now();
  for (let at = from; at < until; at += PER_COMMAND) {
    const users = Array.from({ length: Math.min(PER_COMMAND, until - at) }, (_, index) => at + index);
    const state = STATES[(at / PER_COMMAND) % STATES.length] ?? 'IDLE';
    const members = users.flatMap((user) => [now - (user % 120_000), `person-${user}`]);
    await client
      .pipeline()
      .zadd(keys.sets[state], ...members)
      .zadd(keys.heartbeats, ...members)
      .exec();
  }
}

async function fillJournal(client: Redis, { keys }: EngineContext): Promise<void> {
  const batch = client.pipeline();
  for (let index = 0; index < JOURNALLED; index += 1)
    batch.xadd(
      keys.journal,
      '*',
      ...['tx', `t${index}`, 'user', `person-${index}`, 'from', 'IDLE', 'to', 'WAITING'],
      ...[
        'cause',
        'queue',
        'by',
        'bench',
        'spent',
        '1200',
        'partner',
        '',
        'at',
        String(Date.now()),
        'request',
        '',
      ],
    );
  await batch.exec();
}
