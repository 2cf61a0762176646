import { useState } from 'react';
import { ALARM_KINDS, type AlarmKind, type AlarmRules, DEFAULT_ALARM_RULES } from '@shared/contract/alarms';
import { useMutation } from '@tanstack/react-query';
import { ALARM_NAMES } from '../../alarm-words';
import { saveThresholds } from '../../commands/alarm-commands';
import { describeFault } from '../../commands/run';
import { Button } from '../../components/button';
import form from '../../components/form.module.css';
import { DialogButtons } from '../../components/dialog-buttons';
import { Modal } from '../../components/modal';
import { useReason } from '../../components/safety-fields';
import { useCommandContext } from '../../hooks/use-command';
import { useLive } from '../../store/live';
import { ui, useUi } from '../../store/ui';
import { fromDraft, type ThresholdsDraft, toDraft, typedUnit } from './draft';

const close = () => ui.setState({ thresholdsOpen: false });

/** From where on values are alarms, for everybody who looks at the pool. */
export function ThresholdsDialog() {
  const open = useUi((state) => state.thresholdsOpen);
  const picture = useLive(({ alarms }) => alarms);
  return open && picture && <Edit pool={picture.pool} latest={picture.rules} />;
}

function Edit({ pool, latest }: { pool: string; latest: AlarmRules }) {
  // What a colleague changes meanwhile must not change what is being typed.
  const [before] = useState(latest);
  const [draft, setDraft] = useState<ThresholdsDraft>(() => toDraft(before));
  const why = useReason();
  const context = useCommandContext();
  const read = fromDraft(draft);
  const save = useMutation({
    mutationFn: (rules: AlarmRules) => saveThresholds(context, { pool, rules, before, reason: why.reason }),
    onSuccess: close,
  });
  const fault = 'fault' in read ? read : null;
  const refusal = fault
    ? `${fault.at === null ? '' : `${ALARM_NAMES[fault.at]}: `}${fault.fault}.`
    : why.refusal;
  return (
    <Modal
      title={`Thresholds of pool ${pool}`}
      description="They hold for everybody who looks at this pool, and are kept in its Redis. The change is audited."
      open
      onOpenChange={(open) => !open && close()}
      footer={
        <DialogButtons
          onCancel={close}
          label="Save"
          busy={save.isPending}
          tone="primary"
          operation="alarms.configure"
          refusal={refusal}
          onConfirm={() => {
            if ('rules' in read) save.mutate(read.rules);
          }}
        >
          <Button onClick={() => setDraft(toDraft(DEFAULT_ALARM_RULES))}>Usual values</Button>
        </DialogButtons>
      }
    >
      <table className={form.grid}>
        <thead>
          <tr>
            <th>alarm</th>
            <th>warning</th>
            <th>critical</th>
          </tr>
        </thead>
        <tbody>
          {ALARM_KINDS.map((kind) => (
            <Row key={kind} kind={kind} draft={draft} onChange={setDraft} faulty={fault?.at === kind} />
          ))}
        </tbody>
      </table>
      <div className={form.field}>
        <span className={form.row}>
          <Seconds
            label="Raise after"
            value={draft.raiseAfter}
            onChange={(raiseAfter) => setDraft({ ...draft, raiseAfter })}
          />
          <Seconds
            label="Let go after"
            value={draft.clearAfter}
            onChange={(clearAfter) => setDraft({ ...draft, clearAfter })}
          />
        </span>
      </div>
      {why.field}
      {fault && <p className={form.fault}>{refusal}</p>}
      {save.error && <p className={form.fault}>{describeFault(save.error)}</p>}
    </Modal>
  );
}

interface RowProps {
  kind: AlarmKind;
  draft: ThresholdsDraft;
  onChange: (draft: ThresholdsDraft) => void;
  faulty: boolean;
}

function Row({ kind, draft, onChange, faulty }: RowProps) {
  const row = draft.rows[kind];
  const set = (part: Partial<typeof row>) =>
    onChange({ ...draft, rows: { ...draft.rows, [kind]: { ...row, ...part } } });
  const unit = typedUnit(kind).name;
  return (
    <tr>
      <td>
        <label>
          <input
            type="checkbox"
            checked={row.enabled}
            onChange={(event) => set({ enabled: event.target.checked })}
          />{' '}
          {ALARM_NAMES[kind]}
        </label>
      </td>
      {(['warning', 'critical'] as const).map((severity) => (
        <td key={severity}>
          <span className={form.cell}>
            <input
              aria-label={`${ALARM_NAMES[kind]}, ${severity}`}
              inputMode="decimal"
              value={row[severity]}
              disabled={!row.enabled}
              aria-invalid={faulty}
              onChange={(event) => set({ [severity]: event.target.value })}
            />
            {unit}
          </span>
        </td>
      ))}
    </tr>
  );
}

function Seconds({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <label className={form.cell}>
      {label}
      <input inputMode="decimal" value={value} onChange={(event) => onChange(event.target.value)} /> s
    </label>
  );
}
