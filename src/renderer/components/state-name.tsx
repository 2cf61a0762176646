import type { State } from '@shared/states';
import styles from './state-name.module.css';

/** The token that colours each state. */
export const STATE_COLOURS: Record<State, string> = {
  IDLE: 'var(--idle)',
  WAITING: 'var(--waiting)',
  CONNECTING: 'var(--connecting)',
  IN_CALL: 'var(--in-call)',
  DISCONNECTING: 'var(--disconnecting)',
};

/** A state by colour and name; colour is never alone. `null` is a user in no state. */
export function StateName({ state }: { state: State | null }) {
  return (
    <span className={styles.state}>
      <span
        className={styles.dot}
        style={{ background: state ? STATE_COLOURS[state] : 'var(--line-strong)' }}
        aria-hidden
      />
      {state ?? 'none'}
    </span>
  );
}
