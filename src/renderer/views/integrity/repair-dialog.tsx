import { UNDO_MS } from '@shared/contract/transitions';
import type { FindingKind, RepairOutcome } from '@shared/contract/integrity';
import { useMutation, useQuery } from '@tanstack/react-query';
import { undoAll } from '../../commands/bulk';
import { describeFault } from '../../commands/run';
import { DialogButtons } from '../../components/dialog-buttons';
import { Modal } from '../../components/modal';
import { useProductionGuard, useReason } from '../../components/safety-fields';
import { formatCount, formatThings } from '../../format';
import { useCommandContext } from '../../hooks/use-command';
import { useRefreshMs } from '../../hooks/use-operation';
import { useToldWhenClosed } from '../../hooks/use-told-when-closed';
import { showToast } from '../../store/toasts';
import { useUi } from '../../store/ui';
import styles from './integrity.module.css';

const SHOWN = 50;
const LOOKING = 'Looking at what would change…';

/** Whom a repair concerns: users by id, or everybody whom the last scan found with these faults (null for any). */
export type RepairTarget = { users: string[] } | { kinds: FindingKind[] | null; count: number };

interface Result {
  repaired: number;
  unchanged: number;
  failed: number;
  outcomes: readonly RepairOutcome[];
}

/** Shows what a repair would do, asks why, does it, and offers the way back. */
export function RepairDialog({ target, onClose }: { target: RepairTarget; onClose: () => void }) {
  const { client, refresh } = useCommandContext();
  const pool = useUi((state) => state.pool);
  const why = useReason();
  const size = 'users' in target ? target.users.length : target.count;
  const guard = useProductionGuard(size);

  async function act(dryRun: boolean): Promise<Result> {
    const reason = dryRun ? 'preview' : why.reason;
    if ('users' in target) {
      const { outcomes } = await client.call('integrity.repair', {
        pool,
        users: target.users,
        reason,
        dryRun,
      });
      return summary(outcomes);
    }
    const kinds = target.kinds === null ? {} : { kinds: target.kinds };
    return client.call('integrity.repairAll', { pool, reason, dryRun, ...kinds });
  }

  const again = useRefreshMs(2_000);
  const preview = useQuery({
    queryKey: ['preview', pool, target],
    queryFn: () => act(true),
    // Another dialog about the same users looks anew.
    gcTime: 0,
    refetchInterval: ({ state }) => state.error !== null && again,
  });
  const repair = useMutation({
    mutationFn: () => act(false),
    onError: useToldWhenClosed('The repair failed'),
    onSuccess: (result) => {
      onClose();
      refresh();
      const transactions = result.outcomes.flatMap(({ transaction }) => transaction ?? []);
      showToast({
        tone: result.failed > 0 ? 'bad' : 'good',
        title: `${formatThings(result.repaired, 'user')} repaired`,
        detail: `Well by then: ${formatCount(result.unchanged)}. Not to be repaired: ${formatCount(result.failed)}.`,
        ...(transactions.length > 0 && {
          action: {
            label: 'Undo',
            until: Date.now() + UNDO_MS,
            run: () => void undoAll(client, pool, transactions, refresh),
          },
        }),
      });
    },
  });
  const fault = preview.error ?? repair.error;

  return (
    <Modal
      title={`Repair ${'users' in target && size === 1 ? target.users[0] : formatThings(size, 'finding')}`}
      description="Each user is mended by the rule for its fault, in one step, and written to the audit trail."
      open
      onOpenChange={(open) => !open && onClose()}
      footer={
        <DialogButtons
          onCancel={onClose}
          label="Repair"
          busyLabel="Repairing…"
          busy={repair.isPending}
          underWay={repair.isPending}
          tone="danger"
          operation={'users' in target ? 'integrity.repair' : 'integrity.repairAll'}
          refusal={why.refusal ?? guard.refusal ?? (size > 1 && preview.isPending ? LOOKING : null)}
          onConfirm={() => repair.mutate()}
        />
      }
    >
      {why.field}
      {guard.field}
      {fault && <p className={styles.fault}>{describeFault(fault)}</p>}
      {preview.isPending && <p role="status">{LOOKING}</p>}
      {preview.data && <Outcomes result={preview.data} />}
    </Modal>
  );
}

function Outcomes({ result }: { result: Result }) {
  return (
    <div className={styles.outcomes} role="status">
      <p>
        <strong>{formatThings(result.repaired, 'user')}</strong> would be mended. Well by now:{' '}
        {formatCount(result.unchanged)}. Not to be repaired: {formatCount(result.failed)}.
      </p>
      <ul>
        {result.outcomes.slice(0, SHOWN).map((outcome) => (
          <li key={outcome.user} className={outcome.failed === null ? undefined : styles.fault}>
            {sayOutcome(outcome)}
          </li>
        ))}
      </ul>
    </div>
  );
}

function sayOutcome({ user, done, failed }: RepairOutcome): string {
  if (failed !== null) return `${user}: ${failed}`;
  if (done.length === 0) return `${user} is well by now.`;
  return done.map(({ message }) => message).join(' ');
}

function summary(outcomes: readonly RepairOutcome[]): Result {
  const failed = outcomes.filter((outcome) => outcome.failed !== null).length;
  const repaired = outcomes.filter((outcome) => outcome.failed === null && outcome.done.length > 0).length;
  return { repaired, failed, unchanged: outcomes.length - repaired - failed, outcomes };
}
