import { UNDO_MS } from '@shared/contract/transitions';
import type { Preview } from '../../commands/bulk';
import { formatAge, formatCount, formatThings } from '../../format';
import styles from './action-dialog.module.css';

const SHOWN = 5;
/** An action of this length leaves little of the time to undo its beginning, or none. */
const LONG_MS = UNDO_MS / 2;

interface ActionPreviewProps extends Preview {
  /** How many users the action concerns. */
  size: number;
}

/** What an action would change, who would be left out and why, and what it would leave behind. */
export function ActionPreview({ result, size, looked, tookMs }: ActionPreviewProps) {
  const { moved, skipped, warnings } = result;
  const wholeMs = looked === 0 ? 0 : (tookMs * size) / looked;
  return (
    <div className={styles.preview} role="status">
      <p>
        <strong>{formatThings(moved.length, 'user')}</strong> would change
        {skipped.length > 0 && `, ${formatCount(skipped.length)} would be left out`}
        {looked < size && ` (of the first ${formatCount(looked)}; ${formatCount(size)} in all)`}.
      </p>
      <p className={styles.ids}>
        {moved.slice(0, SHOWN).join(', ')}
        {moved.length > SHOWN && ` and ${formatCount(moved.length - SHOWN)} more`}
      </p>
      {wholeMs > LONG_MS && (
        <p>
          This takes about {formatAge(wholeMs)}. Undo reaches back {formatAge(UNDO_MS)} only: it leaves what
          was changed before.
        </p>
      )}
      <ul>
        {skipped.slice(0, SHOWN).map(({ user, message }) => (
          <li key={user}>{message}</li>
        ))}
        {skipped.length > SHOWN && <li>and {formatCount(skipped.length - SHOWN)} more would be left out</li>}
        {warnings.slice(0, SHOWN).map(({ user, partner }) => (
          <li key={user} className={styles.fault}>
            {partner === null
              ? `${user} would be alone in a call.`
              : `${partner} would be left without ${user}.`}
          </li>
        ))}
        {warnings.length > SHOWN && (
          <li className={styles.fault}>
            and {formatCount(warnings.length - SHOWN)} more would be left behind
          </li>
        )}
      </ul>
    </div>
  );
}
