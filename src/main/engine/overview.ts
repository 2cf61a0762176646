import {
  AGE_EDGES_MS,
  CONNECTING_LIMIT_MS,
  DISCONNECTING_LIMIT_MS,
  HEARTBEAT_LIMIT_MS,
  type Overview,
} from '@shared/contract/overview';
import { STATES, type State } from '@shared/states';
import { parseJournalEntry, type StreamEntry } from '../journal/entry';
import journalledLua from '../journal/journalled.lua?raw';
import type { PoolKeys } from '../redis/keys';
import { defineScript } from '../redis/script';
import type { EngineContext } from './context';
import { lookScript, type Whereabouts } from './look';
import overviewLua from './overview.lua?raw';
import readLua from './read.lua?raw';
import { splitSampleScript } from './split-sample';

/** What one look at a pool tells; the day's total comes from the statistics. */
export type OverviewReading = Omit<Overview, 'today'>;

/** How a look at a pool may differ from the usual. */
export interface OverviewOptions {
  /** How many of the newest moves are wanted. */
  newest?: number;
  /** Milliseconds since the epoch; the server's clock when missing. Tests pass a fixed one. */
  now?: number;
}

interface OverviewInput extends OverviewOptions {
  keys: PoolKeys;
}

type StateRow = [count: number, oldest: string, since: string, middle: string];
type Reply = [
  now: number,
  states: StateRow[],
  waits: [p50: string, p95: string, p99: string],
  younger: number[],
  stuck: [connecting: number, disconnecting: number, staleHeartbeats: number],
  quietest: [user: string, at: string],
  journal: [journalled: number, newest: StreamEntry[] | null],
];

/** How many of the newest moves a look tells of. */
export const NEWEST = 20;
const SPLIT_SAMPLE = 25;
/** The live numbers are read four times a second where anybody looks: half of that is always there. */
const RECENT_MS = 500;

/** Reads the live numbers of a pool as of one moment, in O(log n). */
export const overviewScript = defineScript<OverviewInput, OverviewReading>({
  name: 'overview',
  source: [readLua, journalledLua, overviewLua].join('\n'),
  encode: ({ keys, newest, now }) => ({
    keys: [...STATES.map((state) => keys.sets[state]), keys.heartbeats, keys.journal],
    args: [
      now ?? '',
      newest ?? NEWEST,
      CONNECTING_LIMIT_MS,
      DISCONNECTING_LIMIT_MS,
      HEARTBEAT_LIMIT_MS,
      ...AGE_EDGES_MS,
    ],
  }),
  decode: (reply, { keys }) => toReading(reply as Reply, keys.pool),
});

/** The live numbers of one pool: one round trip, one moment, whatever the number of users. */
export class OverviewReader {
  private latest: { reading: OverviewReading; readAt: number } | null = null;

  constructor(private readonly context: Pick<EngineContext, 'store' | 'keys' | 'clock'>) {}

  /** @throws SwitchboardError `redis_wrong_type` naming the key that is not what it should be. */
  async read(options: OverviewOptions = {}): Promise<OverviewReading> {
    const { store, keys, clock } = this.context;
    const reading = await store.run(overviewScript, { keys, ...options });
    if (options.now === undefined) this.latest = { reading, readAt: clock.now() };
    return reading;
  }

  /** The last look where it is less than half a second old, for what is judged once a second; its newest moves may lack. */
  async recent(): Promise<OverviewReading> {
    const { latest } = this;
    if (latest && this.context.clock.now() - latest.readAt < RECENT_MS) return latest.reading;
    return this.read({ newest: 0 });
  }

  /** Where some users are, all at one moment. */
  whereabouts(users: readonly string[]): Promise<Whereabouts[]> {
    const { store, keys } = this.context;
    return store.run(lookScript, { keys, users });
  }

  /** Users in two states, as far as a cheap look at both ends of each state can tell. */
  splitUsers(): Promise<string[]> {
    const { store, keys } = this.context;
    return store.run(splitSampleScript, { keys, sample: SPLIT_SAMPLE });
  }
}

/** An entry time as Redis gives it; other programs may have written fractions of milliseconds. */
function toTime(score: string): number | null {
  return score === '' ? null : Math.max(0, Math.floor(Number(score)));
}

function toReading(reply: Reply, pool: string): OverviewReading {
  const [at, rows, waits, younger, stuck, quietest, [journalled, newest]] = reply;
  // An entry time in the future is damage that the integrity scan reports; here it counts as just entered.
  const age = (score: string) => {
    const since = toTime(score);
    return since === null ? null : Math.max(0, at - since);
  };
  const states = Object.fromEntries(
    STATES.map((state, index) => {
      const [count, oldest, since, middle] = rows[index] as StateRow;
      return [
        state,
        { count, oldestUser: oldest || null, oldestSince: toTime(since), medianAgeMs: age(middle) },
      ];
    }),
  ) as Record<State, OverviewReading['states'][State]>;
  const { count: waiting, oldestSince } = states.WAITING;
  return {
    pool,
    at,
    states,
    waiting: {
      p50Ms: age(waits[0]),
      p95Ms: age(waits[1]),
      p99Ms: age(waits[2]),
      longestMs: oldestSince === null ? null : Math.max(0, at - oldestSince),
      byAge: toGroups(younger, waiting),
    },
    stuck: {
      connecting: stuck[0],
      disconnecting: stuck[1],
      staleHeartbeats: stuck[2],
      quietestUser: quietest[0] || null,
      quietestSince: toTime(quietest[1]),
    },
    // Redis answers nothing at all to a count of none.
    newest: (newest ?? []).map(parseJournalEntry),
    journalled,
  };
}

/** Turns "younger than each edge" into the number in each group; the last group is open. */
function toGroups(younger: readonly number[], total: number): number[] {
  return [...younger, total].map((below, index) => below - (younger[index - 1] ?? 0));
}
