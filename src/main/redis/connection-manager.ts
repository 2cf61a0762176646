import type { Health } from '@shared/contract/session';
import type { SwitchboardError } from '@shared/errors';
import { type ErrorCode } from '@shared/errors';
import type { Unsubscribe } from '@shared/transport';
import { type Clock, systemClock } from '../lib/clock';
import type { Logger } from '../lib/log';
import type { Random } from '../lib/random';
import { backoffMs } from './backoff';
import {
  type Client,
  closeClient,
  failureContext,
  onLost,
  type OpenClient,
  openClient,
  type Purpose,
  type Timeouts,
} from './client';
import type { FailureContext } from './error-rules';
import { awayError, translateRedisError } from './errors';
import { HealthRecord } from './health-record';
import { Heartbeat } from './heartbeat';
import { createIoredisStore } from './ioredis-store';
import { type Probe, probeRedis } from './probe';
import { waitForAttempt } from './return-watch';
import type { StoreFate } from './revived-server';
import { readServerInfo } from './server-info';
import type { Store } from './store';
import { type MessageListener, Subscriptions } from './subscriptions';
import type { RedisTarget } from './target';

/** What a connection manager is made of. Everything after `log` has a default for production. */
export interface ConnectionManagerOptions {
  target: RedisTarget;
  /** Attempts after a loss before giving up. */
  maxAttempts: number;
  timeouts: Timeouts;
  log: Logger;
  clock?: Clock;
  random?: Random;
  open?: OpenClient;
  probe?: Probe;
}

/** A connection for blocking reads, of one reader. */
export interface BlockingStore extends Store {
  close(): void;
}

/** A server that does not answer a PING within this is lost, in milliseconds; a shorter command timeout beats it. */
const BEAT_TIMEOUT_MS = 3_000;
/** A server that is there and not serving yet is asked again after this, in milliseconds. */
const NOT_YET_MS = 1_000;
/** Nothing was there, or it did not answer. */
const AWAY: ReadonlySet<ErrorCode> = new Set([
  'redis_refused',
  'redis_timeout',
  'redis_unknown_host',
  'redis_away',
]);
/** The server is there and says that it will serve: asking again is not a failed attempt. */
const NOT_YET: ReadonlySet<ErrorCode> = new Set(['redis_loading', 'redis_busy', 'redis_failover']);

/**
 * The one connection of a process to Redis, with its separate sockets by purpose behind it.
 *
 *   connecting ──▶ ready ──lost──▶ reconnecting ──too many attempts──▶ gave-up
 *        └─ failed ─────────────────▲ │ ▲ └──▶ ready                     │
 *                                     └─┘ backoff        retry, action ──┘      shutdown: closed, from anywhere
 *
 * While it is not ready every command fails at once with `redis_away`; nothing is kept to run later.
 */
export class RedisConnectionManager {
  /** Redis for everything above; outlives every single connection. */
  readonly store: Store;
  private readonly record: HealthRecord;
  private readonly subscriptions: Subscriptions;
  private readonly failure: FailureContext;
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly log: Logger;
  private readonly blocking = new Set<Client>();
  private client: Client | null = null;
  private attempting: Promise<void> | null = null;
  private endWait = () => {};
  private heartbeat: Heartbeat | null = null;

  constructor(private readonly options: ConnectionManagerOptions) {
    this.clock = options.clock ?? systemClock;
    this.random = options.random ?? Math.random;
    this.failure = failureContext(options.target);
    this.log = options.log.child({ redis: this.failure.address });
    this.record = new HealthRecord(this.clock, this.log, options.maxAttempts);
    this.subscriptions = new Subscriptions(() => this.open('subscriptions'), this.log);
    this.store = createIoredisStore({
      layout: options.target.endpoint.kind === 'cluster' ? 'cluster' : 'single',
      client: () => this.readyClient(),
      failure: this.failure,
    });
  }

