import type { Redis } from 'ioredis';
import { newId } from '../../src/main/lib/ids';
import type { TransitionStep } from '../../src/main/engine/transition';
import { Transitions } from '../../src/main/engine/transitions';
import { bareCost, costOf, median, pace, type Pace, scriptCost, undisturbed } from './_measure';
import { recordScript, retarget, sendOneByOne } from './_recording';
import { printReport, type Report } from './_report';
import { type BenchOptions, type BenchServer, onBenchServer } from './_server';

const IN_FLIGHT = [1, 64, 512] as const;
const BATCH = 50;
/** Kinds take turns in short slices, so that whatever else the machine does hits each of them alike. */
const ROUNDS = 21;
const USERS = 10_000;

type InFlight = (typeof IN_FLIGHT)[number];

/** How many moves a slice has, by how many are in flight. */
const MOVES: Readonly<Record<InFlight, number>> = { 1: 300, 64: 2_000, 512: 2_000 };

/** One slice: how fast it went, and what each move cost Redis. */
interface Slice {
  pace: Pace;
  /** Microseconds of the scripts, of the commands inside or bare, and how many of these there were, per move. */
  script: number;
  commands: number;
  calls: number;
}

/** Moves of one user, of 50 at once, and the same work done by the client command by command. */
export function bench(options: BenchOptions): Promise<boolean> {
  return onBenchServer(options, (server) => measure(server, options));
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
  await pace(2_000, 64, move(1));
  const bare = await bareMoves(transitions, client, others);
  const slice = async (moves: number, work: () => Promise<Pace>): Promise<Slice> => {
    let found: Pace = { perSecond: 0, p50Ms: 0, p99Ms: 0 };
    const costs = await costOf(client, async () => {
      found = await work();
    });
    const inside = bareCost(costs);
    return {
      pace: found,
      script: scriptCost(costs).microseconds / moves,
      commands: inside.microseconds / moves,
      calls: inside.calls / moves,
    };
  };
  const scripted = slices();
  const byCommands = slices();
  const batches: Slice[] = [];
  for (let round = 0; round < (quick ? ROUNDS / 3 : ROUNDS); round += 1) {
    for (const inFlight of IN_FLIGHT) {
      const count = MOVES[inFlight];
      scripted[inFlight].push(await slice(count, () => pace(count, inFlight, move(1))));
      // As many of these: in a shorter slice the same commands look a fifth cheaper.
      const prepared = Array.from({ length: count }, () => bare());
      byCommands[inFlight].push(
        await slice(count, () =>
          pace(count, inFlight, (number) => sendOneByOne(client, prepared[number] ?? [])),
        ),
      );
    }
    batches.push(await slice(MOVES[64], () => pace(MOVES[64] / BATCH, 64, move(BATCH))));
  }
  return printReport(reportOf(server.about, scripted, byCommands, batches), json);
}

type Slices = Record<InFlight, Slice[]>;

function slices(): Slices {
  return { 1: [], 64: [], 512: [] };
}

/** Ratios are taken within each round, between neighbours in time; then the middle one counts. */
function reportOf(about: string, scripted: Slices, byCommands: Slices, batches: readonly Slice[]): Report {
  const speed = (kind: readonly Slice[]) => median(kind.map((slice) => slice.pace.perSecond));
  const ofTheLimit = (kind: readonly Slice[]) =>
    median(kind.map((slice) => (slice.pace.perSecond * slice.script) / 1_000_000));
  const times = (kind: readonly Slice[], other: readonly Slice[]) =>
    median(kind.map((slice, round) => slice.pace.perSecond / (other[round]?.pace.perSecond ?? Infinity)));
  const script = undisturbed(scripted[64].map((slice) => slice.script));
  const bare = undisturbed(byCommands[64].map((slice) => slice.commands));
  const calls = median(scripted[64].map((slice) => slice.calls));
  const perUser = batches.map((slice) => ({
    ...slice,
    pace: { ...slice.pace, perSecond: slice.pace.perSecond * BATCH },
  }));
  return {
    name: 'transitions',
    server: about,
    setting: { users: USERS, rounds: scripted[1].length, batch: BATCH },
    tables: [
      {
        title: 'One move, one script',
        columns: ['', 'moves/s', 'of the limit', 'p50 ms', 'p99 ms', 'by commands/s', 'times'],
        rows: IN_FLIGHT.map((inFlight) => [
          `${inFlight} in flight`,
          speed(scripted[inFlight]),
          ofTheLimit(scripted[inFlight]),
          median(scripted[inFlight].map((slice) => slice.pace.p50Ms)),
          median(scripted[inFlight].map((slice) => slice.pace.p99Ms)),
          speed(byCommands[inFlight]),
          times(scripted[inFlight], byCommands[inFlight]),
        ]),
      },
      {
        title: 'What one move costs Redis, in the least disturbed quarter',
        columns: ['', 'microseconds', 'commands'],
        rows: [
          ['the script', script, calls],
          ['its commands, inside it', undisturbed(scripted[64].map((slice) => slice.commands)), calls],
          ['its commands, sent bare', bare, median(byCommands[64].map((slice) => slice.calls))],
          [
            `one of ${BATCH} in a script`,
            undisturbed(batches.map((slice) => slice.script)),
            median(batches.map((slice) => slice.calls)),
          ],
          ['so Redis can do at most', `${Math.round(1_000_000 / script).toLocaleString('en-US')}/s`, ''],
        ],
      },
      {
        title: `Batches of ${BATCH}, 64 in flight`,
        columns: ['', 'users/s', 'times single'],
        rows: [['batches', speed(perUser), times(perUser, scripted[64])]],
      },
    ],
    expectations: [
      { what: 'share of the limit, 64 in flight', value: ofTheLimit(scripted[64]), atLeast: 0.85 },
      { what: 'script / its bare commands', value: script / bare, atMost: 2.2 },
      { what: 'against commands, 1 in flight', value: times(scripted[1], byCommands[1]), atLeast: 5 },
      { what: 'against commands, 512 in flight', value: times(scripted[512], byCommands[512]), atLeast: 1.6 },
      { what: 'batches against single moves', value: times(perUser, scripted[64]), atLeast: 1.4 },
    ],
  };
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
