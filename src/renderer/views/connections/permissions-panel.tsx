import { describeFault } from '../../commands/run';
import { Empty, Panel } from '../../components/panel';
import { useOperation } from '../../hooks/use-operation';
import { useLive } from '../../store/live';
import { useUi } from '../../store/ui';
import styles from './connections.module.css';

/** What the Redis user of the shown deployment may not do, found out before anybody tries. */
export function PermissionsPanel() {
  const pool = useUi((state) => state.pool);
  const name = useLive(({ session }) => session?.deployment.name ?? '');
  const { data, error } = useOperation('connections.permissions', { pool }, { refreshMs: 30_000 });
  return (
    <Panel
      title={`What the Redis user may do on ${name}`}
      aside={data?.user ? `ACL user ${data.user}` : undefined}
    >
      {error && <Empty>{describeFault(error)}</Empty>}
      {data && !data.known && (
        <Empty>
          This server cannot be asked beforehand (that takes Redis 7). What is not allowed is refused when it
          is tried.
        </Empty>
      )}
      {data?.known && data.missing.length === 0 && <Empty>Everything that this console does.</Empty>}
      {data?.missing.map(({ what, denied }) => (
        <div key={what} className={styles.missing}>
          <h3>It may not {what}</h3>
          <p className={styles.notes}>
            Redis refuses {denied.slice(0, 6).join(', ')}
            {denied.length > 6 && ` and ${denied.length - 6} more`}.
          </p>
        </div>
      ))}
      {data?.grant && (
        <>
          <p className={styles.notes}>This allows it:</p>
          <pre className={styles.grant} tabIndex={0} aria-label="The ACL rule that allows it">
            {data.grant}
          </pre>
        </>
      )}
    </Panel>
  );
}
