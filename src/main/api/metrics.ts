import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Health } from '@shared/contract/session';
import type { State } from '@shared/states';
import { SwitchboardError } from '@shared/errors';
import { CountedHistogram } from './counted-histogram';
import type { MatcherMetrics } from '../engine/matcher';

/** A value of one duration histogram group: its middle in milliseconds, and how often. */
export type CountedDuration = readonly [ms: number, times: number];

/** What a pool has seen since this process began to look: everything, whoever did it. */
export interface PoolTotals {
  /** Moves by edge and cause. */
  moves: { from: string; to: string; cause: string; count: number }[];
  waits: readonly CountedDuration[];
  calls: readonly CountedDuration[];
}

/** Where the metrics come from; asked once per scrape. */
export interface MetricsSources {
  pools(): Promise<string[]>;
  counts(pool: string): Promise<Record<State, number>>;
  totals(pool: string): Promise<PoolTotals>;
  matcher(pool: string): MatcherMetrics;
  health(): Health;
  /** Clients that listen to events of users. */
  listeners(): number;
  /** Requests that could not be logged since the process began. */
  lostRequests(): number;
}

const WAIT_BUCKETS_S = [0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300];
const CALL_BUCKETS_S = [5, 15, 30, 60, 120, 300, 600, 1200, 3600];
const REQUEST_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
const PUSH_BUCKETS_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];

/**
 * The metrics of a server process for Prometheus.
 *
 * Figures about pools come from Redis and are the same in every process: aggregate them with `max`. Figures about
 * requests, streams and the process itself are each process's own: aggregate them with `sum`.
 */
export class Metrics {
  private readonly registry = new Registry();
  private readonly requests = this.add(
    new Histogram({
      name: 'switchboard_http_request_duration_seconds',
      help: 'Requests to the API of this process',
      labelNames: ['endpoint', 'method', 'status'],
      buckets: REQUEST_BUCKETS_S,
      registers: [],
    }),
  );
  private readonly pushes = this.add(
    new Histogram({
      name: 'switchboard_push_delay_seconds',
      help: 'From a move to its event on the way to a waiting client, by the clocks of Redis and this process',
      buckets: PUSH_BUCKETS_S,
      registers: [],
    }),
  );
  private readonly lost = this.counter(
    'switchboard_request_log_lost_total',
    'Requests missing from the log because Redis was away for longer than they could be kept',
    [],
  );
  private readonly users = this.gauge('switchboard_users', 'Users by state', ['pool', 'state']);
  private readonly moves = this.counter('switchboard_transitions_total', 'Moves of users', [
    'pool',
    'from',
    'to',
    'cause',
  ]);
  private readonly waits = this.add(
    new CountedHistogram(
      'switchboard_wait_seconds',
      'Time from joining the queue to a match, at most 3.2 % off',
      WAIT_BUCKETS_S,
    ),
  );
  private readonly calls = this.add(
    new CountedHistogram('switchboard_call_seconds', 'Length of calls, at most 3.2 % off', CALL_BUCKETS_S),
  );
  private readonly matcherPairs = this.counter(
    'switchboard_matcher_pairs_total',
    'Couples made by the matcher of this process',
    ['pool'],
  );
  private readonly matcherPassed = this.counter(
    'switchboard_matcher_passed_over_total',
    'Couples that a cooldown kept apart, counted in each round of this process',
    ['pool'],
  );
  private readonly matcherSeconds = this.counter(
    'switchboard_matcher_seconds_total',
    'Time that rounds of the matcher of this process took',
    ['pool'],
  );
  private readonly listeners = this.gauge('switchboard_event_streams', 'Clients that listen to events');
  private readonly redisUp = this.gauge('switchboard_redis_up', '1 while Redis can be used');
  private readonly redisTrip = this.gauge(
    'switchboard_redis_round_trip_seconds',
    'The last round trip of a PING',
  );
  private readonly redisMemory = this.gauge('switchboard_redis_memory_bytes', 'Memory that Redis uses');

  constructor(private readonly sources: MetricsSources) {
    // Event loop lag, memory, processor time of the process.
    collectDefaultMetrics({ register: this.registry });
  }

  readonly contentType = this.registry.contentType;

  /** Counts a request of this process. */
  observeRequest(endpoint: string, method: string, status: number, ms: number): void {
    this.requests.observe({ endpoint, method, status: String(status) }, ms / 1000);
  }

  /** Counts a pushed event of this process. */
  observePush(ageMs: number): void {
    this.pushes.observe(ageMs / 1000);
  }

  /** The metrics in the text format of Prometheus. While Redis is away the figures about pools are left out. */
  async scrape(): Promise<string> {
    const { status, roundTripMs, server } = this.sources.health();
    this.redisUp.set(status === 'ready' ? 1 : 0);
    setOrRemove(this.redisTrip, roundTripMs === null ? null : roundTripMs / 1000);
    setOrRemove(this.redisMemory, server?.memoryBytes ?? null);
    this.listeners.set(this.sources.listeners());
    for (const metric of [
      this.lost,
      this.users,
      this.moves,
      this.matcherPairs,
      this.matcherPassed,
      this.matcherSeconds,
    ])
      metric.reset();
    this.waits.clear();
    this.calls.clear();
    this.lost.inc(this.sources.lostRequests());
    if (status === 'ready') await this.readPools();
    return this.registry.metrics();
  }

  /** Redis may be lost in the middle: then there is less to tell, and `switchboard_redis_up` says so. */
  private async readPools(): Promise<void> {
    try {
      for (const pool of await this.sources.pools()) await this.readPool(pool);
    } catch (fault) {
      if (!(fault instanceof SwitchboardError)) throw fault;
      this.redisUp.set(0);
    }
  }

  private async readPool(pool: string): Promise<void> {
    const [counts, totals] = await Promise.all([this.sources.counts(pool), this.sources.totals(pool)]);
    for (const [state, count] of Object.entries(counts)) this.users.set({ pool, state }, count);
    for (const { from, to, cause, count } of totals.moves) this.moves.inc({ pool, from, to, cause }, count);
    this.waits.set(pool, totals.waits);
    this.calls.set(pool, totals.calls);
    const { pairs, passedOver, totalMs } = this.sources.matcher(pool);
    this.matcherPairs.inc({ pool }, pairs);
    this.matcherPassed.inc({ pool }, passedOver);
    this.matcherSeconds.inc({ pool }, totalMs / 1000);
  }

  private gauge<T extends string>(name: string, help: string, labelNames: T[] = []): Gauge<T> {
    return this.add(new Gauge({ name, help, labelNames, registers: [] }));
  }

  private counter<T extends string>(name: string, help: string, labelNames: T[]): Counter<T> {
    return this.add(new Counter({ name, help, labelNames, registers: [] }));
  }

  private add<M extends Parameters<Registry['registerMetric']>[0]>(metric: M): M {
    this.registry.registerMetric(metric);
    return metric;
  }
}

/** A figure that is not known is left out. */
function setOrRemove(gauge: Gauge<never>, value: number | null): void {
  if (value === null) gauge.remove();
  else gauge.set(value);
}
