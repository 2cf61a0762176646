import { useState } from 'react';
import type { State } from '@shared/states';
import { forceUsers, removeUsers } from '../../commands/user-commands';
import { Button, CommandButton } from '../../components/button';
import { formatCount, formatThings } from '../../format';
import type { UserChoice } from '../../store/ui';
import { useUi } from '../../store/ui';
import styles from './users.module.css';
import { UserExport } from './user-export';

interface MarkedBarProps {
  marked: ReadonlySet<string>;
  state: State | null;
  order: 'oldest' | 'newest';
  /** How many agree with the filter. */
  total: number;
  onClear: () => void;
}

/** What can be done with the marked users, or with all that agree with the filter. */
export function MarkedBar({ marked, state, order, total, onClear }: MarkedBarProps) {
  const pool = useUi((ui) => ui.pool);
  const [all, setAll] = useState(false);
  if (marked.size === 0 && !all) {
    return (
      <div className={styles.footer} data-foot>
        {total > 0 && (
          <Button tone="quiet" onClick={() => setAll(true)}>
            Select all {formatCount(total)}
          </Button>
        )}
        <span className={styles.end}>
          <UserExport state={state} order={order} total={total} />
        </span>
      </div>
    );
  }
  const choice: UserChoice = all
    ? { kind: 'all', state, count: total }
    : { kind: 'users', users: [...marked], ...(state === null ? {} : { from: state }) };
  return (
    <div className={styles.marked} role="region" aria-label="Selection" data-foot>
      <span>
        {all
          ? `All ${formatThings(total, 'user')} of this list`
          : `${formatThings(marked.size, 'user')} selected`}
      </span>
      <CommandButton command={forceUsers(pool, choice)} tone="warn" />
      <CommandButton command={removeUsers(pool, choice)} tone="danger" />
      {!all && total > marked.size && (
        <Button tone="quiet" onClick={() => setAll(true)}>
          Select all {formatCount(total)} instead
        </Button>
      )}
      <Button
        tone="quiet"
        onClick={() => {
          setAll(false);
          onClear();
        }}
      >
        Clear selection
      </Button>
    </div>
  );
}
