import { useMutation } from '@tanstack/react-query';
import type { SimulatorRunSummary } from '@shared/contract/simulator-run';
import { describeFault } from '../../commands/run';
import { Button } from '../../components/button';
import { Modal } from '../../components/modal';
import { formatDayMinute, formatThings } from '../../format';
import { useCommandContext } from '../../hooks/use-command';
import { showToast } from '../../store/toasts';
import { useUi } from '../../store/ui';
import styles from './history-tab.module.css';
import shared from './simulator.module.css';

/** What is deleted is gone, so it is shown first. */
export function DeleteRunsDialog(props: {
  runs: readonly SimulatorRunSummary[];
  onDone: () => void;
  onClose: () => void;
}) {
  const { runs, onDone, onClose } = props;
  const zone = useUi((state) => state.zone);
  const { client, refresh } = useCommandContext();
  const words = formatThings(runs.length, 'run');
  const remove = useMutation({
    mutationFn: async () => {
      for (const { id } of runs) await client.call('simulator.remove', { run: id });
    },
    onSuccess: () => {
      showToast({ tone: 'good', title: `Deleted ${words}` });
      onDone();
    },
    onSettled: refresh,
  });
  return (
    <Modal
      title={`Delete ${words}?`}
      description="Verdict, figures and course are gone for good. Save the reports that you want to keep."
      open
      onOpenChange={(open) => !open && onClose()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="danger" onClick={() => remove.mutate()}>
            Delete
          </Button>
        </>
      }
    >
      <ul className={styles.doomed}>
        {runs.map(({ id, startedAt, scenario, seed, summary }) => (
          <li key={id}>
            {formatDayMinute(startedAt, zone)} {scenario.title}, seed {seed}: {summary}
          </li>
        ))}
      </ul>
      {remove.error && (
        <p className={shared.refused} role="alert">
          {describeFault(remove.error)}
        </p>
      )}
    </Modal>
  );
}
