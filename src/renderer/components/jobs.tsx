import { X } from 'lucide-react';
import { useState } from 'react';
import { formatCount } from '../format';
import { dismissJob, type Job, useJobs } from '../store/jobs';
import { Button } from './button';
import { JobProgress, UndoJob } from './job-parts';
import { leftOutOf, outcomeOf } from './job-words';
import styles from './jobs.module.css';

const SHOWN = 100;

/** Long work and what came of it; it stays while screens change. */
export function Jobs() {
  const list = useJobs().filter(({ inDialog }) => inDialog !== true);
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
  const leftOut = leftOutOf(job);
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
      <JobProgress job={job} />
      <p role="status">{outcomeOf(job)}</p>
      {job.fault && <p className={styles.fault}>{job.fault}</p>}
      <div className={styles.actions}>
        {job.status === 'running' && <Button onClick={job.cancel}>Cancel</Button>}
        {job.skipped.length > 0 && (
          <Button tone="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? 'Hide' : 'Show'} who was left out
          </Button>
        )}
        <UndoJob job={job} />
      </div>
      {open && (
        <ul className={styles.skipped}>
          {job.skipped.slice(0, SHOWN).map(({ user, message }) => (
            <li key={user}>{message}</li>
          ))}
          {leftOut > SHOWN && <li>and {formatCount(leftOut - SHOWN)} more</li>}
        </ul>
      )}
    </article>
  );
}
