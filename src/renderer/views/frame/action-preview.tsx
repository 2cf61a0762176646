import type { Preview } from '../../commands/bulk';
import { formatCount, formatThings } from '../../format';
import styles from './action-dialog.module.css';

const SHOWN = 5;

interface ActionPreviewProps extends Preview {
  /** How many users the action concerns. */
  size: number;
}

/** What an action would change, who would be left out and why, and what it would leave behind. */
export function ActionPreview({ result, size, looked }: ActionPreviewProps) {
  const { moved, skipped, warnings } = result;
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
