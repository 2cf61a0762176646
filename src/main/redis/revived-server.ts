import type { Clock } from '../lib/clock';
import type { Logger } from '../lib/log';
import type { Random } from '../lib/random';
import { backoffMs } from './backoff';

/** A running server of this console's own. */
export interface ServerProcess {
  /** Resolves when it is gone, whatever the reason. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** What has become of a private store since it was started. */
export interface StoreFate {
  /** How often it was started anew, with nothing in it. */
  restarts: number;
  /** The last time of that (ms since the epoch). */
  restartedAt: number | null;
  /** It is gone, and will not be started anew. */
  endedForGood: boolean;
}

/** What a private store that comes back by itself is made of. */
export interface RevivedServerOptions<Running> {
  /** Starts the server, at the same address each time. */
  start: () => Promise<Running>;
  log: Logger;
  clock: Clock;
  random: Random;
}

/** Ends within CRASH_WINDOW_MS after which it is given up; a start that fails counts as one. */
const CRASHES_ALLOWED = 3;
const CRASH_WINDOW_MS = 60_000;

/**
 * A private server that is started anew when it ends without having been told to: the first time at once, then after
 * growing waits, and not when it happens again and again. What was in it is gone each time, which is told.
 */
export class RevivedServer<Running extends ServerProcess> {
  /** Resolves when it is gone for good. */
  readonly ended: Promise<void>;
  private tellEnded: () => void = () => undefined;
  private readonly listeners = new Set<(fate: StoreFate) => void>();
  private fate: StoreFate = { restarts: 0, restartedAt: null, endedForGood: false };
  /** The one that was ended on purpose, to be started anew. */
  private replaced: Running | null = null;
  /** Whatever is done to the server waits for what is being done to it. */
  private turn: Promise<unknown> = Promise.resolve();
  private crashes: readonly number[] = [];
  private endWait = () => {};
  private stopped = false;

  private constructor(
    private readonly options: RevivedServerOptions<Running>,
    private running: Running,
  ) {
    this.ended = new Promise((resolve) => (this.tellEnded = resolve));
    this.watch(running);
  }

  /** @throws whatever the first start throws */
  static async start<Running extends ServerProcess>(
    options: RevivedServerOptions<Running>,
  ): Promise<RevivedServer<Running>> {
    return new RevivedServer(options, await options.start());
  }

  /** Tells each change of its fate from now on. */
  onFate(listener: (fate: StoreFate) => void): void {
    this.listeners.add(listener);
  }

  /** Ends the server and starts it anew, with nothing in it. @throws Error when it does not start */
  restart(): Promise<void> {
    return this.inTurn(async () => {
      this.replaced = this.running;
      await this.running.stop();
      try {
        this.take(await this.options.start());
      } catch (fault) {
        this.giveUp(fault);
        throw fault;
      }
    });
  }

  /** Does something to the server that runs now, while nothing else is done to it. */
  withServer(act: (server: Running) => Promise<void>): Promise<void> {
    return this.inTurn(() => act(this.running));
  }

  /** Ends it. Final. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.endWait();
    // What is being done to the server ends with it; then it may be another one.
    await this.running.stop();
    await this.turn;
    await this.running.stop();
    this.tellEnded();
  }

  private watch(server: Running): void {
    void server.ended.then(() => {
      if (!this.stopped && this.replaced !== server) void this.inTurn(() => this.revive());
    });
  }

  private async revive(): Promise<void> {
    let fault: unknown = null;
    while (!this.stopped) {
      const now = this.options.clock.now();
      const recent = this.crashes.filter((at) => now - at < CRASH_WINDOW_MS);
      this.crashes = [...recent, now];
      if (this.crashes.length > CRASHES_ALLOWED) return this.giveUp(fault);
      if (recent.length > 0) await this.wait(backoffMs(recent.length - 1, this.options.random));
      try {
        if (!this.stopped) this.take(await this.options.start());
        return;
      } catch (again) {
        fault = again;
        this.options.log.warn({ err: again }, 'the private store has ended and did not start anew');
      }
    }
  }

  private take(server: Running): void {
    this.running = server;
    this.watch(server);
    this.options.log.warn('the private store had ended and was started anew; what was in it is gone');
    this.become({ restarts: this.fate.restarts + 1, restartedAt: this.options.clock.now() });
  }

  private giveUp(fault: unknown): void {
    this.options.log.error({ err: fault }, 'the private store has ended for good; start Switchboard again');
    this.become({ endedForGood: true });
    this.tellEnded();
  }

  private become(change: Partial<StoreFate>): void {
    this.fate = { ...this.fate, ...change };
    for (const listener of this.listeners) listener(this.fate);
  }

  private wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.options.clock.after(ms, resolve);
      this.endWait = () => {
        cancel();
        resolve();
      };
    });
  }

  private inTurn(act: () => Promise<void>): Promise<void> {
    const next = this.turn.then(() => (this.stopped ? undefined : act()));
    this.turn = next.catch(() => undefined);
    return next;
  }
}
