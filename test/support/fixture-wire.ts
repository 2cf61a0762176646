import { readAddress } from '@shared/address';
import { feeds, isFeed, isOperation, operations } from '@shared/contract';
import { DEFAULT_ALARM_RULES } from '@shared/contract/alarms';
import type { Health, Session } from '@shared/contract/session';
import { type Envelope, type ErrorBody, toErrorBody } from '@shared/errors';
import type { Unsubscribe, Wire, WireStatus } from '@shared/transport';
import { ALARMS, type FixtureScene, FixtureWorld, QUIET } from './fixture-world';

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

const TICK_MS = 250;

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
    health: { everyMs: 1_000, make: () => ({ ...health, at: Date.now() }) },
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
        run: null,
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
