import { DEFAULT_POOL } from '@shared/contract/common';
import { type Clock, systemClock } from '../lib/clock';
import type { Logger } from '../lib/log';
import { Loop } from '../lib/loop';
import type { Engine } from './engine';

export interface WorkersOptions {
  engine: Engine;
  log: Logger;
  clock?: Clock;
  /** How often this process looks for pools that others have begun to use, in milliseconds. */
  everyMs?: number;
  /** False to give everybody the time of a heartbeat to say that they live, before the first sweep. */
  sweepAtOnce?: boolean;
}

/** One small read: so long a pool that another process begins to use waits for its first couple, at most. */
const EVERY_MS = 1_000;
const REST_MS = 100;

/**
 * Pairs and sweeps on timers, and pairs at once when somebody joins a queue through this process. A process for the
 * default pool serves every registered pool too, one that it registers itself at once; a process for a named pool
 * serves that one only, because others may belong to somebody else. Any number of processes may serve a pool.
 */
export class Workers {
  readonly #loop: Loop;
  readonly #ends = new Map<string, () => void>();
  #forgetPools = () => {};

  constructor(private readonly options: WorkersOptions) {
    this.#loop = new Loop({
      name: 'workers',
      task: () => this.#serveAll(),
      everyMs: options.everyMs ?? EVERY_MS,
      restMs: REST_MS,
      clock: options.clock ?? systemClock,
      log: options.log,
    });
  }

  /** Begins with a pool at once. */
  start(pool: string): void {
    this.#serve(pool);
    if (pool !== DEFAULT_POOL) return;
    this.#loop.start();
    this.#forgetPools = this.options.engine.registry.onRegistered(() => this.#loop.nudge());
  }

  /** Ends the work in every pool, and waits for what is under way. */
  async stop(): Promise<void> {
    this.#forgetPools();
    await this.#loop.stop();
    const pools = [...this.#ends.keys()].map((name) => this.options.engine.pool(name));
    for (const end of this.#ends.values()) end();
    this.#ends.clear();
    await Promise.all(pools.flatMap(({ matcher, sweeper }) => [matcher.stop(), sweeper.stop()]));
  }

  /**
   * Sweeps the pools that this process would serve once, for one that does not serve them.
   * @throws SwitchboardError when Redis cannot be asked
   */
  async cleanUp(pool: string): Promise<void> {
    const { engine } = this.options;
    const others = pool === DEFAULT_POOL ? await engine.registry.registered() : [];
    for (const name of new Set([pool, ...others])) await engine.pool(name).sweeper.sweep();
  }

  async #serveAll(): Promise<void> {
    for (const pool of await this.options.engine.registry.registered()) this.#serve(pool);
  }

  #serve(pool: string): void {
    if (this.#ends.has(pool)) return;
    const { engine, sweepAtOnce = true } = this.options;
    const { matcher, sweeper, transitions } = engine.pool(pool);
    const end = transitions.onTransition(({ result }) => {
      if (result.moves.some(({ to }) => to === 'WAITING')) matcher.nudge();
    });
    this.#ends.set(pool, end);
    matcher.start();
    sweeper.start(sweepAtOnce ? 0 : engine.settings.heartbeatLimitMs);
  }
}
