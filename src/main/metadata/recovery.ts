import type { RecoveryReport } from '@shared/contract/metadata';
import { STATES } from '@shared/states';
import type { EngineContext } from '../engine/context';
import { type Facts, INSPECT_BATCH, inspectScript } from '../engine/inspect';
import { walkKeys, walkSet } from '../engine/walk';
import type { BatchReply, ChangeOptions, UserMetadataManager } from './metadata-manager';

/** How a recovery goes. */
export interface RecoveryOptions extends Omit<ChangeOptions, 'transaction'> {
  signal?: AbortSignal | undefined;
  /** Stops once about so many were recovered: no more than a step of the walk beyond. */
  limit?: number;
  onProgress?: (progress: { lookedAt: number; recovered: number }) => void;
}

const EXAMPLES = 1000;

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
        const bare = await this.#those(users, ({ hasMetadata, damaged }) => !hasMetadata && !damaged);
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
        const isOrphan = (facts: Facts) => facts.hasMetadata && facts.entries.length === 0;
        const orphans = (await this.#those(users, isOrphan)).filter((user) => !met.has(user));
        for (const user of orphans) met.add(user);
        const remove = (part: string[]) => this.manager.removeUserMetadataBatch(part, changeOptions(options));
        await this.#recover(users.length, orphans, remove, options, report);
        if (isEnough(report, options)) return report;
      }
    report.complete = !signal?.aborted;
    return report;
  }

  /** Which of the users are so. A moment later they may not be: the script decides. */
  async #those(users: readonly string[], are: (facts: Facts) => boolean): Promise<string[]> {
    const { store, keys } = this.context;
    const found: string[] = [];
    for (let at = 0; at < users.length; at += INSPECT_BATCH) {
      const facts = await store.run(inspectScript, { keys, users: users.slice(at, at + INSPECT_BATCH) });
      found.push(...facts.filter(are).map(({ user }) => user));
    }
    return found;
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
    const ids = transactions.map(({ transaction }) => transaction);
    if (!report.dryRun) report.transactions.push(...ids.slice(0, EXAMPLES - report.transactions.length));
    onProgress?.({ lookedAt: report.lookedAt, recovered: report.recovered });
  }
}

const NOTHING: BatchReply = { outcomes: [], transactions: [] };

function emptyReport({ dryRun = false }: RecoveryOptions): RecoveryReport {
  return { dryRun, complete: false, lookedAt: 0, recovered: 0, examples: [], transactions: [] };
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