  /** Makes the first attempt. Resolves when it is decided, whichever way: the health tells. */
  async start(): Promise<Health> {
    await this.attempt();
    return this.getHealth();
  }

  /** What is known right now, without asking Redis. */
  getHealth(): Health {
    return this.record.current;
  }

  /** Asks Redis now, and tells what is known then. Never throws. */
  async healthCheck(): Promise<Health> {
    await this.heartbeat?.examine(true);
    return this.getHealth();
  }

  /** Hears every change, and at least one a second while the connection is ready. */
  onHealth(listener: (health: Health) => void): Unsubscribe {
    return this.record.listen(listener);
  }

  /** A person asks: tries at once, with the whole number of attempts before it. */
  async retryNow(): Promise<Health> {
    const { status } = this.getHealth();
    if (status !== 'ready' && status !== 'closed') {
      this.record.change({ status: status === 'gave-up' ? 'reconnecting' : status, attempts: 0 });
      await this.attempt();
    }
    return this.getHealth();
  }

  /** Takes note of what has become of a private store; one that is back is connected to at once. */
  notePrivateStore(fate: StoreFate): void {
    this.record.change({ privateStore: fate });
    if (!fate.endedForGood) void this.retryNow();
  }

  /**
   * An action was asked for and is being refused: after giving up, that sets off one attempt, so that the next one may
   * pass. Reads and background work do not, or nothing would ever stay given up.
   */
  wake(): void {
    if (this.getHealth().status === 'gave-up') void this.attempt();
  }

  /** Opens a connection for one reader's blocking reads. It is closed when Redis is lost; open another then. */
  async openBlocking(): Promise<BlockingStore> {
    this.readyClient();
    const client = await this.open('blocking');
    this.blocking.add(client);
    client.once('end', () => this.blocking.delete(client));
    const store = createIoredisStore({
      layout: this.store.layout,
      client: () => client,
      failure: this.failure,
    });
    return { ...store, close: () => client.disconnect() };
  }

  /** Hears a channel, also after reconnects; what is published while Redis is away is not heard. */
  subscribe(channel: string, listener: MessageListener): Unsubscribe {
    const unsubscribe = this.subscriptions.add(channel, listener);
    if (this.client) void this.subscriptions.ensure();
    return unsubscribe;
  }

  /** Ends every connection, after a moment for answers under way. Final. */
  async shutdown(): Promise<void> {
    if (this.getHealth().status === 'closed') return;
    this.log.info('closing the connection to Redis');
    this.endWait();
    const client = this.release();
    this.record.change({ status: 'closed', nextAttemptAt: null, roundTripMs: null });
    if (client) await closeClient(client);
  }

  private readyClient(): Client {
    if (this.client?.status === 'ready') return this.client;
    throw awayError(this.failure.address, this.getHealth());
  }

  private async open(purpose: Purpose): Promise<Client> {
    const { target, timeouts, open = openClient } = this.options;
    const client = await open(target, purpose, timeouts);
    if (this.getHealth().status !== 'closed') return client;
    client.disconnect();
    throw awayError(this.failure.address, this.getHealth());
  }

  /** Makes one attempt; asking while one is under way joins it. */
  private attempt(): Promise<void> {
    this.endWait();
    this.attempting ??= this.tryOnce().finally(() => (this.attempting = null));
    return this.attempting;
  }

  private async tryOnce(): Promise<void> {
    if (this.getHealth().status === 'closed' || this.client) return;
    this.record.change({ attempts: this.getHealth().attempts + 1, nextAttemptAt: null });
    try {
      const client = await this.open('commands');
      const server = await this.readServer(client);
      this.adopt(client, server);
    } catch (fault) {
      this.attemptFailed(translateRedisError(fault, this.failure));
    }
  }

  private async readServer(client: Client): Promise<Health['server']> {
    try {
      return await readServerInfo(client, this.clock, this.options.target);
    } catch (fault) {
      client.disconnect();
      throw fault;
    }
  }

