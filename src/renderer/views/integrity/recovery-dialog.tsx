import { UNDO_MS } from '@shared/contract/transitions';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { RecoveryReport } from '@shared/contract/metadata';
import { undoAll } from '../../commands/bulk';
import { refusalOf } from '../../commands/command';
import { describeFault } from '../../commands/run';
import { Button } from '../../components/button';
import { DialogButtons } from '../../components/dialog-buttons';
import { Choice } from '../../components/fields';
import { Modal } from '../../components/modal';
import { useProductionGuard, useReason } from '../../components/safety-fields';
import { formatCount, formatThings } from '../../format';
import { useCommandContext, useSituation } from '../../hooks/use-command';
import { useNow } from '../../hooks/use-now';
import { useToldWhenClosed } from '../../hooks/use-told-when-closed';
import { showToast } from '../../store/toasts';
import { ui, useUi } from '../../store/ui';
import styles from './integrity.module.css';
import { RecoveryOutcome } from './recovery-outcome';
import { RECOVERIES, type RecoveryKind, RECOVERY_KINDS } from './recoveries';

const close = () => ui.setState({ recoveryOpen: false });

/** Puts metadata and sets into step for a whole pool: first whom it concerns, then what was done. */
export function RecoveryDialog() {
  const open = useUi((state) => state.recoveryOpen);
  return open && <Recover />;
}

function Recover() {
  const [kind, setKind] = useState<RecoveryKind>('rebuild');
  const { client, refresh } = useCommandContext();
  const situation = useSituation();
  const pool = useUi((state) => state.pool);
  const why = useReason();
  const { operation, label, description } = RECOVERIES[kind];
  const denied = refusalOf({ operation }, situation);
  const preview = useQuery({
    queryKey: ['recovery preview', pool, kind],
    queryFn: () => client.call(operation, { pool, reason: 'preview', dryRun: true }),
    enabled: denied === null,
    // It looks at everybody: once is enough, also when the recovery itself has made everything else ask again.
    staleTime: 'static',
    gcTime: 0,
  });
  const recover = useMutation({
    mutationFn: () => client.call(operation, { pool, reason: why.reason }),
    onError: useToldWhenClosed('Metadata were not recovered'),
    onSuccess: ({ recovered }) => {
      refresh();
      // Whoever closed the dialog meanwhile is told all the same.
      if (!ui.getState().recoveryOpen)
        showToast({ tone: 'good', title: `${formatThings(recovered, 'user')} ${RECOVERIES[kind].did}` });
    },
  });
  const choose = (other: RecoveryKind) => {
    recover.reset();
    setKind(other);
  };
  const size = preview.data?.recovered ?? 0;
  const guard = useProductionGuard(size);
  if (recover.data) return <Done pool={pool} kind={kind} report={recover.data} />;
  const notYet = preview.data && size === 0 ? 'There is nobody to recover.' : null;
  const fault = preview.error ?? recover.error;
  return (
    <Modal
      title="Recover metadata"
      description={description}
      open
      onOpenChange={(open) => !open && close()}
      footer={
        <DialogButtons
          onCancel={close}
          label={label}
          busyLabel={preview.data ? 'Recovering…' : label}
          busy={!preview.data || recover.isPending}
          underWay={recover.isPending}
          tone="danger"
          operation={operation}
          refusal={notYet ?? why.refusal ?? guard.refusal}
          onConfirm={() => recover.mutate()}
        />
      }
    >
      <div className={styles.recovery}>
        <Choice label="What to recover" value={kind} options={RECOVERY_KINDS} onChange={choose} />
        {preview.isFetching && <Progress text="Looking at everybody…" />}
        {preview.data && <RecoveryOutcome kind={kind} report={preview.data} />}
      </div>
      {fault && <p className={styles.fault}>{describeFault(fault)}</p>}
      {why.field}
      {guard.field}
      {recover.isPending && <Progress text={`Working on ${formatCount(size)}…`} />}
    </Modal>
  );
}

/** How far it is cannot be told: it is one request. */
function Progress({ text }: { text: string }) {
  return (
    <p className={styles.progress} role="status">
      <progress aria-label={text} /> {text}
    </p>
  );
}

function Done({ pool, kind, report }: { pool: string; kind: RecoveryKind; report: RecoveryReport }) {
  const { client, refresh } = useCommandContext();
  const [until] = useState(() => Date.now() + UNDO_MS);
  const now = useNow();
  const left = report.transactions.length > 0 ? Math.ceil((until - now) / 1_000) : 0;
  const undo = () => {
    close();
    void undoAll(client, pool, report.transactions, refresh);
  };
  return (
    <Modal
      title="Recover metadata"
      description={RECOVERIES[kind].description}
      open
      onOpenChange={(open) => !open && close()}
      footer={
        <>
          {left > 0 && <Button onClick={undo}>Undo · {left} s</Button>}
          <Button tone="primary" onClick={close}>
            Done
          </Button>
        </>
      }
    >
      <RecoveryOutcome kind={kind} report={report} />
    </Modal>
  );
}
