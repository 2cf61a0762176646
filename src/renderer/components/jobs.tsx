import { X } from 'lucide-react';
import { useState } from 'react';
import { useNow } from '../hooks/use-now';
import { formatCount, formatThings } from '../format';
import { dismissJob, type Job, useJobs } from '../store/jobs';
import { Button } from './button';
import styles from './jobs.module.css';

const SHOWN = 100;

/** Long work and what came of it; it stays while screens change. */
export function Jobs() {
  const list = useJobs();
  if (list.length === 0) return null;
  return (
    <section className={styles.jobs} aria-label="Running work">
      {list.map((job) => (
        <JobCard key={job.id} job={job} />
      ))}
    </section>
  );
}

function JobCard({ job }: { job: Job }) {
  const [open, setOpen] = useState(false);
  return (
    <article className={styles.job} data-status={job.status}>
      <header className={styles.header}>
        <h2>{job.title}</h2>
        {job.status !== 'running' && (
          <Button tone="quiet" aria-label="Dismiss" onClick={() => dismissJob(job.id)}>
            <X size={14} aria-hidden />
          </Button>
        )}
      </header>
      {job.status === 'running' && (
        <progress className={styles.progress} aria-label={job.title} max={job.total} value={job.done} />
      )}
      <p role="status">{outcomeOf(job)}</p>
      {job.fault && <p className={styles.fault}>{job.fault}</p>}
      <div className={styles.actions}>
        {job.status === 'running' && <Button onClick={job.cancel}>Cancel</Button>}
        {job.skipped.length > 0 && (
          <Button tone="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? 'Hide' : 'Show'} who was left out
          </Button>
        )}
        <UndoButton job={job} />
      </div>
      {open && (
        <ul className={styles.skipped}>
          {job.skipped.slice(0, SHOWN).map(({ user, message }) => (
            <li key={user}>{message}</li>
          ))}
          {job.skipped.length > SHOWN && <li>and {formatCount(job.skipped.length - SHOWN)} more</li>}
        </ul>
      )}
    </article>
  );
}

function UndoButton({ job }: { job: Job }) {
  const now = useNow();
  const left = job.undo ? Math.ceil((job.undo.until - now) / 1000) : 0;
  if (!job.undo || left <= 0) return null;
  const { run } = job.undo;
  return (
    <Button
      onClick={() => {
        dismissJob(job.id);
        run();
      }}
    >
      Undo · {left} s
    </Button>
  );
}

function outcomeOf({ status, done, total, moved, skipped }: Job): string {
  const result = `${formatThings(moved, 'user')} changed, ${formatCount(skipped.length)} left out`;
  switch (status) {
    case 'running':
      return `${formatCount(done)} of ${formatCount(total)}: ${result}`;
    case 'done':
      return `Done: ${result}.`;
    case 'cancelled':
      return `Cancelled at ${formatCount(done)} of ${formatCount(total)}: ${result}.`;
    case 'failed':
      // Where an answer was lost more may have changed; the fault below says so.
      return `Stopped at ${formatCount(done)} of ${formatCount(total)}: ${formatThings(moved, 'user')} known to have changed, ${formatCount(skipped.length)} left out.`;
  }
}
