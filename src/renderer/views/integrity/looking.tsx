import { formatCount } from '../../format';
import type { Tally } from '../../store/jobs';
import styles from './integrity.module.css';

/** How far a preview is. */
export function Looking({ seen }: { seen: Tally | null }) {
  const text = 'Looking at everybody';
  const known = seen !== null && seen.total > 0;
  return (
    <p className={styles.progress} role="status">
      <progress aria-label={text} {...(known && { max: seen.total, value: seen.passed })} />
      {known ? `${formatCount(seen.passed)} of about ${formatCount(seen.total)} looked at` : `${text}…`}
    </p>
  );
}
