import { formatCount } from '../../format';
import type { Tally } from '../../store/jobs';
import styles from './integrity.module.css';

const SHOWN = 50;

/** Who is left as they are with why, and then those whom the work is about: the first of each. */
export function WhoIsConcerned({ tally }: { tally: Tally }) {
  const { told, changed, skipped, leftOut } = tally;
  if (changed + leftOut === 0) return null;
  return (
    <ul className={styles.outcomes} tabIndex={0} aria-label="Who is concerned">
      {skipped.slice(0, SHOWN).map(({ user, message }, index) => (
        <li key={`${index} ${user}`} className={styles.fault}>
          {message}
        </li>
      ))}
      {leftOut > SHOWN && <li>and {formatCount(leftOut - SHOWN)} more left out</li>}
      {told.slice(0, SHOWN).map((line, index) => (
        <li key={`${index} ${line}`}>{line}</li>
      ))}
      {changed > SHOWN && <li>and {formatCount(changed - SHOWN)} more</li>}
    </ul>
  );
}
