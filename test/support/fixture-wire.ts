import { type Alarm, ALARM_KINDS, DEFAULT_ALARM_RULES } from '@shared/contract/alarms';
import { readAddress } from '@shared/address';
import { feeds, isFeed, isOperation, operations } from '@shared/contract';
import {
  AGE_EDGES_MS,
  type Attention,
  type Overview,
  type TrendPoint,
  type Trends,
  type WindowFigures,
} from '@shared/contract/overview';
import type { Health, Session } from '@shared/contract/session';
import type { JournalEntry } from '@shared/contract/transitions';
import { type Envelope, type ErrorBody, toErrorBody } from '@shared/errors';
import { STATES, type State } from '@shared/states';
import type { Unsubscribe, Wire, WireStatus } from '@shared/transport';

/** Which deployment the fixture plays. */
export type FixtureScene = 'busy' | 'empty' | 'huge' | 'production';

/** A wire with a believable deployment behind it that needs no server, and the switches that break it. */
export interface FixtureWire extends Wire {
  /** Redis goes away, or comes back. */
  setRedis(status: Health['status']): void;
  /** The console's own server goes away, or comes back. */
  setWire(status: WireStatus['status']): void;
  /** Every operation that was called, in order. */
  readonly calls: readonly { operation: string; input: unknown }[];
  watch(listener: (status: WireStatus) => void): Unsubscribe;
}

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
const TICK_MS = 250;

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
class FixtureWorld {
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
      this.points.push(this.minute(start - back * MINUTE_MS));
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

  private minute(at: number): TrendPoint {
    const wave = (period: number, shift: number) => Math.sin(at / period + shift);
    const matched = Math.round(480 + 60 * wave(190_000, 1) + 25 * wave(61_000, 2));
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

const QUIET: readonly Alarm[] = ALARM_KINDS.map((kind) => ({
  kind,
  level: 'fine',
  since: null,
  value: null,
  snooze: null,
}));

/** What a busy evening raises. */
const ALARMS = (at: number): Alarm[] =>
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

function sessionOf(scene: FixtureScene): Session {
  const production = scene === 'production';
  return {
    version: '0.1.0',
    host: 'test',
    actor: 'alex',
    role: production ? 'viewer' : 'admin',
    consoleRole: 'admin',
    deployment: {
      id: `fixture-${scene}`,
      connection: 'start',
      pool: 'default',
      name: production ? 'eu-production-matching-cluster' : 'sandbox',
      environment: production ? 'production' : 'sandbox',
      address: production ? 'rediss://eu-1.example.net:6380' : 'unix socket',
      readOnly: production,
      embedded: production ? null : 'redis-server',
    },
  };
}

function healthOf(status: Health['status'], since: number): Health {
  const away = status === 'reconnecting' || status === 'gave-up';
  return {
    status,
    since,
    attempts: away ? 3 : 0,
    maxAttempts: 10,
    nextAttemptAt: status === 'reconnecting' ? Date.now() + 4_000 : null,
    lastError: away
      ? {
          code: 'redis_refused',
          message: 'Connection refused at 127.0.0.1:6379: is Redis running there?',
          at: since,
        }
      : null,
    roundTripMs: away ? null : 0.4,
    server: { version: '7.0.15', topology: 'standalone', memoryBytes: 38_000_000, clockOffsetMs: 0 },
  };
}

const AWAY: ErrorBody = { code: 'redis_away', message: 'Redis is away.', details: {} };

/** Makes the wire of a scene. It runs by this machine's clock until the page goes. */
export function createFixtureWire(scene: FixtureScene = 'busy'): FixtureWire {
  const world = new FixtureWorld(scene);
  const calls: { operation: string; input: unknown }[] = [];
  const watchers = new Set<(status: WireStatus) => void>();
  const healthListeners = new Set<() => void>();
  let health = healthOf('ready', Date.now());
  let wire: WireStatus = { status: 'open', since: Date.now(), nextAttemptAt: null, reason: null };

  const setRedis = (status: Health['status']) => {
    health = healthOf(status, Date.now());
    for (const tell of healthListeners) tell();
  };

  const answer = (operation: string): unknown => {
    if (operation === 'transitions.search') {
      return { entries: world.moves, cursor: null, scanned: world.moves.length, total: world.moves.length };
    }
    if (operation === 'users.find') return { users: [], complete: true };
    if (operation === 'session.get') return sessionOf(scene);
    if (operation === 'connection.retry') setRedis('ready');
    return health;
  };

  const events: Record<
    string,
    { everyMs: number; make: (input: { pool: string; minutes: number }) => unknown }
  > = {
    overview: { everyMs: TICK_MS, make: ({ pool }) => world.overview(pool, Date.now()) },
    trends: { everyMs: 1_000, make: ({ pool, minutes }) => world.trends(pool, minutes, Date.now()) },
    health: { everyMs: 1_000, make: () => health },
    alarms: {
      everyMs: 2_000,
      make: ({ pool }) => ({
        pool,
        at: Date.now(),
        rules: DEFAULT_ALARM_RULES,
        usual: true,
        alarms: scene === 'empty' ? QUIET : ALARMS(Date.now()),
      }),
    },
    transitions: {
      everyMs: TICK_MS,
      make: () => ({ at: Date.now(), entries: world.moves, skipped: 0 }),
    },
    simulator: {
      everyMs: 1_000,
      make: () => ({
        status: scene === 'busy' ? 'running' : 'off',
        scenario: scene === 'busy' ? 'steady' : null,
        pool: 'default',
        since: null,
        target: 0,
        present: 0,
        moves: 0,
        seed: null,
        paused: false,
        speed: 1,
        load: 1,
        elapsedMs: 0,
        violations: 0,
        refused: null,
      }),
    },
  };

  return {
    calls,
    setRedis,
    setWire(status) {
      const lost = status === 'lost';
      wire = {
        status,
        since: Date.now(),
        nextAttemptAt: lost ? Date.now() + 2_000 : null,
        reason: lost ? 'The connection to 127.0.0.1:4780 was closed.' : null,
      };
      for (const tell of watchers) tell(wire);
    },
    async invoke(address, input): Promise<Envelope<unknown>> {
      const { name: operation } = readAddress(address);
      await Promise.resolve();
      calls.push({ operation, input });
      if (!isOperation(operation)) return { ok: false, requestId: 'fixture', error: toErrorBody(null) };
      operations[operation].input.parse(input);
      return { ok: true, requestId: 'fixture', value: answer(operation) };
    },
    subscribe(address, input, listener) {
      const { name: feed } = readAddress(address);
      const source = isFeed(feed) ? events[feed] : undefined;
      if (!isFeed(feed) || !source) return () => undefined;
      const chosen = { pool: 'default', minutes: 15, ...(feeds[feed].input.parse(input) as object) };
      const isHealth = feed === 'health';
      let over = false;
      const send = () => {
        if (over || wire.status !== 'open') return;
        if (isHealth || health.status === 'ready') {
          listener({ ok: true, requestId: 'fixture', value: source.make(chosen) });
        } else {
          end();
          listener({ ok: false, requestId: 'fixture', error: AWAY });
        }
      };
      const timer = setInterval(() => {
        if (feed === 'overview') world.tick(Date.now());
        send();
      }, source.everyMs);
      const end = () => {
        over = true;
        clearInterval(timer);
        healthListeners.delete(send);
      };
      queueMicrotask(send);
      if (isHealth) healthListeners.add(send);
      return end;
    },
    watch(listener) {
      watchers.add(listener);
      listener(wire);
      return () => watchers.delete(listener);
    },
  };
}
