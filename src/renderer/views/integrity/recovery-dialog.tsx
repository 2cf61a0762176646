import { useState } from 'react';
import { refusalOf } from '../../commands/command';
import { startWork } from '../../commands/paged';
import { recoveryPages } from '../../commands/recovery';
import { describeFault } from '../../commands/run';
import { DialogButtons } from '../../components/dialog-buttons';
import { Choice } from '../../components/fields';
import { Modal } from '../../components/modal';
import { useProductionGuard, useReason } from '../../components/safety-fields';
import { formatCount, formatThings } from '../../format';
import { useCommandContext, useSituation } from '../../hooks/use-command';
import { useWorkPreview } from '../../hooks/use-work-preview';
import { type Tally, useJobs } from '../../store/jobs';
import { ui, useUi } from '../../store/ui';
import styles from './integrity.module.css';
import { Looking } from './looking';
import { RECOVERIES, type RecoveryKind, RECOVERY_KINDS } from './recoveries';
import { WhoIsConcerned } from './who-is-concerned';
import { WorkDialog } from './work-dialog';

const close = () => ui.setState({ recoveryOpen: false });

/** Puts metadata and sets into step for a whole pool: first whom it concerns, then how it goes, then what was done. */
export function RecoveryDialog() {
  const open = useUi((state) => state.recoveryOpen);
  return open && <Recovery />;
}

function Recovery() {
  const [begun, setBegun] = useState<{ id: number; kind: RecoveryKind } | null>(null);
  if (!begun) return <Recover onBegin={(id, kind) => setBegun({ id, kind })} />;
  return <WorkDialog id={begun.id} description={RECOVERIES[begun.kind].description} onClose={close} />;
}

function Recover({ onBegin }: { onBegin: (id: number, kind: RecoveryKind) => void }) {
  const [kind, setKind] = useState<RecoveryKind>('rebuild');
  const { client, refresh } = useCommandContext();
  const situation = useSituation();
  const pool = useUi((state) => state.pool);
  const why = useReason();
  const { operation, label, description, did } = RECOVERIES[kind];
  const denied = refusalOf({ operation }, situation);
  const preview = useWorkPreview(
    [operation, pool],
    () => recoveryPages(client, operation, { pool, reason: 'preview', dryRun: true }),
    denied === null,
  );
  const size = preview.tally?.changed ?? 0;
  const guard = useProductionGuard(size);
  const isUnderWay = useJobs().some(({ status, title }) => status === 'running' && title === label);
  const notNow = isUnderWay
    ? 'It is under way already: see the corner of the window.'
    : preview.tally && size === 0
      ? 'There is nobody to recover.'
      : null;
  const begin = () => {
    const pages = () => recoveryPages(client, operation, { pool, reason: why.reason, dryRun: false });
    onBegin(startWork(client, { title: label, pool, did, expected: size, pages }, refresh), kind);
  };
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
          busy={!preview.tally}
          tone="danger"
          operation={operation}
          refusal={notNow ?? why.refusal ?? guard.refusal}
          onConfirm={begin}
        />
      }
    >
      <div className={styles.recovery}>
        <Choice label="What to recover" value={kind} options={RECOVERY_KINDS} onChange={setKind} />
        {preview.isLooking && <Looking seen={preview.seen} />}
        {preview.tally && <Planned kind={kind} tally={preview.tally} />}
      </div>
      {preview.error && <p className={styles.fault}>{describeFault(preview.error)}</p>}
      {why.field}
      {guard.field}
    </Modal>
  );
}

function Planned({ kind, tally }: { kind: RecoveryKind; tally: Tally }) {
  const { looked, changed, leftOut } = tally;
  return (
    <>
      <p role="status">
        Of {formatThings(looked, 'record')} looked at, <strong>{formatThings(changed, 'user')}</strong>{' '}
        {RECOVERIES[kind].would}; {formatCount(leftOut)} would be left out.
      </p>
      <WhoIsConcerned tally={tally} />
    </>
  );
}
