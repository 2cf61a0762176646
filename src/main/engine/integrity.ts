import {
  type Finding,
  FINDING_KINDS,
  type FindingKind,
  type IntegrityStatus,
  type RepairOutcome,
  type RepairTotals,
} from '@shared/contract/integrity';
import { SwitchboardError } from '@shared/errors';
import type { EngineContext } from './context';
import { acting, type ActOptions } from './core';
import { diagnose } from './diagnose';
import { FindingList, noCounts } from './finding-list';
import { inspectAll } from './inspect';
import { repairScript } from './repair';
import { runMoving } from './run-moving';
import { scan, type ScanEvent, type ScanOptions } from './scan';

/** How a repair is to be done. */
export interface RepairOptions extends Omit<ActOptions, 'transaction'> {
  /** Only these faults; all of them when missing. */
  kinds?: readonly FindingKind[] | undefined;
  /** Preview, and change nothing. */
  dryRun?: boolean;
}

/** How a repair of everybody is to be done. */
export interface RepairAllOptions extends RepairOptions {
  signal?: AbortSignal | undefined;
  /** Where to go on: `next` of the page before. */
  after?: string | null;
  /** Users of one page; all of them when missing. */
  limit?: number;
  onProgress?: (done: number, total: number) => void;
}

const KEPT_OUTCOMES = 1000;

/** What is wrong in a pool, and how to put it right. One scan at a time, and its findings until the next one. */
export class Integrity {
  #status: IntegrityStatus;
  #found = new FindingList();
  #abort: AbortController | null = null;
  #running: Promise<void> = Promise.resolve();
  #look: Promise<void> = Promise.resolve();
  #nextLook: Promise<void> | null = null;
  readonly #listeners = new Set<(status: IntegrityStatus) => void>();

