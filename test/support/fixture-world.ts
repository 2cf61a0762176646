import { type Alarm, ALARM_KINDS } from '@shared/contract/alarms';
import {
  AGE_EDGES_MS,
  type Attention,
  type Overview,
  type TrendPoint,
  type Trends,
  type WindowFigures,
} from '@shared/contract/overview';
import type { JournalEntry } from '@shared/contract/transitions';
import { STATES, type State } from '@shared/states';

/** Which deployment the fixture plays. */
export type FixtureScene = 'busy' | 'empty' | 'huge' | 'production';

const SIZES: Record<FixtureScene, Record<State, number>> = {
  busy: { IDLE: 8_211, WAITING: 1_204, CONNECTING: 86, IN_CALL: 2_944, DISCONNECTING: 35 },
  production: { IDLE: 8_211, WAITING: 1_204, CONNECTING: 86, IN_CALL: 2_944, DISCONNECTING: 35 },
  empty: { IDLE: 0, WAITING: 0, CONNECTING: 0, IN_CALL: 0, DISCONNECTING: 0 },
  huge: {
    IDLE: 4_812_338,
    WAITING: 1_204_117,
    CONNECTING: 86_402,
    IN_CALL: 123_456_789,
    DISCONNECTING: 35_001,
  },
};

const EDGES: readonly [State, State, string, string, number][] = [
  ['IDLE', 'WAITING', 'queue', 'api', 612],
  ['WAITING', 'IDLE', 'leave', 'api', 41],
  ['WAITING', 'CONNECTING', 'match', 'matcher', 498],
  ['CONNECTING', 'WAITING', 'fail', 'api', 27],
  ['CONNECTING', 'IN_CALL', 'connected', 'api', 471],
  ['IN_CALL', 'DISCONNECTING', 'skip', 'api', 455],
  ['DISCONNECTING', 'WAITING', 'partner-skip', 'api', 301],
  ['DISCONNECTING', 'IDLE', 'sweep-disconnecting', 'sweeper', 150],
];

const AGE_SHARES = [0.156, 0.2, 0.276, 0.179, 0.117, 0.048, 0.02, 0.004];
const MINUTE_MS = 60_000;

/** A small seeded generator (mulberry32), so that every run shows the same world. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The world that the fixture shows: it drifts around its sizes and journals moves. */
export class FixtureWorld {
  private readonly random = seeded(7);
  private readonly sizes: Record<State, number>;
  readonly counts: Record<State, number>;
  private readonly points: TrendPoint[] = [];
  private journal: JournalEntry[] = [];
  private sequence = 41_233;

  constructor(private readonly scene: FixtureScene) {
    this.sizes = SIZES[scene];
    this.counts = { ...this.sizes };
    if (scene !== 'empty') for (let each = 0; each < 12; each += 1) this.tick(Date.now() - (12 - each) * 40);
  }

  /** The newest moves, newest first. */
  get moves(): readonly JournalEntry[] {
    return this.journal;
  }

  tick(at: number): void {
    if (this.scene === 'empty') return;
    for (const state of STATES) {
      const target = this.sizes[state] * (1 + 0.06 * Math.sin(at / 47_000 + state.length));
      const step = (target - this.counts[state]) * 0.02 + (this.random() - 0.5) * Math.sqrt(target) * 0.3;
      this.counts[state] = Math.max(0, Math.round(this.counts[state] + step));
    }
    const moves = Math.floor(this.random() * 4);
    for (let each = 0; each < moves; each += 1) this.journal.unshift(this.move(at));
    this.journal = this.journal.slice(0, 60);
  }

  private move(at: number): JournalEntry {
    const [from, to, cause, by] = EDGES[Math.floor(this.random() * EDGES.length)] ?? EDGES[0]!;
    this.sequence += 1;
    const person = () =>
      `u_${Math.floor(this.random() * 0xfffff)
        .toString(16)
        .padStart(5, '0')}`;
    const forced = this.random() < 0.03;
    return {
      id: `${at}-${this.sequence}`,
      at,
      user: person(),
      from,
      to: forced ? 'IDLE' : to,
      cause: forced ? 'force' : cause,
      by: forced ? 'Alexandra Konstantinopoulou' : by,
      transaction: `tx_${this.sequence}`,
      spent: Math.round(this.random() * 60_000),
      partner: null,
      requestId: null,
    };
  }

