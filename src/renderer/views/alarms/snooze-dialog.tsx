import { useState } from 'react';
import { type AlarmKind, SNOOZE_MINUTES } from '@shared/contract/alarms';
import { reason as reasonSchema } from '@shared/contract/common';
import { useMutation } from '@tanstack/react-query';
import { ALARM_NAMES } from '../../alarm-words';
import { describeFault } from '../../commands/run';
import { Button } from '../../components/button';
import { Choice } from '../../components/fields';
import form from '../../components/form.module.css';
import { Modal } from '../../components/modal';
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
  const [reason, setReason] = useState('');
  const snooze = useMutation({
    mutationFn: () => client.call('alarms.snooze', { pool, kind, minutes: Number(minutes), reason }),
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
          until: Date.now() + 30_000,
          run: () =>
            void takeBack().catch((fault: unknown) =>
              showToast({ tone: 'bad', title: 'Not undone', detail: describeFault(fault) }),
            ),
        },
      });
    },
  });
  const refusal = reasonSchema.safeParse(reason).success ? null : 'Say why, in at least 3 characters.';
  return (
    <Modal
      title={`Snooze: ${ALARM_NAMES[kind]}`}
      description="Nobody is notified of it until then. It stays on the screen, marked as snoozed, for everybody."
      open
      onOpenChange={(open) => !open && close()}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button tone="primary" refusal={refusal} onClick={() => snooze.mutate()}>
            Snooze
          </Button>
        </>
      }
    >
      <div className={form.field}>
        For
        <Choice label="For how long" value={minutes} options={LENGTHS} onChange={setMinutes} />
      </div>
      <label className={form.field}>
        Reason
        <textarea
          value={reason}
          maxLength={500}
          rows={2}
          onChange={(event) => setReason(event.target.value)}
        />
      </label>
      {snooze.error && <p className={form.fault}>{describeFault(snooze.error)}</p>}
    </Modal>
  );
}