  constructor(private readonly context: EngineContext) {
    this.#status = {
      pool: context.keys.pool,
      status: 'never',
      startedAt: null,
      tookMs: null,
      phase: null,
      lookedAt: 0,
      total: 0,
      counts: noCounts(),
      error: null,
    };
  }

  /** How far the scan is, or what the last one came to. */
  get status(): IntegrityStatus {
    return this.#status;
  }

  /** Calls back at each step of a scan; the returned function ends that. */
  onStatus(listener: (status: IntegrityStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Walks everybody and tells what is wrong as it goes; keeps nothing. */
  scan(options: ScanOptions = {}): AsyncGenerator<ScanEvent> {
    return scan(this.context, options);
  }

  /** Begins a scan whose findings are kept. One that runs already goes on. */
  start(options: Omit<ScanOptions, 'signal'> = {}): IntegrityStatus {
    if (this.#abort) return this.#status;
    this.#abort = new AbortController();
    this.#found = new FindingList();
    this.#tell({
      ...this.#status,
      status: 'running',
      startedAt: this.context.clock.now(),
      tookMs: null,
      phase: 'states',
      lookedAt: 0,
      total: 0,
      counts: noCounts(),
      error: null,
    });
    this.#running = this.#run({ ...options, signal: this.#abort.signal });
    return this.#status;
  }

  /** Stops the scan under way and waits for its end; what it found so far stays. */
  async cancel(): Promise<IntegrityStatus> {
    this.#abort?.abort();
    await this.#running;
    return this.#status;
  }

  /** Waits for the scan under way, if there is one. */
  async finished(): Promise<IntegrityStatus> {
    await this.#running;
    return this.#status;
  }

  /** What the last scan found and is still to be mended, the gravest first. */
  findings({
    kind,
    offset = 0,
    limit = 100,
  }: { kind?: FindingKind | undefined; offset?: number; limit?: number } = {}): {
    total: number;
    beyond: number;
    findings: Finding[];
  } {
    const wanted = this.#found.open(kind && [kind]);
    return {
      total: wanted.length,
      beyond: this.#found.beyond(kind && [kind]),
      findings: wanted.slice(offset, offset + limit),
    };
  }

  /**
   * Puts right what is wrong with one user, by one script. It judges anew: a fault that is gone is left alone.
   * @throws SwitchboardError when Redis refused, with `redis_wrong_type` for a damaged key.
   */
  async repair(user: string, reason: string, options: RepairOptions = {}): Promise<RepairOutcome> {
    const { keys, settings } = this.context;
    const { kinds = FINDING_KINDS, dryRun = false, ...rest } = options;
    const input = { acting: acting(keys, settings, rest), user, kinds, reason, dryRun };
    const { transaction, done } = await runMoving(
      this.context,
      repairScript,
      input,
      (repair) => repair.transaction,
    );
    const undo = transaction?.undoableUntil == null ? null : transaction.transaction;
    return { user, done, transaction: undo, failed: null };
  }

  /**
   * Looks again at everybody of whom the last scan told: what is mended is listed no more, and what an undo brought back
   * is listed again. Whoever asks while others wait for the next look shares it. Nothing changes when Redis is away.
   */
  lookAgain(): Promise<void> {
    this.#nextLook ??= this.#look.then(() => {
      this.#nextLook = null;
      this.#look = this.#judgeAgain(this.#found.users());
      return this.#look;
    });
    return this.#nextLook;
  }

  /** Repairs some users, each on their own account; stops when Redis is away. */
  async repairSome(
    users: readonly string[],
    reason: string,
    options: RepairOptions = {},
  ): Promise<RepairOutcome[]> {
    const outcomes: RepairOutcome[] = [];
    for (const user of new Set(users)) outcomes.push(await this.#repairOrTell(user, reason, options));
    if (!options.dryRun) await this.lookAgain();
    return outcomes;
  }

  /**
   * Repairs everybody whom the last scan found and kept, by the faults that it found: in one call, or page by page.
   * @throws SwitchboardError `conflict` while a scan runs, and for a page of an earlier scan; why Redis refused when it
   *   did so before anybody was mended: later the totals say why it stopped.
   */
  async repairAll(reason: string, options: RepairAllOptions = {}): Promise<RepairTotals> {
    const { after = null, limit = Infinity, signal, onProgress, ...how } = options;
    const { kinds = FINDING_KINDS } = how;
    const found = this.#found;
    const users = found.users(kinds);
    const broken = found.broken(kinds);
    let place = this.#placeOf(after);
    const tried = new Set<string>();
    const totals: RepairTotals = {
      ...{ repaired: 0, unchanged: 0, failed: 0, outcomes: [], next: null, stopped: null },
      total: users.slice(place).filter((user) => broken.has(user)).length,
      beyond: found.beyond(kinds),
    };
    try {
      for (; place < users.length && tried.size < limit && !signal?.aborted; place += 1) {
        const user = users[place] ?? '';
        const faults = broken.get(user);
        if (!faults) continue;
        tally(totals, await this.#repairOrTell(user, reason, { ...how, kinds: faults }));
        tried.add(user);
        onProgress?.(tried.size, totals.total);
      }
    } catch (fault) {
      if (totals.repaired === 0 || !(fault instanceof SwitchboardError)) throw fault;
      totals.stopped = fault.message;
    }
    if (place < users.length) totals.next = `${this.#status.startedAt ?? 0}:${place}`;
    // Whoever was mended with somebody else, as partners are, is seen when all have been looked at again.
    if (!how.dryRun && tried.size > 0) await (totals.next === null ? this.lookAgain() : this.#lookAt(tried));
    return totals;
  }

  /** How many of the users found come before a page; those of another scan are others. */
  #placeOf(after: string | null): number {
    if (this.#abort)
      throw new SwitchboardError(
        'conflict',
        'A scan is under way: let it end, or cancel it, and repair then.',
      );
    const [scan, place = '0'] = after?.split(':') ?? [];
    if (scan !== undefined && Number(scan) !== this.#status.startedAt)
      throw new SwitchboardError('conflict', 'There was another scan meanwhile: repair what that one found.');
    return Number(place);
  }

  #lookAt(users: ReadonlySet<string>): Promise<void> {
    this.#look = this.#look.then(() => this.#judgeAgain([...users]));
    return this.#look;
  }

  async #repairOrTell(user: string, reason: string, options: RepairOptions): Promise<RepairOutcome> {
    try {
      return await this.repair(user, reason, options);
    } catch (fault) {
      const oneUsersOwn = fault instanceof SwitchboardError && fault.code === 'redis_wrong_type';
      if (!oneUsersOwn) throw fault;
      return { user, done: [], transaction: null, failed: fault.message };
    }
  }

  async #judgeAgain(users: readonly string[]): Promise<void> {
    const found = this.#found;
    try {
      const facts = await inspectAll(this.context, users);
      // Another scan tells the truth itself.
      if (this.#found !== found) return;
      const limit = this.context.settings.heartbeatLimitMs;
      found.judge(
        new Set(users),
        facts.flatMap((each) => diagnose(each, limit)),
      );
      this.#tell({ ...this.#status, counts: found.counts });
    } catch (fault) {
      this.context.log.warn({ err: fault, pool: this.context.keys.pool }, 'nobody was looked at again');
    }
  }

  async #run(options: ScanOptions): Promise<void> {
    const began = this.context.clock.now();
    let end: Pick<IntegrityStatus, 'status' | 'error'> = { status: 'done', error: null };
    try {
      for await (const event of scan(this.context, options)) this.#note(event);
      if (options.signal?.aborted) end = { status: 'cancelled', error: null };
    } catch (fault) {
      this.context.log.warn({ err: fault, pool: this.context.keys.pool }, 'the integrity scan failed');
      const error = fault instanceof SwitchboardError ? fault.message : 'The log has the cause.';
      end = { status: 'failed', error };
    }
    this.#abort = null;
    this.#tell({ ...this.#status, ...end, phase: null, tookMs: this.context.clock.now() - began });
  }

  #note(event: ScanEvent): void {
    if (event.type === 'progress') {
      const { phase, lookedAt, total } = event;
      this.#tell({ ...this.#status, phase, lookedAt, total });
      return;
    }
    this.#found.add(event.finding);
    this.#status = { ...this.#status, counts: this.#found.counts };
  }

  #tell(status: IntegrityStatus): void {
    this.#status = status;
    for (const listener of this.#listeners) listener(status);
  }
}

function tally(totals: RepairTotals, outcome: RepairOutcome): void {
  if (outcome.failed !== null) totals.failed += 1;
  else if (outcome.done.length > 0) totals.repaired += 1;
  else totals.unchanged += 1;
  const worthTelling = outcome.failed !== null || outcome.done.length > 0;
  if (worthTelling && totals.outcomes.length < KEPT_OUTCOMES) totals.outcomes.push(outcome);
}
