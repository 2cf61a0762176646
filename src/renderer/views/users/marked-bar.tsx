import type { ReactNode } from 'react';
import type { State } from '@shared/states';
import { forceUsers, removeUsers } from '../../commands/user-commands';
import { Button, CommandButton } from '../../components/button';
import { formatCount, formatThings } from '../../format';
import type { UserChoice } from '../../store/ui';
import { useUi } from '../../store/ui';
import type { Marks } from './marks';
import styles from './users.module.css';

interface MarkedBarProps {
  marks: Marks;
  /** The state that all of the list are in, where the filter says so. */
  state: State | null;
  /** Everybody in the list, and how many they are. */
  everybody: UserChoice;
  total: number;
  /** What saves the list. */
  exporter: ReactNode;
}

/** What can be done with the marked users, or with all that agree with the filter. */
export function MarkedBar({ marks, state, everybody, total, exporter }: MarkedBarProps) {
  const pool = useUi((ui) => ui.pool);
  const { users, all, markAll, unmarkChanged, clear } = marks;
  if (users.size === 0 && !all) {
    return (
      <div className={styles.footer} data-foot>
        {total > 0 && (
          <Button tone="quiet" onClick={markAll}>
            Select all {formatCount(total)}
          </Button>
        )}
        <span className={styles.end}>{exporter}</span>
      </div>
    );
  }
  const choice: UserChoice = all
    ? everybody
    : { kind: 'users', users: [...users], ...(state === null ? {} : { from: state }) };
  const action = { pool, choice, whenEnded: unmarkChanged };
  return (
    <div className={styles.marked} role="region" aria-label="Selection" data-foot>
      <span>
        {all
          ? `All ${formatThings(total, 'user')} of this list`
          : `${formatThings(users.size, 'user')} selected`}
      </span>
      <CommandButton command={forceUsers(action)} tone="warn" />
      <CommandButton command={removeUsers(action)} tone="danger" />
      {!all && total > users.size && (
        <Button tone="quiet" onClick={markAll}>
          Select all {formatCount(total)} instead
        </Button>
      )}
      <Button tone="quiet" onClick={clear}>
        Clear selection
      </Button>
    </div>
  );
}
