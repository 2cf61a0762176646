import type { ConnectionEntry } from '@shared/contract/connections';
import { useMutation } from '@tanstack/react-query';
import { describeFault } from '../../commands/run';
import { Button } from '../../components/button';
import { Modal } from '../../components/modal';
import { useCommandContext } from '../../hooks/use-command';
import { showToast } from '../../store/toasts';
import styles from './connections.module.css';

/** Forgetting a connection cannot be undone, since its secrets go with it: so it is asked first. */
export function RemoveDialog({ entry, onClose }: { entry: ConnectionEntry; onClose: () => void }) {
  const { client, refresh } = useCommandContext();
  const remove = useMutation({
    mutationFn: () => client.call('connections.remove', { id: entry.id }),
    onSuccess: () => {
      showToast({ tone: 'good', title: `Removed the connection ${entry.name}` });
      refresh();
      onClose();
    },
  });
  const secrets = entry.secrets.length > 0 ? ' The secrets kept for it are forgotten with it.' : '';
  return (
    <Modal
      title={`Remove ${entry.name}?`}
      description={`This console forgets how to reach it.${secrets} Nothing changes in its Redis.`}
      open
      onOpenChange={(open) => !open && onClose()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="danger" onClick={() => remove.mutate()}>
            Remove it
          </Button>
        </>
      }
    >
      <p className={styles.address}>{entry.address}</p>
      {remove.error && (
        <p className={styles.fault} role="alert">
          {describeFault(remove.error)}
        </p>
      )}
    </Modal>
  );
}
