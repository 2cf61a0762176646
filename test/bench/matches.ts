import type { Redis } from 'ioredis';
import type { EngineContext } from '../../src/main/engine/context';
import { Matcher } from '../../src/main/engine/matcher';
import { bareCost, costOf, median, pace, scriptCost } from './_measure';
import { recordScript, retarget, sendOneByOne } from './_recording';
import { printReport } from './_report';
import { type BenchOptions, type BenchServer, openBenchServer } from './_server';

const WAITING = 100_000;
/** One in this many is kept apart from the next in the queue. */
const ON_COOLDOWN = 10;
/** Couples per call of the script, as the product's own matcher has it. */
const PAIRS_PER_ROUND = [10, 50, 100] as const;
const PAIRS = 5_000;
const ONE_BY_ONE = 1_000;
const ENTERED = 1_700_000_000_000;

/** Pairing a long queue, a tenth of which must not meet the next in line. */
export async function bench(options: BenchOptions): Promise<boolean> {
  const server = await openBenchServer(options);
  try {
    return await measure(server, options);
  } finally {
    await server.stop();
  }
}

/** What pairing with a number of couples per call gave. */
interface Found {
  pairsPerCall: number;
  perSecond: number;
  callMs: number;
  scriptPerPair: number;
  commandsPerPair: number;
  passedOver: number;
}

async function measure(server: BenchServer, options: BenchOptions): Promise<boolean> {
  const { client, context, about } = server;
  const pairs = options.quick ? PAIRS / 10 : PAIRS;
  await fillQueue(client, context);
  const byCommands = await pairByCommands(client, context);
  const found: Found[] = [];
  for (const pairsPerCall of PAIRS_PER_ROUND)
    found.push(await matchPairs(client, context, pairsPerCall, pairs));
  const best = found.find(({ pairsPerCall }) => pairsPerCall === 50);
  const perSecond = best?.perSecond ?? 0;
  const scriptPerPair = best?.scriptPerPair ?? 0;
  const limit = 1_000_000 / scriptPerPair;
  return printReport(
    {
      name: 'matches',
      server: about,
      setting: { waiting: WAITING, 'on cooldown with the next': WAITING / ON_COOLDOWN, pairs },
      tables: [
        {
          title: 'Pairing, one call after the other',
          columns: [
            'couples per call',
            'pairs/s',
            'of the limit',
            'ms per call',
            'passed over',
            'microseconds per pair',
            'commands per pair',
          ],
          rows: found.map((one) => [
            String(one.pairsPerCall),
            one.perSecond,
            (one.perSecond * one.scriptPerPair) / 1_000_000,
            one.callMs,
            one.passedOver,
            one.scriptPerPair,
            one.commandsPerPair,
          ]),
        },
        {
          title: 'Baselines',
          columns: ['', 'pairs/s', 'microseconds per pair'],
          rows: [
            ['what Redis could do at most', limit, scriptPerPair],
            ['the same commands, sent by the client one by one', byCommands.perSecond, byCommands.bare],
          ],
        },
      ],
      expectations: [
        { what: 'pairs per second', value: perSecond, atLeast: 5_000 },
        { what: 'script / its bare commands', value: scriptPerPair / byCommands.bare, atMost: 2.2 },
        { what: 'against command by command', value: perSecond / byCommands.perSecond, atLeast: 5 },
      ],
    },
    options.json,
  );
}

/** People who wait, as the product leaves them, a millisecond apart; each tenth is on cooldown with the next. */
async function fillQueue(client: Redis, { keys }: EngineContext): Promise<void> {
  for (let at = 0; at < WAITING; at += 1_000) {
    const batch = client.pipeline();
    for (let index = at; index < at + 1_000; index += 1) {
      const user = person(index);
      const entered = ENTERED + index;
      batch.zadd(keys.sets.WAITING, entered, user);
      batch.zadd(keys.heartbeats, entered, user);
      batch.hset(keys.user(user), metadata(entered));
      if (index % ON_COOLDOWN === 0) batch.set(keys.cooldown(user, person(index + 1)), '1', 'PX', 3_600_000);
    }
    await batch.exec();
  }
}

function person(index: number): string {
  return `person-${String(index).padStart(6, '0')}`;
}

function metadata(entered: number): Record<string, string | number> {
  return {
    state: 'WAITING',
    previousState: 'IDLE',
    lastStateChange: entered,
    lastHeartbeat: entered,
    lastActivity: entered,
    sessionStartTime: entered,
    lastAction: 'queue',
    lastActionTime: entered,
    totalMatches: 0,
    totalSkips: 0,
    totalEnds: 0,
    isActive: 'true',
    createdAt: entered,
    updatedAt: entered,
  };
}

async function matchPairs(
  client: Redis,
  context: EngineContext,
  pairsPerCall: number,
  wanted: number,
): Promise<Found> {
  const matcher = new Matcher(context, {
    pairsPerRound: pairsPerCall,
    window: pairsPerCall * 4,
    checks: pairsPerCall * 10,
  });
  let pairs = 0;
  let passedOver = 0;
  const calls: number[] = [];
  const began = performance.now();
  const costs = await costOf(client, async () => {
    while (pairs < wanted) {
      const start = performance.now();
      const round = await matcher.matchOnce();
      calls.push(performance.now() - start);
      if (round.pairs.length === 0) throw new Error('the queue ran empty: the bench asks for too many pairs');
      pairs += round.pairs.length;
      passedOver += round.passedOver;
    }
  });
  const seconds = (performance.now() - began) / 1_000;
  return {
    pairsPerCall,
    perSecond: pairs / seconds,
    callMs: median(calls),
    scriptPerPair: scriptCost(costs).microseconds / pairs,
    commandsPerPair: bareCost(costs).calls / pairs,
    passedOver,
  };
}

/**
 * The commands of pairing one couple (the first and the third, since the first two are on cooldown), as the script sends them, by the client for couples at the end of the
 * queue.
 */
async function pairByCommands(
  client: Redis,
  context: EngineContext,
): Promise<{ perSecond: number; bare: number }> {
  const matcher = new Matcher(context, { pairsPerRound: 1, window: 4, checks: 10 });
  const recording = await recordScript(client, () => matcher.matchOnce());
  const last = WAITING - 2;
  const couples = Array.from({ length: ONE_BY_ONE }, (_, index) =>
    retarget(
      recording,
      new Map([
        [person(0), person(last - 2 * index)],
        [person(1), person(last - 2 * index + 1)],
        [person(2), person(last - 2 * index + 1)],
      ]),
    ),
  );
  let perSecond = 0;
  const costs = await costOf(client, async () => {
    ({ perSecond } = await pace(ONE_BY_ONE, 1, (number) => sendOneByOne(client, couples[number] ?? [])));
  });
  return { perSecond, bare: bareCost(costs).microseconds / ONE_BY_ONE };
}
