import { performance } from 'node:perf_hooks';
import type { Redis } from 'ioredis';
import type { EngineContext } from '../../src/main/engine/context';
import { Journal } from '../../src/main/journal/journal';
import { costOf, median } from './_measure';
import { printReport } from './_report';
import { type BenchOptions, type BenchServer, onBenchServer } from './_server';

const RETAINED = 100_000;
const USERS = 2_000;
const MOVES = 50;
const READS = 200;
/** No single call may hold Redis for longer. */
const BLOCK_US = 5_000;
const PER_BATCH = 1_000;
const SEARCHES = 3;

/** What SLOWLOG says of a call, up to its words. */
type SlowCall = [id: number, at: number, microseconds: number, words: string[], ...rest: string[]];

/** One user's own last moves, and the search for one user through everything that is retained. */
export function bench(options: BenchOptions): Promise<boolean> {
  return onBenchServer(options, (server) => measure(server, options));
}

async function measure({ client, context, about }: BenchServer, options: BenchOptions): Promise<boolean> {
  const retained = options.quick ? RETAINED / 10 : RETAINED;
  await fill(client, context, retained);
  const journal = new Journal(context);
  const history = await measureHistory(client, journal, options.quick ? READS / 10 : READS);
  const search = await repeatedSearch(client, journal);
  const expected = retained / USERS;
  return printReport(
    {
      name: 'journal',
      server: about,
      setting: { 'entries retained': retained, users: USERS, 'moves kept with the user': MOVES },
      tables: [
        {
          title: 'What happened to this user?',
          columns: ['', 'ms', 'PING ms', 'in PINGs', 'entries'],
          rows: [
            [
              'the last moves, kept with the user',
              history.readMs,
              history.pingMs,
              history.inPings,
              history.entries,
            ],
          ],
        },
        {
          title: 'One user through the whole retained journal',
          columns: [
            '',
            'ms',
            'found',
            'looked at',
            'steps',
            'progress told',
            'mean microseconds of Redis',
            'calls beyond 5 ms',
          ],
          rows: [
            [
              'search',
              search.ms,
              search.found,
              search.scanned,
              search.steps,
              search.told,
              search.meanUs,
              search.slow,
            ],
          ],
        },
      ],
      expectations: [
        { what: 'the last 50 moves, in PINGs', value: history.inPings, atMost: 3 },
        {
          what: 'entries found / entries of the user',
          value: search.found / expected,
          atLeast: 1,
          atMost: 1,
        },
        { what: 'calls that held Redis for more than 5 ms', value: search.slow, atMost: 0 },
        { what: 'times that progress was told', value: search.told, atLeast: 10 },
      ],
    },
    options.json,
  );
}

async function measureHistory(client: Redis, journal: Journal, reads: number) {
  const times: number[] = [];
  const pings: number[] = [];
  let entries = 0;
  for (let index = 0; index < reads; index += 1) {
    const start = performance.now();
    entries = (await journal.history('person-7')).length;
    const middle = performance.now();
    await client.ping();
    times.push(middle - start);
    pings.push(performance.now() - middle);
  }
  const [readMs, pingMs] = [median(times), median(pings)];
  return { readMs, pingMs, inPings: readMs / pingMs, entries };
}

/**
 * The same search a few times. Each reads the same stretches, so a call counts as slow only when it was slow every time:
 * then the work itself is long, and it was not the machine that did something else meanwhile.
 */
async function repeatedSearch(client: Redis, journal: Journal) {
  const searches: Awaited<ReturnType<typeof measureSearch>>[] = [];
  for (let time = 0; time < SEARCHES; time += 1) searches.push(await measureSearch(client, journal));
  const [first] = searches;
  if (!first) throw new Error('there is at least one search');
  const alwaysSlow = first.slow.filter((call) => searches.every(({ slow }) => slow.includes(call)));
  return {
    ...first,
    ms: median(searches.map(({ ms }) => ms)),
    meanUs: median(searches.map(({ meanUs }) => meanUs)),
    slow: alwaysSlow.length,
  };
}

async function measureSearch(client: Redis, journal: Journal) {
  const threshold = (await client.config('GET', 'slowlog-log-slower-than')) as [string, string];
  await client.config('SET', 'slowlog-log-slower-than', BLOCK_US);
  await client.slowlog('RESET');
  let found = 0;
  let told = 0;
  let scanned = 0;
  const began = performance.now();
  const costs = await costOf(client, async () => {
    const onProgress = (progress: { scanned: number }) => {
      told += 1;
      scanned = progress.scanned;
    };
    for await (const entries of journal.searchAll({ user: 'person-7' }, { onProgress }))
      found += entries.length;
  });
  const ms = performance.now() - began;
  const calls = (await client.slowlog('GET', -1)) as SlowCall[];
  // The bench itself asks for INFO, which is not part of the search.
  const slow = calls.map(([, , , words]) => words.join(' ')).filter((call) => /^x/i.test(call));
  await client.config('SET', 'slowlog-log-slower-than', threshold[1]);
  const reads = costs.get('xrevrange') ?? { calls: 1, microseconds: 0 };
  return { ms, found, scanned, told, slow, steps: reads.calls, meanUs: reads.microseconds / reads.calls };
}

async function fill(client: Redis, { keys }: EngineContext, retained: number): Promise<void> {
  for (let at = 0; at < retained; at += PER_BATCH) {
    const batch = client.pipeline();
    for (let index = at; index < at + PER_BATCH; index += 1)
      batch.xadd(
        keys.journal,
        '*',
        ...['tx', `transaction-${index}`, 'user', `person-${index % USERS}`],
        ...['from', 'IDLE', 'to', 'WAITING', 'cause', 'queue', 'by', 'bench', 'spent', '1200', 'partner', ''],
        ...['at', String(1_700_000_000_000 + index), 'request', ''],
      );
    await batch.exec();
  }
  const entries = Array.from({ length: MOVES }, (_, index) =>
    JSON.stringify([
      1_700_000_000_000 + index,
      'IDLE',
      'WAITING',
      'queue',
      1_200,
      `transaction-${index}`,
      'bench',
      false,
    ]),
  );
  await client.rpush(keys.history('person-7'), ...entries);
}
