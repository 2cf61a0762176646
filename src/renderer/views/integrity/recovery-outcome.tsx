import type { RecoveryReport } from '@shared/contract/metadata';
import { formatCount, formatThings } from '../../format';
import styles from './integrity.module.css';
import { RECOVERIES, type RecoveryKind, UNFINISHED } from './recoveries';

const SHOWN = 50;

/** Whom a recovery put right, or would, and who is left as they are with why. */
export function RecoveryOutcome({ kind, report }: { kind: RecoveryKind; report: RecoveryReport }) {
  const { dryRun, complete, lookedAt, recovered, examples, leftOut, skipped } = report;
  const { would, did } = RECOVERIES[kind];
  return (
    <div className={styles.outcomes} role="status" tabIndex={0} aria-label="Who is concerned">
      <p>
        Of {formatThings(lookedAt, 'record')} looked at, <strong>{formatThings(recovered, 'user')}</strong>{' '}
        {dryRun ? would : did}; {formatCount(leftOut)} {dryRun && 'would be '}left out.
        {!complete && ` ${UNFINISHED}`}
      </p>
      <ul>
        {skipped.slice(0, SHOWN).map(({ user, message }) => (
          <li key={user} className={styles.fault}>
            {message}
          </li>
        ))}
        {leftOut > SHOWN && <li>and {formatCount(leftOut - SHOWN)} more left out</li>}
        {examples.slice(0, SHOWN).map((user) => (
          <li key={user}>
            <code>{user}</code>
          </li>
        ))}
        {recovered > SHOWN && <li>and {formatCount(recovered - SHOWN)} more</li>}
      </ul>
    </div>
  );
}
