import type { RecoveryReport } from '@shared/contract/metadata';
import { SwitchboardError } from '@shared/errors';
import { STATES } from '@shared/states';
import type { EngineContext } from '../engine/context';
import { type Facts, inspectAll } from '../engine/inspect';
import { stepThroughKeys, stepThroughSet, WALK_STEP } from '../engine/walk';
import type { ChangeOutcome } from './change';
import {
  type BatchReply,
  CHANGE_BATCH,
  type ChangeOptions,
  type UserMetadataManager,
} from './metadata-manager';

/** How a recovery goes. */
export interface RecoveryOptions extends Omit<ChangeOptions, 'transaction'> {
  signal?: AbortSignal | undefined;
  /** Where to go on: `next` of the report before. */
  after?: string | null;
  /** Ends the page once about so many were passed: no more than a step of the walk beyond. Without it all are. */
  limit?: number;
  onProgress?: (progress: Pick<RecoveryReport, 'walked' | 'total' | 'lookedAt' | 'recovered'>) => void;
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

/** One of the walks that a recovery consists of, each from a cursor of its own. */
interface Walk {
  /** Users met by a step, how much was passed for them, and where to go on; '0' where there is no more. */
  step: (cursor: string) => Promise<{ users: string[]; walked: number; cursor: string }>;
  /** Whether somebody is dealt with in this walk. A moment later they may not need it: the script decides. */
  concerns: (facts: Facts) => boolean;
}

/** What a recovery walks, and does to those whom it concerns. */
interface Recovery {
  walks: readonly Walk[];
  /** About how many entries and keys all walks pass. */
  measure: () => Promise<number>;
  change: (users: string[]) => Promise<BatchReply>;
}

/**
 * Puts metadata and sets into step again, for everybody, in bounded steps: in one call, or page by page. Nothing is
 * remembered between two pages; nobody is told twice who stayed where they were.
 * @throws SwitchboardError when Redis refuses before anything was changed; later the report says why it stopped.
 */
export class MetadataRecovery {
  constructor(
    private readonly context: EngineContext,
    private readonly manager: UserMetadataManager,
  ) {}

  /** Gives metadata with defaults to everybody who is in a state without; the sets are the truth. */
  rebuildFromSets(options: RecoveryOptions = {}): Promise<RecoveryReport> {
    const { store, keys } = this.context;
    const sets = STATES.map((state) => keys.sets[state]);
    return this.#recover(options, {
      walks: STATES.map((state) => ({
        step: (cursor) => everybody(stepThroughSet(store, keys.sets[state], cursor)),
        // Whoever is in several states is met in each of them, and dealt with in the first.
        concerns: ({ entries, damaged, hasMetadata }) =>
          entries[0]?.state === state && (damaged || !hasMetadata),
      })),
      measure: async () => sum(await store.pipeline(sets.map((set) => ['ZCARD', set] as const))),
      change: (users) => this.manager.createUserMetadataBatch(users, changeOptions(options)),
    });
  }

  /**
   * Removes metadata of those who are in no state: whom the heartbeat index knows, and whom only the keys
   * know. Each step can be undone for 30 s.
   */
  removeOrphans(options: RecoveryOptions = {}): Promise<RecoveryReport> {
    const { store, keys } = this.context;
    const concerns = ({ entries, damaged, hasMetadata }: Facts) =>
      entries.length === 0 && (damaged || hasMetadata);
    const node = () => store.nodeOf(keys.prefixes.user);
    return this.#recover(options, {
      walks: [
        { step: (cursor) => everybody(stepThroughSet(store, keys.heartbeats, cursor)), concerns },
        { step: async (cursor) => this.#stepPastIndex(await node(), cursor), concerns },
      ],
      measure: async () =>
        sum([await store.command(['ZCARD', keys.heartbeats]), await (await node()).command(['DBSIZE'])]),
      change: (users) => this.manager.removeUserMetadataBatch(users, changeOptions(options)),
    });
  }

  /** Users whom only the keys know: the walk of the index has met the others. */
  async #stepPastIndex(node: Parameters<typeof stepThroughKeys>[0], from: string): ReturnType<Walk['step']> {
    const { store, keys } = this.context;
    const { items, cursor } = await stepThroughKeys(node, keys.prefixes.user, from);
    const users = items.map((key) => key.slice(keys.prefixes.user.length));
    const known =
      users.length === 0 ? [] : ((await store.command(['ZMSCORE', keys.heartbeats, ...users])) as unknown[]);
    return { users: users.filter((_, index) => known[index] === null), walked: WALK_STEP, cursor };
  }

  async #recover(options: RecoveryOptions, recovery: Recovery): Promise<RecoveryReport> {
    const { walks, measure } = recovery;
    const { signal, limit = Infinity, onProgress } = options;
    let place = readPlace(options.after ?? null, walks);
    const report = emptyReport(options, await measure());
    try {
      while (place && !signal?.aborted && report.walked < limit) {
        const { users, walked, cursor } = await place.walk.step(place.cursor);
        await this.#mend(new Set(users), place.walk, recovery, report);
        report.walked = Math.min(report.total, report.walked + walked);
        place = goOn(place, cursor, walks);
        const { total, lookedAt, recovered } = report;
        onProgress?.({ walked: report.walked, total, lookedAt, recovered });
      }
    } catch (fault) {
      if (report.recovered === 0 || !(fault instanceof SwitchboardError)) throw fault;
      report.stopped = fault.message;
    }
    report.next = place && `${walks.indexOf(place.walk)}:${place.cursor}`;
    return report;
  }

  /** Deals with those of some users whom a walk concerns, one script after the other, and notes what came of it. */
  async #mend(
    users: ReadonlySet<string>,
    { concerns }: Walk,
    { change }: Recovery,
    report: RecoveryReport,
  ): Promise<void> {
    const facts = (await inspectAll(this.context, [...users])).filter(concerns);
    for (const { user, damaged } of facts) if (damaged) skip(report, user, 'damaged');
    const those = facts.filter(({ damaged }) => !damaged).map(({ user }) => user);
    for (let at = 0; at < those.length; at += CHANGE_BATCH)
      note(report, await change(those.slice(at, at + CHANGE_BATCH)));
    report.lookedAt += users.size;
  }
}

