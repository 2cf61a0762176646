import { Loop } from '../lib/loop';
import type { EngineContext } from './context';
import { acting, type ActOptions } from './core';
import { type MatchRound, matchScript } from './match';
import { runMoving } from './run-moving';

/** How a matcher goes about its work. */
export interface MatcherOptions {
  /** From one run of the timer to the next, in milliseconds. A nudge comes sooner. */
  everyMs: number;
  /** Whether somebody who joins the queue is paired at once, rather than at the next run. */
  onEnqueue: boolean;
  /** Couples per round at most: one round is one script, during which Redis serves nobody else. */
  pairsPerRound: number;
  /** How many of the longest waiting one round looks at. */
  window: number;
  /** Cooldowns that one round looks up at most. */
  checks: number;
  /** The pause after a round while more could be paired, as a share of the time the round took. */
  restShare: number;
}

/** How a matcher works where nobody says otherwise. */
export const DEFAULT_MATCHER_OPTIONS: MatcherOptions = {
  everyMs: 1000,
  onEnqueue: true,
  pairsPerRound: 50,
  window: 200,
  checks: 500,
  restShare: 0.5,
};

/** What a matcher did since this process began. Times in milliseconds by this machine's clock. */
export interface MatcherMetrics {
  running: boolean;
  rounds: number;
  pairs: number;
  /** Couples that a cooldown kept apart, counted again in each round. */
  passedOver: number;
  failures: number;
  /** Time that rounds took, with the way to Redis and back. */
  totalMs: number;
  lastRoundMs: number | null;
  lastRoundAt: number | null;
}

/** The least time between two runs, however often somebody nudges. */
const REST_MS = 2;

/**
 * Pairs those who wait, longest first. Any number of matchers may work in any number of processes: each round is one
 * script that sees the queue as the round before left it.
 */
export class Matcher {
  readonly #options: MatcherOptions;
  readonly #loop: Loop;
  #metrics: Omit<MatcherMetrics, 'running'> = {
    rounds: 0,
    pairs: 0,
    passedOver: 0,
    failures: 0,
    totalMs: 0,
    lastRoundMs: null,
    lastRoundAt: null,
  };

  constructor(
    private readonly context: EngineContext,
    options: Partial<MatcherOptions> = {},
  ) {
    this.#options = { ...DEFAULT_MATCHER_OPTIONS, ...options };
    this.#loop = new Loop({
      name: `matcher ${context.keys.pool}`,
      task: (signal) => this.#runWhileUseful(signal),
      everyMs: this.#options.everyMs,
      restMs: REST_MS,
      clock: context.clock,
      log: context.log,
    });
  }

  get metrics(): MatcherMetrics {
    return { running: this.#loop.running, ...this.#metrics };
  }

  /** Begins to pair, on its timer and when nudged. */
  start(): void {
    this.#loop.start();
  }

  /** Somebody entered the queue: pair soon. Cheap, and harmless when the matcher does not run. */
  nudge(): void {
    if (this.#options.onEnqueue) this.#loop.nudge();
  }

  /** Ends the work and waits for the round that is under way. */
  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** One round: pairs at most `pairsPerRound` couples. */
  async matchOnce(options: ActOptions = {}): Promise<MatchRound> {
    const { keys, settings, clock } = this.context;
    const { pairsPerRound: pairs, window, checks } = this.#options;
    const began = clock.now();
    try {
      const round = await runMoving(
        this.context,
        matchScript,
        { acting: acting(keys, settings, { by: 'matcher', ...options }), pairs, window, checks },
        ({ transaction }) => transaction,
      );
      this.#metrics.pairs += round.pairs.length;
      this.#metrics.passedOver += round.passedOver;
      return round;
    } catch (fault) {
      this.#metrics.failures += 1;
      throw fault;
    } finally {
      const took = clock.now() - began;
      this.#metrics.rounds += 1;
      this.#metrics.totalMs += took;
      this.#metrics.lastRoundMs = took;
      this.#metrics.lastRoundAt = began;
    }
  }

  /** Rounds until nobody is left to pair, with pauses in which Redis serves the others. */
  async #runWhileUseful(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { more } = await this.matchOnce();
      if (!more) return;
      await this.#pause((this.#metrics.lastRoundMs ?? 0) * this.#options.restShare);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.context.clock.after(ms, resolve));
  }
}
