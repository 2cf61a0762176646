import { useNow } from '../hooks/use-now';
import { dismissJob, type Job } from '../store/jobs';
import { Button } from './button';
import styles from './job-parts.module.css';

/** How far work is, as a bar; nothing once it has ended. It tells no share before it knows of how much. */
export function JobProgress({ job: { status, title, done, total, phase } }: { job: Job }) {
  if (status !== 'running') return null;
  const isKnown = total > 0 && !phase;
  return (
    <progress className={styles.progress} aria-label={title} {...(isKnown && { max: total, value: done })} />
  );
}

/** Takes back what work did, while that is possible. */
export function UndoJob({ job, onUndo }: { job: Job; onUndo?: () => void }) {
  const now = useNow();
  const left = job.undo ? Math.ceil((job.undo.until - now) / 1000) : 0;
  if (!job.undo || left <= 0) return null;
  const { run } = job.undo;
  return (
    <Button
      onClick={() => {
        dismissJob(job.id);
        run();
        onUndo?.();
      }}
    >
      Undo · {left} s
    </Button>
  );
}
