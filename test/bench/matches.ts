import type { Redis } from 'ioredis';
import type { EngineContext } from '../../src/main/engine/context';
import { Matcher } from '../../src/main/engine/matcher';
import { bareCost, costOf, median, scriptCost, undisturbed } from './_measure';
import { recordScript, retarget, sendOneByOne } from './_recording';
import { printReport } from './_report';
import { type BenchOptions, type BenchServer, onBenchServer } from './_server';

const WAITING = 100_000;
/** One in this many is kept apart from the next in the queue. */
const ON_COOLDOWN = 10;
/** Couples per call of the script, as the product's own matcher has it. */
const PAIRS_PER_ROUND = [10, 50, 100] as const;
/** Kinds take turns in short rounds, so that whatever else the machine does hits each of them alike. */
const ROUNDS = 15;
const PAIRS_PER_SLICE = 200;
/** The round that is recorded and sent again, as the product's own matcher works. */
const USUAL = 50;
/** How far apart the recorded round and its repetitions are; a multiple of ON_COOLDOWN. */
const STRIDE = 200;
const ENTERED = 1_700_000_000_000;

/** Pairing a long queue, a tenth of which must not meet the next in line. */
export function bench(options: BenchOptions): Promise<boolean> {
  return onBenchServer(options, (server) => measure(server, options));
}

/** What pairing some hundred couples gave. Microseconds are the least disturbed, where several are put together. */
interface Slice {
  pairsPerCall: number;
  perSecond: number;
  callMs: number;
  scriptPerPair: number;
  commandsPerPair: number;
  passedOver: number;
}

async function measure(server: BenchServer, options: BenchOptions): Promise<boolean> {
  const { client, context, about } = server;
  const rounds = options.quick ? ROUNDS / 3 : ROUNDS;
  await fillQueue(client, context);
  const commandByCommand = await recordRound(client, context);
  const slices: Slice[] = [];
  const byCommands: BareSlice[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const pairsPerCall of PAIRS_PER_ROUND) slices.push(await matchPairs(client, context, pairsPerCall));
    byCommands.push(await commandByCommand());
  }
  const found = PAIRS_PER_ROUND.map((pairsPerCall) =>
    middleOf(slices.filter((slice) => slice.pairsPerCall === pairsPerCall)),
  );
  const usual = slices.filter((slice) => slice.pairsPerCall === USUAL);
  const { perSecond, scriptPerPair } = middleOf(usual);
  const limit = 1_000_000 / scriptPerPair;
  const bare = undisturbed(byCommands.map((slice) => slice.bare));
  return printReport(
    {
      name: 'matches',
      server: about,
      setting: { waiting: WAITING, 'on cooldown with the next': WAITING / ON_COOLDOWN, rounds },
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
            [
              `the commands of ${USUAL} pairs, sent by the client one by one`,
              median(byCommands.map((slice) => slice.perSecond)),
              bare,
            ],
          ],
        },
      ],
      expectations: [
        { what: 'pairs per second', value: perSecond, atLeast: 5_000 },
        { what: 'script / its bare commands', value: scriptPerPair / bare, atMost: 2.2 },
        {
          what: 'against command by command',
          value: median(
            usual.map((slice, round) => slice.perSecond / (byCommands[round]?.perSecond ?? Infinity)),
          ),
          atLeast: 5,
        },
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

function middleOf(slices: readonly Slice[]): Slice {
  const middle = (of: (slice: Slice) => number) => median(slices.map(of));
  return {
    pairsPerCall: slices[0]?.pairsPerCall ?? 0,
    perSecond: middle((slice) => slice.perSecond),
    callMs: middle((slice) => slice.callMs),
    scriptPerPair: undisturbed(slices.map((slice) => slice.scriptPerPair)),
    commandsPerPair: middle((slice) => slice.commandsPerPair),
    passedOver: middle((slice) => slice.passedOver),
  };
}

function matcherFor(context: EngineContext, pairsPerCall: number): Matcher {
  return new Matcher(context, {
    pairsPerRound: pairsPerCall,
    window: pairsPerCall * 4,
    checks: pairsPerCall * 10,
  });
}

async function matchPairs(client: Redis, context: EngineContext, pairsPerCall: number): Promise<Slice> {
  const matcher = matcherFor(context, pairsPerCall);
  let pairs = 0;
  let passedOver = 0;
  let seconds = 0;
  const calls: number[] = [];
  const costs = await costOf(client, async () => {
    const began = performance.now();
    while (pairs < PAIRS_PER_SLICE) {
      const start = performance.now();
      const round = await matcher.matchOnce();
      calls.push(performance.now() - start);
      if (round.pairs.length === 0) throw new Error('the queue ran empty: the bench asks for too many pairs');
      pairs += round.pairs.length;
      passedOver += round.passedOver;
    }
    seconds = (performance.now() - began) / 1_000;
  });
  return {
    pairsPerCall,
    perSecond: pairs / seconds,
    callMs: median(calls),
    scriptPerPair: scriptCost(costs).microseconds / pairs,
    commandsPerPair: bareCost(costs).calls / pairs,
    passedOver,
  };
}

interface BareSlice {
  perSecond: number;
  /** Microseconds of Redis per pair. */
  bare: number;
}

/**
 * Records what one usual round sends from inside its script, and gives a function that has the client send the same,
 * command by command, for as many people at the end of the queue, others each time.
 */
async function recordRound(client: Redis, context: EngineContext): Promise<() => Promise<BareSlice>> {
  const recording = await recordScript(client, () => matcherFor(context, USUAL).matchOnce());
  const indices = [...new Set(recording.join(' ').match(/person-\d{6}/g))].map((name) =>
    Number(name.slice(-6)),
  );
  let next = WAITING;
  return async () => {
    next -= STRIDE;
    const commands = retarget(
      recording,
      new Map(indices.map((index) => [person(index), person(next + index)])),
    );
    let seconds = 0;
    const costs = await costOf(client, async () => {
      const began = performance.now();
      await sendOneByOne(client, commands);
      seconds = (performance.now() - began) / 1_000;
    });
    return { perSecond: USUAL / seconds, bare: bareCost(costs).microseconds / USUAL };
  };
}
