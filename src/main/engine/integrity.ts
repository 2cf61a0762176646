import {
  type Finding,
  FINDING_KINDS,
  type FindingKind,
  type IntegrityStatus,
  type RepairOutcome,
} from '@shared/contract/integrity';
import { SwitchboardError } from '@shared/errors';
import type { EngineContext } from './context';
import { acting, type ActOptions } from './core';
import { diagnose } from './diagnose';
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

/** What came of repairing everybody. */
export interface RepairTotals {
  repaired: number;
  unchanged: number;
  failed: number;
  /** The first ones in which something was done or failed. */
  outcomes: RepairOutcome[];
}

/** How many findings are kept for a person to look at; all are counted. */
const KEPT_FINDINGS = 10_000;
const KEPT_OUTCOMES = 1000;

/** What is wrong in a pool, and how to put it right. One scan at a time, and its findings until the next one. */
export class Integrity {
  #status: IntegrityStatus;
  #findings: Finding[] = [];
  /** Those of the findings that are no more, by the last look at them. */
  #mended = new Set<Finding>();
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
    this.#findings = [];
    this.#mended = new Set();
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

  /** What the last scan found and is still to be mended, in the order found. */
  findings({
    kind,
    offset = 0,
    limit = 100,
  }: { kind?: FindingKind | undefined; offset?: number; limit?: number } = {}): {
    total: number;
    findings: Finding[];
  } {
    const wanted = this.#findings.filter(
      (finding) => !this.#mended.has(finding) && (kind === undefined || finding.kind === kind),
    );
    return { total: wanted.length, findings: wanted.slice(offset, offset + limit) };
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
      this.#look = this.#judgeAgain();
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

  /** Repairs everybody whom the last scan found, by the faults that it found. */
  async repairAll(reason: string, options: RepairOptions = {}): Promise<RepairTotals> {
    const totals: RepairTotals = { repaired: 0, unchanged: 0, failed: 0, outcomes: [] };
    const { kinds: wanted = FINDING_KINDS } = options;
    const byUser = new Map<string, FindingKind[]>();
    for (const { user, kind } of this.findings({ limit: KEPT_FINDINGS }).findings)
      if (wanted.includes(kind)) byUser.set(user, [...(byUser.get(user) ?? []), kind]);
    for (const [user, kinds] of byUser) {
      const outcome = await this.#repairOrTell(user, reason, { ...options, kinds });
      if (outcome.failed !== null) totals.failed += 1;
      else if (outcome.done.length > 0) totals.repaired += 1;
      else totals.unchanged += 1;
      const worthTelling = outcome.failed !== null || outcome.done.length > 0;
      if (worthTelling && totals.outcomes.length < KEPT_OUTCOMES) totals.outcomes.push(outcome);
    }
    if (!options.dryRun) await this.lookAgain();
    return totals;
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

  async #judgeAgain(): Promise<void> {
    const findings = this.#findings;
    // A scan under way adds others meanwhile.
    const told = [...findings];
    try {
      const facts = await inspectAll(this.context, [...new Set(told.map(({ user }) => user))]);
      const limit = this.context.settings.heartbeatLimitMs;
      const now = new Set(facts.flatMap((each) => diagnose(each, limit)).map(nameOf));
      // Another scan tells the truth itself.
      if (this.#findings !== findings) return;
      const counts = { ...this.#status.counts };
      for (const finding of told) counts[finding.kind] -= Number(!this.#mended.has(finding));
      this.#mended = new Set(told.filter((finding) => !now.has(nameOf(finding))));
      for (const finding of told) counts[finding.kind] += Number(!this.#mended.has(finding));
      this.#tell({ ...this.#status, counts });
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
    const { kind } = event.finding;
    const { counts } = this.#status;
    this.#status = { ...this.#status, counts: { ...counts, [kind]: counts[kind] + 1 } };
    if (this.#findings.length < KEPT_FINDINGS) this.#findings.push(event.finding);
  }

  #tell(status: IntegrityStatus): void {
    this.#status = status;
    for (const listener of this.#listeners) listener(status);
  }
}

function nameOf({ kind, user }: Finding): string {
  return `${kind} ${user}`;
}

function noCounts(): IntegrityStatus['counts'] {
  return Object.fromEntries(FINDING_KINDS.map((kind) => [kind, 0])) as IntegrityStatus['counts'];
}
