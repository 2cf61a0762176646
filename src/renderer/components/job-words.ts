import { formatCount, formatThings } from '../format';
import type { Job } from '../store/jobs';

/** How many users the work left as they are. */
export function leftOutOf({ work, skipped }: Job): number {
  return work?.tally.leftOut ?? skipped.length;
}

/** How far work is, or what it came to, in a sentence or two. */
export function outcomeOf(job: Job): string {
  const { status, done, total, moved, work, phase, stopping } = job;
  if (status === 'running' && stopping) return 'Stopping: what is under way is finished first.';
  if (status === 'running' && phase) return phase;
  if (work) return outcomeOfWork(job, work);
  const result = `${formatThings(moved, 'user')} changed, ${formatCount(leftOutOf(job))} left out`;
  switch (status) {
    case 'running':
      return `${formatCount(done)} of ${formatCount(total)}: ${result}.`;
    case 'done':
      return `Done: ${result}.`;
    case 'cancelled':
      return `Cancelled at ${formatCount(done)} of ${formatCount(total)}: ${result}.`;
    case 'failed':
      // Where an answer was lost more may have changed; the fault below says so.
      return `Stopped at ${formatCount(done)} of ${formatCount(total)}: ${formatThings(moved, 'user')} known to have changed, ${formatCount(leftOutOf(job))} left out.`;
  }
}

function outcomeOfWork({ status }: Job, { did, expected, tally }: NonNullable<Job['work']>): string {
  const { passed, total, looked, changed, well, leftOut } = tally;
  const users = formatThings(changed, 'user');
  const others = [
    leftOut > 0 && `${formatCount(leftOut)} left out.`,
    well > 0 && `${formatThings(well, 'user was', 'users were')} well by then.`,
  ];
  const more = others.filter(Boolean).join(' ');
  const ofAll = `${formatCount(changed)} of about ${formatThings(Math.max(expected, changed), 'user')}`;
  switch (status) {
    case 'running':
      // The first page tells how much there is.
      if (total === 0) return 'Beginning…';
      return `${formatCount(passed)} of about ${formatCount(total)} looked at, ${users} ${did}.`;
    case 'done':
      return `Done: of ${formatThings(looked, 'user')} looked at, ${formatCount(changed)} ${did}. ${more}`.trim();
    case 'cancelled':
      return `Stopped: ${ofAll} ${did}, the rest is untouched. ${more}`.trim();
    case 'failed':
      return `It could not go on: ${ofAll} ${did} by then, as far as is known. ${more}`.trim();
  }
}