  private adopt(client: Client, server: Health['server']): void {
    if (client.status !== 'ready') throw new Error('Connection is closed.');
    if (this.getHealth().status === 'closed') {
      client.disconnect();
      return;
    }
    this.client = client;
    onLost(client, () =>
      this.lose(client, translateRedisError(new Error('Connection is closed.'), this.failure)),
    );
    this.record.change({ status: 'ready', attempts: 0, lastError: null, server });
    this.log.info({ server }, 'Redis is ready');
    this.heartbeat = this.startHeartbeat(client);
    void this.subscriptions.ensure();
  }

  private attemptFailed(error: SwitchboardError): void {
    if (this.getHealth().status === 'closed') return;
    const { attempts } = this.getHealth();
    const notYet = NOT_YET.has(error.code);
    const counted = notYet ? attempts - 1 : attempts;
    this.log.info({ code: error.code, attempt: attempts }, error.message);
    this.record.change({ lastError: this.record.errorNow(error), attempts: counted });
    if (notYet) this.waitFor(NOT_YET_MS, error);
    else this.waitOrGiveUp(counted, error);
  }

  /** Redis is gone, hung, or was taken from us: everything on it is closed, and it is tried again. */
  private lose(client: Client, error: SwitchboardError): void {
    if (client !== this.client) return;
    this.release();
    client.disconnect();
    this.log.warn({ code: error.code }, `lost Redis: ${error.message}`);
    this.record.change({
      status: 'reconnecting',
      lastError: this.record.errorNow(error),
      attempts: 0,
      roundTripMs: null,
    });
    this.waitOrGiveUp(0, error);
  }

  private waitOrGiveUp(failed: number, error: SwitchboardError): void {
    if (failed < this.options.maxAttempts) return this.waitFor(backoffMs(failed, this.random), error);
    this.log.error({ attempts: failed }, 'gave up reaching Redis; a retry or the next action tries again');
    this.record.change({ status: 'gave-up', nextAttemptAt: null });
  }

  private waitFor(ms: number, error: SwitchboardError): void {
    this.record.change({ status: 'reconnecting', nextAttemptAt: this.clock.now() + ms });
    const { target, probe = probeRedis } = this.options;
    this.endWait = waitForAttempt({
      clock: this.clock,
      ms,
      wasAway: AWAY.has(error.code),
      answers: () => probe(target),
      due: () => void this.attempt(),
    });
  }

  /** Lets everything on the current connection go; the caller ends the client itself. */
  private release(): Client | null {
    const { client } = this;
    this.client = null;
    this.heartbeat?.stop();
    this.heartbeat = null;
    this.subscriptions.drop();
    for (const reader of this.blocking) reader.disconnect();
    this.blocking.clear();
    return client;
  }

  private startHeartbeat(client: Client): Heartbeat {
    return new Heartbeat({
      client,
      clock: this.clock,
      target: this.options.target,
      limitMs: Math.min(BEAT_TIMEOUT_MS, this.options.timeouts.commandMs),
      onBeat: (findings) => {
        this.record.change(findings);
        void this.subscriptions.ensure();
      },
      onDead: (fault) => this.lose(client, translateRedisError(fault, this.failure)),
    });
  }
}

let current: RedisConnectionManager | null = null;

/** Makes the connection manager of this process. @throws Error when there is one already. */
export function openConnectionManager(options: ConnectionManagerOptions): RedisConnectionManager {
  if (current && current.getHealth().status !== 'closed')
    throw new Error('this process has a connection manager already: shut it down first');
  current = new RedisConnectionManager(options);
  return current;
}

/** The connection manager of this process. @throws Error when none was opened. */
export function connectionManager(): RedisConnectionManager {
  if (!current) throw new Error('no connection manager yet: call openConnectionManager first');
  return current;
}
