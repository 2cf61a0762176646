import { SwitchboardError } from '@shared/errors';
import { newId } from '../lib/ids';
import type { ActOptions } from './core';
import type { SkippedUser, Transition } from './transition';

/** How an action on many users is carried out. */
export interface BulkOptions extends Omit<ActOptions, 'transaction'> {
  /** Report what would change, and change nothing. */
  dryRun?: boolean;
  /** Users per transaction; one transaction is one script, during which Redis serves nobody else. */
  chunk?: number;
  onProgress?: (done: number, total: number) => void;
  /** Stops before the next chunk; what was done stays, and can be undone by chunk. */
  signal?: AbortSignal;
}

/** What came of an action on many users. */
export interface BulkOutcome {
  /** One id for each chunk that changed something, to undo it by. */
  transactions: string[];
  moved: string[];
  skipped: SkippedUser[];
  warnings: Transition['warnings'];
  /** Users not tried, because the action was cancelled or Redis went away. */
  untried: string[];
  /** Why it stopped early; null when it did not. */
  stopped: SwitchboardError | null;
}

const CHUNK = 200;

/**
 * Does something to many users, chunk by chunk. A chunk that fails as a whole ends the action; what came before it
 * stands and is told.
 */
export async function inChunks(
  users: readonly string[],
  { chunk = CHUNK, dryRun, onProgress, signal }: BulkOptions,
  act: (chunk: readonly string[], transaction: string) => Promise<Transition>,
): Promise<BulkOutcome> {
  const unique = [...new Set(users)];
  const outcome: BulkOutcome = {
    transactions: [],
    moved: [],
    skipped: [],
    warnings: [],
    untried: [],
    stopped: null,
  };
  for (let at = 0; at < unique.length; at += chunk) {
    if (signal?.aborted) outcome.stopped = new SwitchboardError('cancelled', 'The action was cancelled.');
    if (!outcome.stopped) await tryChunk(unique.slice(at, at + chunk));
    if (outcome.stopped) {
      outcome.untried = unique.slice(at);
      break;
    }
    onProgress?.(Math.min(at + chunk, unique.length), unique.length);
  }
  return outcome;

  async function tryChunk(part: readonly string[]): Promise<void> {
    try {
      const result = await act(part, newId());
      const skipped = new Set(result.skipped.map(({ user }) => user));
      outcome.skipped.push(...result.skipped);
      outcome.warnings.push(...result.warnings);
      outcome.moved.push(...part.filter((user) => !skipped.has(user)));
      if (!dryRun && result.moves.length > 0) outcome.transactions.push(result.transaction);
    } catch (fault) {
      if (!(fault instanceof SwitchboardError)) throw fault;
      outcome.stopped = fault;
    }
  }
}
