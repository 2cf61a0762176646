import { useEffect } from 'react';
import { Button } from '../../components/button';
import { JobProgress, UndoJob } from '../../components/job-parts';
import { outcomeOf } from '../../components/job-words';
import { Modal } from '../../components/modal';
import { leaveJob, updateJob, useJobs } from '../../store/jobs';
import styles from './integrity.module.css';
import { WhoIsConcerned } from './who-is-concerned';

/** Work on a whole pool while it runs, and what came of it. When it is closed the work goes on in the corner. */
export function WorkDialog({
  id,
  description,
  onClose,
}: {
  id: number;
  description: string;
  onClose: () => void;
}) {
  const job = useJobs().find((each) => each.id === id);
  useEffect(() => {
    updateJob(id, { inDialog: true });
    return () => leaveJob(id);
  }, [id]);
  const isGone = job === undefined;
  // The work of a deployment ends with it.
  useEffect(() => {
    if (isGone) onClose();
  }, [isGone, onClose]);
  if (!job) return null;
  const running = job.status === 'running';
  return (
    <Modal
      title={job.title}
      description={description}
      open
      onOpenChange={(open) => !open && onClose()}
      footer={
        running ? (
          <>
            <Button onClick={onClose}>Leave it running</Button>
            <Button tone="danger" disabled={job.stopping === true} onClick={job.cancel}>
              Cancel
            </Button>
          </>
        ) : (
          <>
            <UndoJob job={job} onUndo={onClose} />
            <Button tone="primary" onClick={onClose}>
              Done
            </Button>
          </>
        )
      }
    >
      <div className={styles.recovery}>
        <JobProgress job={job} />
        <p role="status">{outcomeOf(job)}</p>
        {job.fault && <p className={styles.fault}>{job.fault}</p>}
        {!running && job.work && <WhoIsConcerned tally={job.work.tally} />}
      </div>
    </Modal>
  );
}
