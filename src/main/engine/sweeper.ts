import { STATES } from '@shared/states';
import type { Move } from '@shared/contract/transitions';
import { Loop } from '../lib/loop';
import { adoptScript } from './adopt';
import { aloneScript } from './alone';
import type { EngineContext } from './context';
import { acting } from './core';
import { runMoving } from './run-moving';
import type { EngineSettings } from './settings';
import { SWEEP_RULES, type SweepInput, type SweepRule, sweepScript, type SweepStep } from './sweep';

/** How long is too long; see EngineSettings. */
export type SweepLimits = Pick<
  EngineSettings,
  'connectingLimitMs' | 'disconnectingLimitMs' | 'heartbeatLimitMs' | 'forgetAfterMs'
>;

export interface SweeperOptions {
  /** From the end of one sweep to the next, in milliseconds: nobody is left stranded for longer. */
  everyMs: number;
  /** Users that one script looks at, during which Redis serves nobody else. */
  perStep: number;
  /** Users per sweep that are looked at for a missing entry in the heartbeat index. */
  adoptPerSweep: number;
}

/** How a sweeper works where nobody says otherwise. */
export const DEFAULT_SWEEPER_OPTIONS: SweeperOptions = {
  everyMs: 5000,
  perStep: 100,
  adoptPerSweep: 5000,
};

/** What a caller may ask of one sweep. */
export interface SweepRequest {
  /** Report what would be done, and change nothing. */
  dryRun?: boolean;
  limits?: Partial<SweepLimits>;
  /** Ends the sweep after the step under way; the report then says that it is not complete. */
  signal?: AbortSignal | undefined;
  by?: string;
  requestId?: string | undefined;
  /** Milliseconds since the epoch; the server's clock when missing. Tests pass a fixed one. */
  now?: number;
}

/** What one sweep did, or in a dry run would do. */
export interface SweepReport {
  dryRun: boolean;
  /** False when it was cancelled before the end. */
  complete: boolean;
  lookedAt: number;
  /** Moves by rule; a user whose way leads over two states counts twice. */
  moved: Record<SweepRule, number>;
  /** Users who were forgotten. */
  forgotten: number;
  /** The first moves, for a person to look at. */
  examples: Move[];
  /** One for each step that moved somebody; each can be undone on its own. The first ones, at most as many as examples. */
  transactions: string[];
  /** Time by this machine's clock. */
  tookMs: number;
}

/** What a sweeper did since this process began. */
export interface SweeperMetrics {
  running: boolean;
  sweeps: number;
  moved: number;
  forgotten: number;
  /** Users of other programs who got their entry in the heartbeat index. */
  adopted: number;
  failures: number;
  lastSweepMs: number | null;
  lastSweepAt: number | null;
}

const EXAMPLES = 1000;
const ADOPT_STEP = 500;
const ALONE_STEP = 500;
/** As long as this, somebody in a call may lack the partner: another program may be in the middle of a change. */
const ALONE_FOR_MS = 1000;
/** A pause between two steps of a long sweep, in which Redis serves the others. */
const REST_MS = 1;

/**
 * Takes users who stayed too long or fell silent out of their state. Any number of sweepers may work in any number of
 * processes: each step is one script that judges everybody by the sets as they are.
 */
