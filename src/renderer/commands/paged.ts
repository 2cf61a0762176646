import type { Client } from '@shared/client';
import { UNDO_MS } from '@shared/contract/transitions';
import { SwitchboardError } from '@shared/errors';
import { addJob, type Tally, updateJob, type WorkWords } from '../store/jobs';
import { undoAll } from './bulk';
import { describeFault } from './run';

/** What one page of work came to: as a tally, with how it went on. */
export interface WorkPage extends Tally {
  /** To undo it by. */
  transactions: readonly string[];
  /** Why it stopped within the page; null where it did not. */
  stopped: string | null;
  /** Whether there is more to do. */
  isLast: boolean;
}

/** How many of those changed, and of those left out, are kept to be read. */
const KEPT = 1_000;

/** What is told before the first page. */
export const NOTHING_YET: Tally = {
  ...{ passed: 0, total: 0, looked: 0, changed: 0, well: 0, leftOut: 0, beyond: 0 },
  ...{ told: [], skipped: [] },
};

/** A tally with one more page. */
export function addPage(tally: Tally, page: WorkPage): Tally {
  const total = Math.max(tally.total, page.total);
  return {
    passed: Math.min(total, tally.passed + page.passed),
    total,
    looked: tally.looked + page.looked,
    changed: tally.changed + page.changed,
    well: tally.well + page.well,
    leftOut: tally.leftOut + page.leftOut,
    told: [...tally.told, ...page.told].slice(0, KEPT),
    skipped: [...tally.skipped, ...page.skipped].slice(0, KEPT),
    beyond: page.beyond,
  };
}

/**
 * Adds up all pages of a dry run.
 * @throws SwitchboardError what a page was refused with, or stopped by; the signal's reason when that is aborted
 */
export async function tallyOf(
  pages: AsyncGenerator<WorkPage>,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (tally: Tally) => void },
): Promise<Tally> {
  let tally = NOTHING_YET;
  for await (const page of pages) {
    signal.throwIfAborted();
    tally = addPage(tally, page);
    onProgress(tally);
    if (page.stopped !== null) throw new SwitchboardError('redis_failed', page.stopped);
  }
  return tally;
}

/** How a piece of work wants to be told. */
export interface Work extends WorkWords {
  title: string;
  pool: string;
  /** Its pages; it may end early, and say what it does between two of them. */
  pages: (signal: AbortSignal, tell: (phase: string | null) => void) => AsyncGenerator<WorkPage>;
}

/**
 * Begins work that goes page by page: with progress, cancel between two pages, and undo of what was done in the last
 * 30 s. A dialog shows it at first; it goes on when that is closed. Returns its job.
 */
export function startWork(client: Client, work: Work, refresh: () => void): number {
  const { title, did, expected } = work;
  const stop = new AbortController();
  const id = addJob({
    ...{ title, status: 'running', done: 0, total: 0, moved: 0, skipped: [], fault: null, undo: null },
    work: { did, expected, tally: NOTHING_YET },
    inDialog: true,
    cancel: () => {
      stop.abort();
      updateJob(id, { stopping: true });
    },
  });
  void carryOut(client, id, work, stop.signal, refresh).then(refresh);
  return id;
}

async function carryOut(
  client: Client,
  id: number,
  work: Work,
  signal: AbortSignal,
  refresh: () => void,
): Promise<void> {
  const { did, expected, pool } = work;
  const steps: { transaction: string; until: number }[] = [];
  let tally = NOTHING_YET;
  let fault: string | null = null;
  let complete = false;
  try {
    const tell = (phase: string | null) => updateJob(id, { phase });
    for await (const page of work.pages(signal, tell)) {
      tally = addPage(tally, page);
      const until = Date.now() + UNDO_MS;
      steps.push(...page.transactions.map((transaction) => ({ transaction, until })));
      const { passed: done, total, changed: moved, skipped } = tally;
      updateJob(id, { done, total, moved, skipped, work: { did, expected, tally } });
      fault = page.stopped;
      complete = page.isLast;
      if (fault !== null || signal.aborted) break;
    }
  } catch (failure) {
    fault = describeFault(failure);
  }
  const status = fault !== null ? 'failed' : complete ? 'done' : 'cancelled';
  updateJob(id, { status, fault, phase: null, undo: undoOf(client, pool, steps, refresh) });
}

/** The way back, for as long as one of the steps can be undone. */
function undoOf(
  client: Client,
  pool: string,
  steps: readonly { transaction: string; until: number }[],
  refresh: () => void,
): { run: () => void; until: number } | null {
  const last = steps.at(-1);
  if (!last) return null;
  return {
    until: last.until,
    run: () => {
      const fresh = steps.filter(({ until }) => until > Date.now()).map(({ transaction }) => transaction);
      void undoAll(client, pool, fresh, refresh, steps.length - fresh.length);
    },
  };
}
