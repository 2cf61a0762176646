import { UNDO_MS } from '@shared/contract/transitions';
import { useMutation, useQuery } from '@tanstack/react-query';
import type { OperationOutput } from '@shared/contract';
import { undoAll } from '../../commands/bulk';
import { describeFault } from '../../commands/run';
import { DialogButtons } from '../../components/dialog-buttons';
import { Modal } from '../../components/modal';
import { useProductionGuard } from '../../components/safety-fields';
import { StateName } from '../../components/state-name';
import { formatCount, formatThings } from '../../format';
import { useCommandContext } from '../../hooks/use-command';
import { useToldWhenClosed } from '../../hooks/use-told-when-closed';
import { showToast } from '../../store/toasts';
import { ui, useUi } from '../../store/ui';
import styles from './action-dialog.module.css';

type Report = OperationOutput<'cleanup.run'>;

const SHOWN = 6;
const close = () => ui.setState({ cleanupOpen: false });

/** Whom a sweep would move or forget, before it does. */
export function CleanupDialog() {
  const open = useUi((state) => state.cleanupOpen);
  return open && <Prepare />;
}

function Prepare() {
  const { client, refresh } = useCommandContext();
  const pool = useUi((state) => state.pool);
  const preview = useQuery({
    queryKey: ['cleanup preview', pool],
    queryFn: () => client.call('cleanup.run', { pool, dryRun: true }),
    gcTime: 0,
  });
  const sweep = useMutation({
    mutationFn: () => client.call('cleanup.run', { pool, dryRun: false }),
    onError: useToldWhenClosed('The clean-up failed'),
    onSuccess: (report) => {
      close();
      refresh();
      const { transactions } = report;
      showToast({
        tone: 'good',
        title: `Cleaned up: ${formatThings(movesOf(report), 'move')}, ${formatCount(report.forgotten)} forgotten`,
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
  const report = preview.data;
  const size = report ? movesOf(report) + report.forgotten : 0;
  const guard = useProductionGuard(size);
  const notYet = report && size === 0 ? 'There is nothing to clean up.' : guard.refusal;
  const fault = preview.error ?? sweep.error;
  return (
    <Modal
      title="Clean up"
      description="Who is stuck goes back, who fell silent leaves, and partners of those who left return to the queue."
      open
      onOpenChange={(open) => !open && close()}
      footer={
        <DialogButtons
          onCancel={close}
          label="Clean up"
          busyLabel={report ? 'Cleaning up…' : 'Clean up'}
          busy={!report || sweep.isPending}
          underWay={sweep.isPending}
          tone="danger"
          operation="cleanup.run"
          refusal={notYet}
          onConfirm={() => sweep.mutate()}
        />
      }
    >
      {preview.isPending && <p role="status">Looking at what would change…</p>}
      {fault && <p className={styles.fault}>{describeFault(fault)}</p>}
      {report && <Preview report={report} />}
      {guard.field}
    </Modal>
  );
}

function Preview({ report }: { report: Report }) {
  const { moved, forgotten, examples, lookedAt } = report;
  return (
    <div className={styles.preview} role="status">
      <p>
        Of {formatThings(lookedAt, 'user')} looked at, this would change: {formatCount(moved.connecting)}{' '}
        stuck in CONNECTING, {formatCount(moved.disconnecting)} stuck in DISCONNECTING,{' '}
        {formatCount(moved.alone)} alone in a call, {formatCount(moved.heartbeat)} silent;{' '}
        {formatCount(forgotten)} would be forgotten.
      </p>
      <ul>
        {examples.slice(0, SHOWN).map(({ user, from, to }) => (
          <li key={`${user} ${to}`}>
            <code>{user}</code> <StateName state={from} /> → <StateName state={to} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function movesOf({ moved }: Report): number {
  return moved.connecting + moved.disconnecting + moved.alone + moved.heartbeat;
}