export class Sweeper {
  readonly #options: SweeperOptions;
  readonly #loop: Loop;
  /** Where in the sets the search for users without an index entry goes on. */
  #adoptAt = { state: 0, offset: 0 };
  /** Who was alone in a call at the last look, and since when, by this machine's clock. */
  #alone = new Map<string, number>();
  #metrics: Omit<SweeperMetrics, 'running'> = {
    sweeps: 0,
    moved: 0,
    forgotten: 0,
    adopted: 0,
    failures: 0,
    lastSweepMs: null,
    lastSweepAt: null,
  };

  constructor(
    private readonly context: EngineContext,
    options: Partial<SweeperOptions> = {},
  ) {
    this.#options = { ...DEFAULT_SWEEPER_OPTIONS, ...options };
    this.#loop = new Loop({
      name: `sweeper ${context.keys.pool}`,
      task: async (signal) => void (await this.sweep({ signal })),
      everyMs: this.#options.everyMs,
      restMs: REST_MS,
      clock: context.clock,
      log: context.log,
    });
  }

  get metrics(): SweeperMetrics {
    return { running: this.#loop.running, ...this.#metrics };
  }

  /** Begins to sweep on its timer, at once or after some milliseconds. */
  start(afterMs = 0): void {
    this.#loop.start(afterMs);
  }

  /** Ends the work and waits for the step that is under way. */
  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** One whole sweep in bounded steps. */
  async sweep(request: SweepRequest = {}): Promise<SweepReport> {
    const { clock } = this.context;
    const began = clock.now();
    const report: SweepReport = {
      dryRun: request.dryRun ?? false,
      complete: false,
      lookedAt: 0,
      moved: { connecting: 0, disconnecting: 0, alone: 0, heartbeat: 0 },
      forgotten: 0,
      examples: [],
      transactions: [],
      tookMs: 0,
    };
    try {
      for (const rule of SWEEP_RULES)
        if (rule === 'alone') await this.#sweepAlone(request, report);
        else await this.#sweepBy(rule, request, report);
      if (!report.dryRun) {
        await this.#suspect(request.signal);
        await this.#adopt(request.signal);
      }
      report.complete = !request.signal?.aborted;
    } catch (fault) {
      this.#metrics.failures += 1;
      throw fault;
    } finally {
      report.tookMs = clock.now() - began;
      this.#count(report, began);
    }
    return report;
  }

  #count(report: SweepReport, began: number): void {
    this.#metrics.sweeps += 1;
    this.#metrics.lastSweepMs = report.tookMs;
    this.#metrics.lastSweepAt = began;
    if (report.dryRun) return;
    this.#metrics.forgotten += report.forgotten;
    for (const rule of SWEEP_RULES) this.#metrics.moved += report.moved[rule];
  }

  async #sweepBy(rule: SweepRule, request: SweepRequest, report: SweepReport): Promise<void> {
    let offset = 0;
    let more = true;
    while (more && !request.signal?.aborted) {
      const step = await this.#step({ rule, offset, count: this.#options.perStep }, request, report);
      ({ offset, more } = step);
      report.lookedAt += step.lookedAt;
      if (more) await this.#rest();
    }
  }

  /** Whoever was alone in a call a while ago, and still is, goes back to the queue. */
  async #sweepAlone(request: SweepRequest, report: SweepReport): Promise<void> {
    const latest = this.context.clock.now() - ALONE_FOR_MS;
    const due = [...this.#alone].filter(([, seen]) => seen <= latest).map(([user]) => user);
    for (let at = 0; at < due.length && !request.signal?.aborted; at += this.#options.perStep) {
      const users = due.slice(at, at + this.#options.perStep);
      await this.#step({ rule: 'alone', offset: 0, count: 0, users }, request, report);
      report.lookedAt += users.length;
      if (!report.dryRun) for (const user of users) this.#alone.delete(user);
    }
  }

  async #step(
    what: Pick<SweepInput, 'rule' | 'offset' | 'count' | 'users'>,
    { limits, by = 'sweeper', requestId, now }: SweepRequest,
    report: SweepReport,
  ): Promise<SweepStep> {
    const { keys, settings } = this.context;
    const as = acting(keys, { ...settings, ...limits }, { by, requestId, now });
    const input = { ...what, acting: as, dryRun: report.dryRun };
    const step = await runMoving(this.context, sweepScript, input, ({ transaction }) => transaction);
    if (step.transaction) note(report, what.rule, step.transaction.transaction, step.transaction.moves);
    return step;
  }

  /**
   * Notes who is alone in a call. Programs that write with plain commands take two people out one after the other, so
   * nobody is moved at the first look.
   */
  async #suspect(signal: AbortSignal | undefined): Promise<void> {
    const { store, keys, clock } = this.context;
    const before = this.#alone;
    this.#alone = new Map();
    for (let offset = 0, looked = ALONE_STEP; looked === ALONE_STEP && !signal?.aborted;) {
      const { lookedAt, users } = await store.run(aloneScript, { keys, offset, count: ALONE_STEP });
      for (const user of users) this.#alone.set(user, before.get(user) ?? clock.now());
      looked = lookedAt;
      offset += lookedAt;
      if (looked === ALONE_STEP) await this.#rest();
    }
  }

  /** Goes on through the sets from where the sweep before ended, round and round. */
  async #adopt(signal: AbortSignal | undefined): Promise<void> {
    const { store, keys } = this.context;
    let left = this.#options.adoptPerSweep;
    for (let ends = 0; left > 0 && ends < STATES.length && !signal?.aborted;) {
      const state = STATES[this.#adoptAt.state % STATES.length] ?? 'IDLE';
      const { lookedAt, adopted } = await store.run(adoptScript, {
        keys,
        state,
        offset: this.#adoptAt.offset,
        count: Math.min(ADOPT_STEP, left),
      });
      this.#metrics.adopted += adopted;
      left -= lookedAt;
      this.#adoptAt.offset += lookedAt;
      if (lookedAt < ADOPT_STEP && left > 0) {
        this.#adoptAt = { state: (this.#adoptAt.state + 1) % STATES.length, offset: 0 };
        ends += 1;
      } else if (left > 0) await this.#rest();
    }
  }

  #rest(): Promise<void> {
    return new Promise((resolve) => this.context.clock.after(REST_MS, resolve));
  }
}

function note(report: SweepReport, rule: SweepRule, transaction: string, moves: readonly Move[]): void {
  report.moved[rule] += moves.length;
  report.forgotten += moves.filter((move) => move.to === null).length;
  report.examples.push(...moves.slice(0, EXAMPLES - report.examples.length));
  if (!report.dryRun && report.transactions.length < EXAMPLES) report.transactions.push(transaction);
}
