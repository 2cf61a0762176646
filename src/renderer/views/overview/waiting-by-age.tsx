import { AGE_EDGES_MS, SERVICE_TARGET } from '@shared/contract/overview';
import { Empty, Panel } from '../../components/panel';
import { Unread } from '../../components/unread';
import { formatCompact, formatThings } from '../../format';
import { useLive } from '../../store/live';
import { useShallow } from 'zustand/shallow';
import { ageGroups } from './age-groups';
import styles from './waiting-by-age.module.css';

const NO_COUNTS: readonly number[] = [];

/** Those who wait now, by how long they have waited: a long tail is seen before it becomes an average. */
export function WaitingByAge() {
  const counts = useLive(useShallow(({ overview }) => overview?.waiting.byAge ?? NO_COUNTS));
  const known = useLive(({ overview }) => overview !== null);
  const groups = ageGroups(counts, AGE_EDGES_MS, SERVICE_TARGET.withinMs);
  const all = counts.reduce((sum, each) => sum + each, 0);
  const most = Math.max(1, ...counts);
  return (
    <Panel title="Waiting now, by age" aside={known ? formatThings(all, 'user') : undefined}>
      {all === 0 ? (
        known ? (
          <Empty>Nobody is waiting.</Empty>
        ) : (
          <Unread />
        )
      ) : (
        <ol className={styles.bars}>
          {groups.map(({ label, spoken, count, late }) => (
            <li key={label}>
              <span className="visually-hidden">{spoken}: </span>
              <span className={styles.value}>{formatCompact(count)}</span>
              <span
                className={`${late ? styles.late : styles.bar} ${count > 0 ? styles.someone : ''}`}
                style={{ height: `${(count / most) * 100}%` }}
                aria-hidden
              />
              <span className={styles.label} aria-hidden>
                {label}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
