import type { Redis } from 'ioredis';
import { newId } from '../../src/main/lib/ids';
import type { TransitionStep } from '../../src/main/engine/transition';
import { Transitions } from '../../src/main/engine/transitions';
import { bareCost, costOf, median, pace, type Pace, scriptCost } from './_measure';
import { recordScript, retarget, sendOneByOne } from './_recording';
import { printReport } from './_report';
import { type BenchOptions, type BenchServer, openBenchServer } from './_server';

const IN_FLIGHT = [1, 64, 512] as const;
const BATCH = 50;
/** Each figure is the middle of this many rounds, whose kinds take turns: the machine is not quiet. */
const ROUNDS = 3;
const USERS = 10_000;

type InFlight = (typeof IN_FLIGHT)[number];

/** How many moves a round has, by how many are in flight. */
const MOVES: Readonly<Record<InFlight, number>> = { 1: 4_000, 64: 40_000, 512: 40_000 };

/** Moves of one user, of 50 at once, and the same work done by the client command by command. */
export async function bench(options: BenchOptions): Promise<boolean> {
  const server = await openBenchServer(options);
  try {
    return await measure(server, options);
  } finally {
    await server.stop();
  }
}

/** A queue of people who walk from the landing page to the queue and back, each in turn. */
class Walkers {
  private readonly idle: string[];
  private readonly waiting: string[] = [];

  constructor(users: readonly string[]) {
    this.idle = [...users];
  }

  /** The next users and where they go: all in one direction, the fuller side first. */
  take(count: number): TransitionStep[] {
    const queue = this.idle.length >= this.waiting.length;
    const from = queue ? this.idle : this.waiting;
    const to = queue ? 'WAITING' : 'IDLE';
    return from.splice(0, count).map((user) => ({ user, to, cause: queue ? 'queue' : 'leave', alive: true }));
  }

  arrived(steps: readonly TransitionStep[]): void {
    for (const { user, to } of steps) (to === 'WAITING' ? this.waiting : this.idle).push(user);
  }
}

async function measure(server: BenchServer, { json, quick }: BenchOptions): Promise<boolean> {
  const { client, context } = server;
  const transitions = new Transitions(context);
  const users = people('person');
  // As many again for the client's own commands, which do not keep the books that the script checks.
  const others = people('client');
  const everybody = [...users, ...others];
  for (let at = 0; at < everybody.length; at += 500)
    await transitions.performBatchTransitions(
      everybody.slice(at, at + 500).map((user) => ({ user, to: 'IDLE', alive: true })),
    );
  const walkers = new Walkers(users);
  const move = (count: number) => async () => {
    const steps = walkers.take(count);
    await transitions.performBatchTransitions(steps);
    walkers.arrived(steps);
  };
  const bare = await bareMoves(transitions, client, others);
  await pace(2_000, 64, move(1));
  const share = quick ? 0.1 : 1;
  const single = rounds();
  const client1by1 = rounds();
  const batches: Pace[] = [];
  const script: number[] = [];
  const inside: number[] = [];
  const commands: number[] = [];
  const alone: number[] = [];
  const perUserInBatch: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const inFlight of IN_FLIGHT) {
      const count = MOVES[inFlight] * share;
      const costs = await costOf(client, async () => {
        single[inFlight].push(await pace(count, inFlight, move(1)));
      });
      if (inFlight === 64) {
        script.push(scriptCost(costs).microseconds / count);
        inside.push(bareCost(costs).microseconds / count);
        commands.push(bareCost(costs).calls / count);
      }
      const fewer = count / 4;
      const prepared = Array.from({ length: fewer }, () => bare());
      const byClient = await costOf(client, async () => {
        client1by1[inFlight].push(
          await pace(fewer, inFlight, (number) => sendOneByOne(client, prepared[number] ?? [])),
        );
      });
      if (inFlight === 64) alone.push(bareCost(byClient).microseconds / fewer);
    }
    const count = (MOVES[64] * share) / BATCH;
    const costs = await costOf(client, async () => {
      batches.push(await pace(count, 64, move(BATCH)));
    });
    perUserInBatch.push(scriptCost(costs).microseconds / count / BATCH);
  }

  const speed = (paces: readonly Pace[]) => median(paces.map(({ perSecond }) => perSecond));
  const limit = 1_000_000 / median(script);
  const usersInBatches = speed(batches) * BATCH;
  const rows = IN_FLIGHT.map((inFlight) => [
    `${inFlight} in flight`,
    speed(single[inFlight]),
    speed(single[inFlight]) / limit,
    median(single[inFlight].map(({ p50Ms }) => p50Ms)),
    median(single[inFlight].map(({ p99Ms }) => p99Ms)),
    speed(client1by1[inFlight]),
    speed(single[inFlight]) / speed(client1by1[inFlight]),
  ]);
  return printReport(
    {
      name: 'transitions',
      server: server.about,
      setting: { users: USERS, rounds: ROUNDS, batch: BATCH },
      tables: [
        {
          title: 'One move, one script',
          columns: ['', 'moves/s', 'of the limit', 'p50 ms', 'p99 ms', 'by commands/s', 'times'],
          rows,
        },
        {
          title: 'What one move costs Redis',
          columns: ['', 'microseconds', 'commands'],
          rows: [
            ['the script', median(script), median(commands)],
            ['its commands, inside it', median(inside), median(commands)],
            ['its commands, sent bare', median(alone), median(commands)],
            [`one of ${BATCH} in a script`, median(perUserInBatch), ''],
            ['so Redis can do at most', `${Math.round(limit).toLocaleString('en-US')}/s`, ''],
          ],
        },
        {
          title: `Batches of ${BATCH}, 64 in flight`,
          columns: ['', 'users/s', 'times single'],
          rows: [['batches', usersInBatches, usersInBatches / speed(single[64])]],
        },
      ],
      expectations: [
        { what: 'share of the limit, 64 in flight', value: speed(single[64]) / limit, atLeast: 0.85 },
        { what: 'script / its bare commands', value: median(script) / median(alone), atMost: 2.2 },
        { what: 'against commands, 1 in flight', value: speed(single[1]) / speed(client1by1[1]), atLeast: 5 },
        {
          what: 'against commands, 512 in flight',
          value: speed(single[512]) / speed(client1by1[512]),
          atLeast: 1.6,
        },
        { what: 'batches against single moves', value: usersInBatches / speed(single[64]), atLeast: 1.4 },
      ],
    },
    json,
  );
}

function rounds(): Record<InFlight, Pace[]> {
  return { 1: [], 64: [], 512: [] };
}

function people(kind: string): string[] {
  return Array.from({ length: USERS }, (_, index) => `${kind}-${String(index).padStart(6, '0')}`);
}

/** Gives the commands of the next move, as the script sends them, for one user after the other. */
async function bareMoves(
  transitions: Transitions,
  client: Redis,
  users: readonly string[],
): Promise<() => string[][]> {
  const [model = ''] = users;
  const record = (to: 'WAITING' | 'IDLE', cause: 'queue' | 'leave', transaction: string) =>
    recordScript(client, () =>
      transitions.performTransition(model, to, { alive: true, cause, transaction, by: 'engine' }),
    );
  const transaction = newId();
  const recordings = [
    await record('WAITING', 'queue', transaction),
    await record('IDLE', 'leave', transaction.toLowerCase().replace(/./, '0')),
  ];
  let number = 0;
  return () => {
    const user = users[number % users.length] ?? model;
    const recording = recordings[Math.floor(number / users.length) % 2] ?? [];
    number += 1;
    return retarget(recording, new Map([[model, user]]));
  };
}
