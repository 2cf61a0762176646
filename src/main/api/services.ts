import { hostname } from 'node:os';
import { DEFAULT_POOL } from '@shared/contract/common';
import type { Health } from '@shared/contract/session';
import { type State, STATES } from '@shared/states';
import type { Engine, PoolEngine } from '../engine/engine';
import { viewScript } from '../engine/view';
import { parseHistoryEntry } from '../journal/entry';
import { type FollowerConnection, JournalFollower } from '../journal/follower';
import { MoveTotals, readMatchRate } from '../journal/move-totals';
import type { RequestRecord } from '../journal/request-log';
import type { RequestLogs } from '../journal/request-logs';
import type { Clock } from '../lib/clock';
import type { Logger } from '../lib/log';
import { remember } from '../lib/remember';
import { heartbeatScript } from '../metadata/heartbeat';
import type { Store } from '../redis/store';
import type { Authenticator } from './authenticate';
import type { Dispatcher } from './dispatch';
import type { MatchingPool } from './matching/actions';
import { HeartbeatBatch } from './matching/heartbeat-batch';
import { MatchingApi } from './matching/matching-api';
import { UserEvents } from './matching/user-events';
import { WaitEstimate } from './matching/wait-estimate';
import { Metrics } from './metrics';
import { PoolDirectory } from './pool-directory';
import { createSharedCounter, type SharedCounter } from './shared-counter';

/** A finished request, as a transport reports it. */
export interface FinishedRequest extends Omit<RequestRecord, 'server'> {
  method: string;
  /** Null when the request did not get as far as naming one. */
  pool: string | null;
}

/** Everything that the HTTP side of the API calls. */
export interface ApiServices {
  readonly matching: MatchingApi;
  readonly events: UserEvents;
  readonly dispatcher: Dispatcher;
  readonly authenticator: Authenticator;
  readonly counter: SharedCounter;
  readonly metrics: Metrics;
  readonly log: Logger;
  health(): Health;
  /** Milliseconds since the epoch, with fractions. */
  now(): number;
  /** Writes a finished request to log and metrics. Never waits and never throws. */
  record(request: FinishedRequest): void;
  /** Writes what waits and lets go of Redis. */
  stop(): Promise<void>;
}

export interface ApiServicesOptions {
  engine: Engine;
  store: Store;
  dispatcher: Dispatcher;
  authenticator: Authenticator;
  /** Opens a connection for blocking reads. */
  openBlocking: () => Promise<FollowerConnection>;
  health: () => Health;
  log: Logger;
  clock: Clock;
  requestLogs: RequestLogs;
  /** Refuse everything that would change users. */
  readOnly: boolean;
}

/** Joins the parts of the API: what the endpoints need of the engine, the log, the metrics. */
export function createApiServices(options: ApiServicesOptions): ApiServices {
  const { engine, store, clock, log, requestLogs } = options;
  const server = `${hostname()}:${process.pid}`;
  const directory = new PoolDirectory({ list: () => engine.pools(), clock });
  const follower = new JournalFollower({ open: options.openBlocking, log, clock });
  const pools = remember((name) => matchingPool(engine.pool(name)));
  const totals = remember((name) => new MoveTotals(engine.pool(name).context));

  const matching = new MatchingApi({
    readOnly: options.readOnly,
    pool: async (name, create) => {
      await directory.demand(name, create);
      return pools.get(name);
    },
    estimate: new WaitEstimate({ rate: (name) => readMatchRate(engine.pool(name).context), clock }),
  });
  const events = new UserEvents({
    watch: (name, listener) => follower.watch(engine.pool(name).context.keys, listener),
    view: (name, user) => pools.get(name).view(user),
    history: (name, user) => pools.get(name).history(user),
    now: () => clock.now(),
    onPushed: (ageMs) => metrics.observePush(ageMs),
    log,
  });
  const metrics: Metrics = new Metrics({
    pools: () => engine.pools(),
    counts: (name) => countUsers(store, engine.pool(name)),
    totals: (name) => totals.get(name).read(),
    matcher: (name) => engine.pool(name).matcher.metrics,
    health: options.health,
    listeners: () => events.listeners,
    lostRequests: () => requestLogs.lostRequests,
  });

  return {
    ...{ matching, events, metrics, log },
    dispatcher: options.dispatcher,
    authenticator: options.authenticator,
    counter: createSharedCounter(store),
    health: options.health,
    now: () => performance.timeOrigin + performance.now(),
    record(request) {
      const { endpoint, method, status, ms, pool } = request;
      metrics.observeRequest(endpoint, method, status, ms);
      // A request that named no pool, or one that does not exist, belongs to the first one people look at.
      const home = pool !== null && directory.has(pool) ? pool : DEFAULT_POOL;
      requestLogs.of(home).add({ ...request, at: Math.floor(request.at), server });
      log.debug(request, 'api request');
    },
    async stop() {
      follower.stop();
      await requestLogs.flush();
    },
  };
}

function matchingPool({ context, machine, matcher }: PoolEngine): MatchingPool {
  const { store, keys, settings } = context;
  const heartbeats = new HeartbeatBatch((users) => store.run(heartbeatScript, { keys, settings, users }));
  return {
    name: keys.pool,
    machine,
    heartbeatLimitMs: settings.heartbeatLimitMs,
    view: (user) => store.run(viewScript, { keys, user }),
    async history(user) {
      const rows = (await store.command(['LRANGE', keys.history(user), 0, -1])) as string[];
      return rows.map(parseHistoryEntry).filter((entry) => entry !== null);
    },
    heartbeat: (user) => heartbeats.note(user),
    nudge: () => matcher.nudge(),
  };
}

async function countUsers(store: Store, { context: { keys } }: PoolEngine): Promise<Record<State, number>> {
  const counts = (await store.pipeline(
    STATES.map((state) => ['ZCARD', keys.sets[state]] as const),
  )) as number[];
  return Object.fromEntries(STATES.map((state, index) => [state, counts[index] ?? 0])) as Record<
    State,
    number
  >;
}
