import type { UserDetails } from '@shared/contract/users';
import { cleanUp } from '../../commands/cleanup-commands';
import { startScan } from '../../commands/integrity-commands';
import { forceUsers } from '../../commands/user-commands';
import { CommandButton } from '../../components/button';
import { useOperation } from '../../hooks/use-operation';
import { type Mend, stuckReasons, waitingReasons } from './stuck';
import styles from './user-drawer.module.css';

/** Why this one does not get on, the weightiest reason first, with the actions that free the user, each once. */
export function StuckReasons({ details }: { details: UserDetails }) {
  const { pool, user, state } = details;
  const { data } = useOperation(
    'users.explain',
    { pool, user },
    { refreshMs: 2_000, enabled: state === 'WAITING' },
  );
  const waits = state === 'WAITING' && data ? waitingReasons(data) : [];
  const reasons = [...stuckReasons(details), ...waits];
  if (reasons.length === 0) return null;
  return (
    <section>
      <h3>{state === 'WAITING' ? 'Why still waiting' : 'Why stuck'}</h3>
      <ul className={styles.reasons}>
        {reasons.map(({ key, message, mend }, index) => (
          <li key={key}>
            {message}
            {mend && reasons.findIndex((other) => other.mend === mend) === index && (
              <MendButton mend={mend} details={details} />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function MendButton({ mend, details: { pool, user } }: { mend: Mend; details: UserDetails }) {
  switch (mend) {
    case 'sweep':
      return <CommandButton command={cleanUp} />;
    case 'scan':
      return <CommandButton command={startScan} label="Scan and repair…" />;
    case 'force':
      return (
        <CommandButton
          command={forceUsers({ pool, choice: { kind: 'users', users: [user] } })}
          label="Take out…"
        />
      );
  }
}