/** How far a recovery is: in which walk, and where in it. */
interface Place {
  walk: Walk;
  cursor: string;
}

function readPlace(after: string | null, walks: readonly Walk[]): Place | null {
  const [index = '0', cursor = '0'] = after?.split(':') ?? [];
  const walk = walks[Number(index)];
  if (!walk) throw new SwitchboardError('bad_input', `${after} is no place of this recovery.`, { after });
  return { walk, cursor };
}

function goOn({ walk }: Place, cursor: string, walks: readonly Walk[]): Place | null {
  if (cursor !== '0') return { walk, cursor };
  const next = walks[walks.indexOf(walk) + 1];
  return next ? { walk: next, cursor } : null;
}

async function everybody(step: ReturnType<typeof stepThroughSet>): ReturnType<Walk['step']> {
  const { items, cursor } = await step;
  return { users: items, walked: items.length, cursor };
}

function emptyReport({ dryRun = false }: RecoveryOptions, total: number): RecoveryReport {
  return {
    ...{ dryRun, next: null, stopped: null, walked: 0, total },
    ...{ lookedAt: 0, recovered: 0, examples: [], leftOut: 0, skipped: [], transactions: [] },
  };
}

function note(report: RecoveryReport, { outcomes, transactions }: BatchReply): void {
  const done = outcomes.filter(({ outcome }) => outcome === 'done').map(({ user }) => user);
  report.recovered += done.length;
  report.examples.push(...done.slice(0, EXAMPLES - report.examples.length));
  for (const { user, outcome } of outcomes) if (outcome !== 'done') skip(report, user, outcome);
  if (report.dryRun) return;
  const undoable = transactions.filter(({ undoableUntil }) => undoableUntil !== null);
  const ids = undoable.map(({ transaction }) => transaction);
  report.transactions.push(...ids.slice(0, EXAMPLES - report.transactions.length));
}

/** Notes who was left as they are. */
function skip(report: RecoveryReport, user: string, why: keyof typeof SKIPPED): void {
  report.leftOut += 1;
  if (report.skipped.length < EXAMPLES) report.skipped.push({ user, message: SKIPPED[why](user) });
}

function sum(counts: readonly unknown[]): number {
  return counts.reduce<number>((total, count) => total + Number(count), 0);
}

function changeOptions({
  signal: _signal,
  after: _after,
  limit: _limit,
  onProgress: _onProgress,
  ...rest
}: RecoveryOptions): ChangeOptions {
  return rest;
}
