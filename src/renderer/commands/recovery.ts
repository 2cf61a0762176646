import type { Client } from '@shared/client';
import type { FindingKind, RepairOutcome, RepairTotals } from '@shared/contract/integrity';
import { SwitchboardError } from '@shared/errors';
import { formatCount } from '../format';
import type { WorkPage } from './paged';

/** What is put right in a whole pool, and why. */
interface Order {
  pool: string;
  reason: string;
  dryRun: boolean;
}

/** The pages of a recovery of metadata. */
export async function* recoveryPages(
  client: Client,
  operation: 'metadata.rebuild' | 'metadata.removeOrphans',
  order: Order,
): AsyncGenerator<WorkPage> {
  let after: string | null = null;
  do {
    const report: Awaited<ReturnType<typeof client.call<typeof operation>>> = await client.call(operation, {
      ...order,
      after,
    });
    const { walked, total, lookedAt, recovered, leftOut, examples, skipped, transactions, stopped } = report;
    after = report.next;
    yield {
      ...{ passed: walked, total, looked: lookedAt, changed: recovered, well: 0, leftOut, beyond: 0 },
      ...{ told: examples, skipped, transactions, stopped, isLast: after === null },
    };
    if (stopped !== null) return;
  } while (after !== null);
}

/**
 * The pages of a repair of everybody whom the last scan found with some faults (null for any). A scan keeps so many of a
 * kind: where there are more, another scan follows, and its findings are repaired too, until there is nothing left or
 * nothing more can be mended.
 */
export async function* repairPages(
  client: Client,
  kinds: FindingKind[] | null,
  order: Order,
  signal: AbortSignal,
  tell: (phase: string | null) => void = () => undefined,
): AsyncGenerator<WorkPage> {
  let passed = 0;
  for (;;) {
    let repaired = 0;
    let after: string | null = null;
    let goesOn: boolean;
    do {
      const totals: RepairTotals = await client.call('integrity.repairAll', {
        ...order,
        after,
        ...(kinds && { kinds }),
      });
      after = totals.next;
      repaired += totals.repaired;
      goesOn = !order.dryRun && totals.beyond > 0 && repaired > 0;
      const page = repairPage(totals, passed, after === null && !goesOn);
      passed += page.passed;
      yield page;
      if (totals.stopped !== null) return;
    } while (after !== null);
    if (!goesOn) return;
    await scanAgain(client, order.pool, signal, tell);
    if (signal.aborted) return;
    tell(null);
  }
}

function repairPage(totals: RepairTotals, before: number, isLast: boolean): WorkPage {
  const { repaired: changed, unchanged: well, failed: leftOut, outcomes, total, beyond, stopped } = totals;
  const passed = changed + well + leftOut;
  return {
    ...{ passed, total: before + total + beyond, looked: passed, changed, well, leftOut, beyond },
    told: outcomes.filter(({ failed }) => failed === null).map(sayOutcome),
    skipped: outcomes.flatMap((outcome) =>
      outcome.failed === null ? [] : { user: outcome.user, message: sayOutcome(outcome) },
    ),
    transactions: outcomes.flatMap(({ transaction }) => transaction ?? []),
    ...{ stopped, isLast },
  };
}

/** What became of one user, or would, in a sentence or two. */
export function sayOutcome({ user, done, failed }: RepairOutcome): string {
  if (failed !== null) return `${user}: ${failed}`;
  if (done.length === 0) return `${user} is well by now.`;
  return done.map(({ message }) => message).join(' ');
}

/** Scans a pool to its end, or until the signal is aborted. */
async function scanAgain(
  client: Client,
  pool: string,
  signal: AbortSignal,
  tell: (phase: string) => void,
): Promise<void> {
  await client.call('integrity.start', { pool });
  let stop: () => void = () => undefined;
  const cancel = () => void client.call('integrity.cancel', { pool }).catch(() => undefined);
  signal.addEventListener('abort', cancel);
  try {
    await new Promise<void>((resolve, reject) => {
      stop = client.listen('integrity', { pool }, (event) => {
        if (!event.ok) return reject(new SwitchboardError(event.error.code, event.error.message));
        const { status, lookedAt, total, error } = event.value;
        if (status === 'done' || signal.aborted) return resolve();
        if (status !== 'running')
          return reject(new SwitchboardError('cancelled', error ?? 'The scan for the rest was cancelled.'));
        tell(`Scanning for the rest: ${formatCount(lookedAt)} of about ${formatCount(total)}.`);
      });
      if (signal.aborted) cancel();
    });
  } finally {
    signal.removeEventListener('abort', cancel);
    stop();
  }
}
