import { UNDO_MS } from '@shared/contract/transitions';
import { useState } from 'react';
import { type AlarmKind, SNOOZE_MINUTES } from '@shared/contract/alarms';
import { useMutation } from '@tanstack/react-query';
import { ALARM_NAMES } from '../../alarm-words';
import { describeFault } from '../../commands/run';
import { Choice } from '../../components/fields';
import form from '../../components/form.module.css';
import { DialogButtons } from '../../components/dialog-buttons';
import { Modal } from '../../components/modal';
import { useReason } from '../../components/safety-fields';
import { formatAge } from '../../format';
import { useCommandContext } from '../../hooks/use-command';
import { showToast } from '../../store/toasts';
import { ui, useUi } from '../../store/ui';

const close = () => ui.setState({ snoozing: null });
const LENGTHS = SNOOZE_MINUTES.map((minutes) => ({
  value: String(minutes),
  label: minutes < 60 ? `${minutes} min` : `${minutes / 60} h`,
}));

/** For how long an alarm is silenced, and why. */
export function SnoozeDialog() {
  const kind = useUi((state) => state.snoozing);
  return kind && <Prepare kind={kind} />;
}

function Prepare({ kind }: { kind: AlarmKind }) {
  const { client, refresh } = useCommandContext();
  const pool = useUi((state) => state.pool);
  const [minutes, setMinutes] = useState(LENGTHS[1]?.value ?? '60');
  const why = useReason();
  const snooze = useMutation({
    mutationFn: () =>
      client.call('alarms.snooze', { pool, kind, minutes: Number(minutes), reason: why.reason }),
    onSuccess: () => {
      close();
      refresh();
      const takeBack = async () => {
        await client.call('alarms.wake', { pool, kind });
        showToast({ tone: 'good', title: `${ALARM_NAMES[kind]} calls again` });
      };
      showToast({
        tone: 'good',
        title: `${ALARM_NAMES[kind]} snoozed for ${formatAge(Number(minutes) * 60_000)}`,
        action: {
          label: 'Undo',
          until: Date.now() + UNDO_MS,
          run: () =>
            void takeBack().catch((fault: unknown) =>
              showToast({ tone: 'bad', title: 'Not undone', detail: describeFault(fault) }),
            ),
        },
      });
    },
  });
  return (
    <Modal
      title={`Snooze: ${ALARM_NAMES[kind]}`}
      description="Nobody is notified of it until then. It stays on the screen, marked as snoozed, for everybody."
      open
      onOpenChange={(open) => !open && close()}
      footer={
        <DialogButtons
          onCancel={close}
          label="Snooze"
          busy={snooze.isPending}
          tone="primary"
          operation="alarms.snooze"
          refusal={why.refusal}
          onConfirm={() => snooze.mutate()}
        />
      }
    >
      <div className={form.field}>
        For
        <Choice label="For how long" value={minutes} options={LENGTHS} onChange={setMinutes} />
      </div>
      {why.field}
      {snooze.error && <p className={form.fault}>{describeFault(snooze.error)}</p>}
    </Modal>
  );
}
