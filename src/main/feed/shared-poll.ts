import { type ErrorCode, SwitchboardError } from '@shared/errors';
import type { Unsubscribe } from '@shared/transport';
import type { Clock } from '../lib/clock';
import type { Logger } from '../lib/log';
import { Loop } from '../lib/loop';
import type { ConnectionWatch } from './connection-watch';

/** Who listens to a poll. */
export interface Listener<T> {
  publish: (value: T) => void;
  /** No more will come, and why. */
  fail: (fault: unknown) => void;
}

export interface SharedPollOptions<T> {
  name: string;
  read: () => Promise<T>;
  everyMs: number;
  connection: ConnectionWatch;
  clock: Clock;
  log: Logger;
}

/** Failures that end when Redis is well again; all others would come back at each look. */
const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'redis_refused',
  'redis_unknown_host',
  'redis_timeout',
  'redis_loading',
  'redis_busy',
  'redis_away',
  'redis_failover',
  'redis_failed',
]);

/** The least time between two reads, however often the connection changes. */
const REST_MS = 50;

/**
 * One read of Redis at a steady pace for any number of listeners. It runs only while somebody listens and Redis is
 * there; while Redis is away it asks nothing, and it goes on by itself when Redis is back.
 */
export class SharedPoll<T> {
  private readonly listeners = new Set<Listener<T>>();
  private readonly loop: Loop;
  private latest: { value: T; at: number } | null = null;
  private stopWatching: Unsubscribe | null = null;

  constructor(private readonly options: SharedPollOptions<T>) {
    const { name, everyMs, clock, log } = options;
    this.loop = new Loop({
      name: `feed ${name}`,
      task: () => this.turn(),
      everyMs,
      restMs: REST_MS,
      clock,
      log,
    });
  }

  /** How many listen. */
  get size(): number {
    return this.listeners.size;
  }

  /** Adds a listener, who gets the latest value at once where that is fresh. */
  subscribe(listener: Listener<T>): Unsubscribe {
    this.listeners.add(listener);
    if (this.listeners.size === 1) this.start();
    else if (this.latest && this.options.clock.now() - this.latest.at <= 2 * this.options.everyMs)
      listener.publish(this.latest.value);
    return () => {
      if (this.listeners.delete(listener) && this.listeners.size === 0) this.stop();
    };
  }

  private start(): void {
    this.stopWatching = this.options.connection.onHealth(({ status }) => {
      if (status === 'ready') this.loop.nudge();
    });
    this.loop.start();
  }

  private stop(): void {
    this.stopWatching?.();
    this.stopWatching = null;
    this.latest = null;
    void this.loop.stop();
  }

  private async turn(): Promise<void> {
    const { connection, read, clock } = this.options;
    if (connection.getHealth().status !== 'ready') return;
    let value: T;
    try {
      value = await read();
    } catch (fault) {
      if (!(fault instanceof SwitchboardError && PASSING.has(fault.code))) this.failAll(fault);
      throw fault;
    }
    this.latest = { value, at: clock.now() };
    for (const listener of [...this.listeners]) if (this.listeners.has(listener)) listener.publish(value);
  }

  private failAll(fault: unknown): void {
    const listeners = [...this.listeners];
    this.listeners.clear();
    if (listeners.length > 0) this.stop();
    for (const listener of listeners) listener.fail(fault);
  }
}
