import { useState } from 'react';
import { reason as reasonSchema } from '@shared/contract/common';
import type { FindingKind, RepairOutcome } from '@shared/contract/integrity';
import { useMutation } from '@tanstack/react-query';
import { undoAll } from '../../commands/bulk';
import { describeFault } from '../../commands/run';
import { refusalOf } from '../../commands/command';
import { Button } from '../../components/button';
import form from '../../components/form.module.css';
import { Modal } from '../../components/modal';
import { formatCount, formatThings } from '../../format';
import { useCommandContext, useSituation } from '../../hooks/use-command';
import { useLive } from '../../store/live';
import { showToast } from '../../store/toasts';
import { useUi } from '../../store/ui';
import styles from './integrity.module.css';

const UNDO_MS = 30_000;
const SHOWN = 50;

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
  const situation = useSituation();
  const pool = useUi((state) => state.pool);
  const environment = useLive(({ session }) => session?.deployment.environment ?? 'production');
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const size = 'users' in target ? target.users.length : target.count;
  const guarded = environment === 'production' && size > 1;

  async function act(dryRun: boolean): Promise<Result> {
    const why = dryRun ? 'preview' : reason;
    if ('users' in target) {
      const { outcomes } = await client.call('integrity.repair', {
        pool,
        users: target.users,
        reason: why,
        dryRun,
      });
      return summary(outcomes);
    }
    const kinds = target.kinds === null ? {} : { kinds: target.kinds };
    return client.call('integrity.repairAll', { pool, reason: why, dryRun, ...kinds });
  }

  const preview = useMutation({ mutationFn: () => act(true) });
  const repair = useMutation({
    mutationFn: () => act(false),
    onSuccess: (result) => {
      onClose();
      refresh();
      const transactions = result.outcomes.flatMap(({ transaction }) => transaction ?? []);
      showToast({
        tone: result.failed > 0 ? 'bad' : 'good',
        title: `${formatThings(result.repaired, 'user')} repaired`,
        detail: `${formatCount(result.unchanged)} were well by then, ${formatCount(result.failed)} could not be repaired.`,
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
  const refusal =
    refusalOf({ operation: 'integrity.repair' }, situation) ??
    (reasonSchema.safeParse(reason).success ? null : 'Say why, in at least 3 characters.') ??
    (guarded && typed !== String(size) ? `Type ${size} to confirm.` : null);
  const fault = preview.error ?? repair.error;

  return (
    <Modal
      title={`Repair ${'users' in target && size === 1 ? target.users[0] : formatThings(size, 'finding')}`}
      description="Each user is mended by the rule for its fault, in one step, and written to the audit trail."
      open
      onOpenChange={(open) => !open && onClose()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button onClick={() => preview.mutate()} disabled={preview.isPending}>
            Show what would change
          </Button>
          <Button tone="danger" refusal={refusal} disabled={repair.isPending} onClick={() => repair.mutate()}>
            {repair.isPending ? 'Repairing…' : 'Repair'}
          </Button>
        </>
      }
    >
      <label className={form.field}>
        Reason
        <textarea
          value={reason}
          maxLength={500}
          rows={2}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      {guarded && (
        <label className={form.field}>
          This is production. Type {size} to confirm
          <input
            value={typed}
            inputMode="numeric"
            onChange={(event) => setTyped(event.target.value.trim())}
          />
        </label>
      )}
      {fault && <p className={styles.fault}>{describeFault(fault)}</p>}
      {preview.data && <Outcomes result={preview.data} />}
    </Modal>
  );
}

function Outcomes({ result }: { result: Result }) {
  return (
    <div className={styles.outcomes} role="status">
      <p>
        <strong>{formatThings(result.repaired, 'user')}</strong> would be mended,{' '}
        {formatCount(result.unchanged)} are well by now, {formatCount(result.failed)} cannot be repaired.
      </p>
      <ul>
        {result.outcomes.slice(0, SHOWN).map(({ user, done, failed }) => (
          <li key={user} className={failed === null ? undefined : styles.fault}>
            {user}: {failed ?? done.map(({ message }) => message).join('; ')}
          </li>
        ))}
      </ul>
    </div>
  );
}

function summary(outcomes: readonly RepairOutcome[]): Result {
  const failed = outcomes.filter((outcome) => outcome.failed !== null).length;
  const repaired = outcomes.filter((outcome) => outcome.failed === null && outcome.done.length > 0).length;
  return { repaired, failed, unchanged: outcomes.length - repaired - failed, outcomes };
}
