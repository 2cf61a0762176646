import { useOperation } from '../../hooks/use-operation';
import { useUi } from '../../store/ui';
import styles from './user-drawer.module.css';

/** Why this one is still waiting, the weightiest reason first. */
export function WaitingReasons({ user }: { user: string }) {
  const pool = useUi((state) => state.pool);
  const { data } = useOperation('users.explain', { pool, user }, { refreshMs: 2_000 });
  if (!data || data.reasons.length === 0) return null;
  return (
    <section>
      <h3>Why still waiting</h3>
      <ul className={styles.reasons}>
        {data.reasons.map(({ kind, message }) => (
          <li key={kind}>{message}</li>
        ))}
      </ul>
    </section>
  );
}
