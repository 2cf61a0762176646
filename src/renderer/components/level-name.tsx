import type { AlarmLevel } from '@shared/contract/alarms';
import styles from './level-name.module.css';

/** How bad an alarm is: a dot and the word, never the colour alone. */
export function LevelName({ level }: { level: AlarmLevel }) {
  return (
    <span className={styles.level} data-level={level}>
      {level}
    </span>
  );
}