  overview(pool: string, at: number): Overview {
    const some = (state: State) => this.counts[state] > 0;
    const ages: Record<State, number> = {
      IDLE: 21_600_000,
      WAITING: 42_000 + (at % 30_000),
      CONNECTING: 17_400,
      IN_CALL: 3_912_000,
      DISCONNECTING: 1_200,
    };
    const waiting = this.counts.WAITING;
    return {
      pool,
      at,
      states: Object.fromEntries(
        STATES.map((state) => [
          state,
          {
            count: this.counts[state],
            oldestUser: some(state) ? 'u_8f31c2a9' : null,
            oldestSince: some(state) ? at - ages[state] : null,
            medianAgeMs: some(state) ? (state === 'IN_CALL' ? 220_000 : ages[state] / 3) : null,
          },
        ]),
      ) as Overview['states'],
      waiting: {
        p50Ms: waiting ? 4_100 : null,
        p95Ms: waiting ? 22_000 : null,
        p99Ms: waiting ? 38_000 : null,
        longestMs: waiting ? ages.WAITING : null,
        byAge: AGE_SHARES.slice(0, AGE_EDGES_MS.length + 1).map((share) => Math.round(share * waiting)),
      },
      stuck: {
        connecting: some('CONNECTING') ? 7 : 0,
        disconnecting: 0,
        staleHeartbeats: waiting ? 41 : 0,
        quietestUser: null,
        quietestSince: null,
      },
      newest: this.journal.slice(0, 20),
      journalled: this.sequence,
      today: this.scene === 'empty' ? 0 : this.sequence,
    };
  }

  trends(pool: string, minutes: number, at: number): Trends {
    const start = Math.floor(at / MINUTE_MS) * MINUTE_MS;
    const empty = this.scene === 'empty';
    this.points.length = 0;
    for (let back = minutes - 1; back >= 0; back -= 1)
      this.points.push(this.minute(start - back * MINUTE_MS, at));
    return {
      pool,
      at,
      points: empty ? [] : [...this.points],
      stepMs: MINUTE_MS,
      before: null,
      window: empty ? NO_FIGURES : FIGURES,
      ratesPerMinute: empty
        ? {}
        : Object.fromEntries(
            EDGES.map(([from, to, , , rate]) => [
              `${from}>${to}`,
              rate + Math.round(9 * Math.sin(at / 5_000 + rate)),
            ]),
          ),
      attention: empty ? [] : ATTENTION.map((item) => ({ ...item, since: item.since ?? at - 480_000 })),
    };
  }

  private minute(at: number, now: number): TrendPoint {
    const passed = Math.min(1, (now - at) / MINUTE_MS);
    const wave = (period: number, shift: number) => Math.sin(at / period + shift);
    const matched = Math.round(passed * (480 + 60 * wave(190_000, 1) + 25 * wave(61_000, 2)));
    return {
      at,
      counts: Object.fromEntries(
        STATES.map((state) => [
          state,
          Math.round(this.sizes[state] * (1 + 0.05 * wave(260_000, state.length) + 0.02 * wave(70_000, 3))),
        ]),
      ) as Record<State, number>,
      edges: Object.fromEntries(EDGES.map(([from, to, , , rate]) => [`${from}>${to}`, rate])),
      waitP50Ms: 4_200 + 900 * wave(300_000, 0),
      waitP95Ms: 16_000 + 3_200 * wave(240_000, 1),
      waitP99Ms: 26_000 + 6_500 * wave(280_000, 2),
      serviceLevel: 0.94,
      matched,
      left: Math.round(32 + 14 * wave(90_000, 0)),
      failed: Math.round(10 + 7 * wave(110_000, 4)),
      causes: {},
      leftP50Ms: 9_000,
      callP50Ms: 220_000,
      callP95Ms: 900_000,
    };
  }
}

const ATTENTION: readonly Attention[] = [
  { kind: 'split-users', severity: 'critical', count: 3, since: null, example: 'u_8f31c' },
  { kind: 'alone-in-call', severity: 'critical', count: 1, since: null, example: 'u_77aa0' },
  { kind: 'stuck-connecting', severity: 'warning', count: 7, since: null, example: 'u_5ae07' },
  { kind: 'stale-heartbeats', severity: 'warning', count: 41, since: null, example: 'u_90d2f' },
  { kind: 'service-level', severity: 'good', count: 0, since: null, example: null },
];

/** The alarms of a deployment in which all is well. */
export const QUIET: readonly Alarm[] = ALARM_KINDS.map((kind) => ({
  kind,
  level: 'fine',
  since: null,
  value: null,
  snooze: null,
}));

/** What a busy evening raises. */
export const ALARMS = (at: number): Alarm[] =>
  QUIET.map((alarm) => {
    if (alarm.kind === 'longest-wait')
      return { ...alarm, level: 'critical', since: at - 95_000, value: 192_000 };
    if (alarm.kind === 'stuck-users') return { ...alarm, level: 'warning', since: at - 48_000, value: 7 };
    return alarm;
  });

const NO_FIGURES: WindowFigures = {
  p50Ms: null,
  p95Ms: null,
  p99Ms: null,
  edges: {},
  causes: {},
  serviceLevel: null,
  matched: 0,
  left: 0,
  failed: 0,
  leftP50Ms: null,
  callP50Ms: null,
  callP95Ms: null,
};

const FIGURES: WindowFigures = {
  p50Ms: 4_200,
  p95Ms: 18_600,
  p99Ms: 31_000,
  edges: {},
  causes: {},
  serviceLevel: 0.941,
  matched: 7_470,
  left: 495,
  failed: 154,
  leftP50Ms: 9_000,
  callP50Ms: 220_000,
  callP95Ms: 900_000,
};
