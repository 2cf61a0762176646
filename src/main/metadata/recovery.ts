import type { RecoveryReport } from '@shared/contract/metadata';
import { STATES } from '@shared/states';
import type { EngineContext } from '../engine/context';
import { type Facts, INSPECT_BATCH, inspectScript } from '../engine/inspect';
import { walkKeys, walkSet } from '../engine/walk';
import type { ChangeOutcome } from './change';
import type { BatchReply, ChangeOptions, UserMetadataManager } from './metadata-manager';

/** How a recovery goes. */
export interface RecoveryOptions extends Omit<ChangeOptions, 'transaction'> {
  signal?: AbortSignal | undefined;
  /** Stops once about so many were recovered: no more than a step of the walk beyond. */
  limit?: number;
  onProgress?: (progress: { lookedAt: number; recovered: number }) => void;
}

const EXAMPLES = 1000;

/** Why somebody was left as they are. */
const SKIPPED: Record<Exclude<ChangeOutcome, 'done'> | 'damaged', (user: string) => string> = {
  unknown: (user) => `${user} is gone by now.`,
  exists: (user) => `${user} has metadata by now.`,
  'in-state': (user) => `${user} is in a state by now.`,
  split: (user) => `${user} is in several states at once: repair that first.`,
  damaged: (user) => `The metadata key of ${user} is of a wrong type: take it away by hand.`,
};

/** Puts metadata and sets into step again, for everybody, in bounded steps. */
export class MetadataRecovery {
  constructor(
    private readonly context: EngineContext,
    private readonly manager: UserMetadataManager,
  ) {}

  /** Gives metadata with defaults to everybody who is in a state without; the sets are the truth. */
  async rebuildFromSets(options: RecoveryOptions = {}): Promise<RecoveryReport> {
    const { store, keys } = this.context;
    const report = emptyReport(options);
    for (const state of STATES)
      for await (const users of walkSet(store, keys.sets[state], options.signal)) {
        const { those: bare, damaged } = await this.#sort(users, ({ hasMetadata }) => !hasMetadata);
        skip(report, damaged, 'damaged');
        const create = (part: string[]) => this.manager.createUserMetadataBatch(part, changeOptions(options));
        await this.#recover(users.length, bare, create, options, report);
        if (isEnough(report, options)) return report;
      }
    report.complete = !options.signal?.aborted;
    return report;
  }

  /**
   * Removes metadata of those who are in no state: whom the heartbeat index knows, and whom only the keys
   * know. Each step can be undone for 30 s.
   */
  async removeOrphans(options: RecoveryOptions = {}): Promise<RecoveryReport> {
    const { store, keys } = this.context;
    const { signal } = options;
    const report = emptyReport(options);
    const prefix = keys.prefixes.user;
    const walks = [
      walkSet(store, keys.heartbeats, signal),
      withoutPrefix(walkKeys(store, prefix, signal), prefix),
    ];
    // A dry run takes nobody away, and the second walk would meet them again.
    const met = new Set<string>();
    for (const walk of walks)
      for await (const users of walk) {
        const unmet = users.filter((user) => !met.has(user));
        const { those: orphans, damaged } = await this.#sort(unmet, ({ hasMetadata }) => hasMetadata, false);
        for (const user of [...orphans, ...damaged]) met.add(user);
        skip(report, damaged, 'damaged');
        const remove = (part: string[]) => this.manager.removeUserMetadataBatch(part, changeOptions(options));
        await this.#recover(users.length, orphans, remove, options, report);
        if (isEnough(report, options)) return report;
      }
    report.complete = !signal?.aborted;
    return report;
  }

  /**
   * Which of the users are so, and whose metadata cannot be read at all, among those who are in a state or those who
   * are in none. A moment later they may not be: the script decides.
   */
  async #sort(
    users: readonly string[],
    are: (facts: Facts) => boolean,
    inState = true,
  ): Promise<{ those: string[]; damaged: string[] }> {
    const { store, keys } = this.context;
    const found: Facts[] = [];
    for (let at = 0; at < users.length; at += INSPECT_BATCH) {
      const facts = await store.run(inspectScript, { keys, users: users.slice(at, at + INSPECT_BATCH) });
      found.push(...facts.filter(({ entries }) => entries.length > 0 === inState));
    }
    const namesOf = (facts: readonly Facts[]) => facts.map(({ user }) => user);
    return {
      those: namesOf(found.filter((facts) => !facts.damaged && are(facts))),
      damaged: namesOf(found.filter(({ damaged }) => damaged)),
    };
  }

  async #recover(
    walked: number,
    users: string[],
    change: (users: string[]) => Promise<BatchReply>,
    { onProgress }: RecoveryOptions,
    report: RecoveryReport,
  ): Promise<void> {
    const { outcomes, transactions } = users.length > 0 ? await change(users) : NOTHING;
    const done = outcomes.filter(({ outcome }) => outcome === 'done').map(({ user }) => user);
    report.lookedAt += walked;
    report.recovered += done.length;
    report.examples.push(...done.slice(0, EXAMPLES - report.examples.length));
    for (const { user, outcome } of outcomes) if (outcome !== 'done') skip(report, [user], outcome);
    const ids = transactions
      .filter(({ undoableUntil }) => undoableUntil !== null)
      .map(({ transaction }) => transaction);
    if (!report.dryRun) report.transactions.push(...ids.slice(0, EXAMPLES - report.transactions.length));
    onProgress?.({ lookedAt: report.lookedAt, recovered: report.recovered });
  }
}

const NOTHING: BatchReply = { outcomes: [], transactions: [] };

function emptyReport({ dryRun = false }: RecoveryOptions): RecoveryReport {
  const counts = { lookedAt: 0, recovered: 0, leftOut: 0 };
  return { dryRun, complete: false, ...counts, examples: [], skipped: [], transactions: [] };
}

/** Notes who was left as they are. Whoever is in two states is met in each of them. */
function skip(report: RecoveryReport, users: readonly string[], why: keyof typeof SKIPPED): void {
  const known = new Set(report.skipped.map(({ user }) => user));
  for (const user of users.filter((one) => !known.has(one))) {
    report.leftOut += 1;
    if (report.skipped.length < EXAMPLES) report.skipped.push({ user, message: SKIPPED[why](user) });
  }
}

function isEnough({ recovered }: RecoveryReport, { limit = Infinity }: RecoveryOptions): boolean {
  return recovered >= limit;
}

function changeOptions({
  signal: _signal,
  limit: _limit,
  onProgress: _onProgress,
  ...rest
}: RecoveryOptions): ChangeOptions {
  return rest;
}

async function* withoutPrefix(batches: AsyncGenerator<string[]>, prefix: string): AsyncGenerator<string[]> {
  for await (const keys of batches) yield keys.map((key) => key.slice(prefix.length));
}
