import { X } from 'lucide-react';
import { useEffect } from 'react';
import { SwitchboardError } from '@shared/errors';
import type { UserDetails } from '@shared/contract/users';
import { copyAsJson, copyLink } from '../../commands/transaction-commands';
import { editMetadata, forceUsers, moveUser, removeUsers } from '../../commands/user-commands';
import { describeFault } from '../../commands/run';
import { Button, CommandButton } from '../../components/button';
import { isForMessage, useOpenLayer } from '../../components/open-layers';
import { Empty } from '../../components/panel';
import { StateName } from '../../components/state-name';
import { formatAge } from '../../format';
import { useOperation } from '../../hooks/use-operation';
import { useUi } from '../../store/ui';
import { stateAgeTone } from './ages';
import { UserFacts } from './user-facts';
import { UserHistory } from './user-history';
import { UserMetadataList } from './user-metadata-list';
import { StuckReasons } from './stuck-reasons';
import styles from './user-drawer.module.css';

/** Everything about one user, and what may be done with it. Escape closes it. */
export function UserDrawer({ user, onClose }: { user: string; onClose: () => void }) {
  const pool = useUi((state) => state.pool);
  const { data: last, error } = useOperation('users.get', { pool, user }, { refreshMs: 1_000 });
  // Whoever is gone is shown no longer; of anything else that goes wrong the last answer stays, marked as old.
  const data = isUnknown(error) ? undefined : last;
  useOpenLayer(true, onClose);
  useEffect(() => {
    const close = (event: KeyboardEvent) => {
      const elsewhere = isForMessage(event) || document.querySelector('[role="dialog"], [role="menu"]');
      if (event.key === 'Escape' && !event.defaultPrevented && !elsewhere) onClose();
    };
    addEventListener('keydown', close);
    return () => removeEventListener('keydown', close);
  }, [onClose]);
  return (
    <aside className={styles.drawer} aria-label={`User ${user}`} data-old={error !== null}>
      <header className={styles.header}>
        <h2>{user}</h2>
        <CommandButton command={copyLink} label="Copy link" tone="quiet" iconOnly />
        <Button tone="quiet" aria-label="Close" onClick={onClose}>
          <X size={15} aria-hidden />
        </Button>
        {data && <StateChip details={data} />}
      </header>
      {error && <p className={styles.fault}>{describeFault(error)}</p>}
      {!data && !error && <Empty>Reading…</Empty>}
      {data && <Details details={data} />}
    </aside>
  );
}

function isUnknown(error: Error | null): boolean {
  return error instanceof SwitchboardError && error.code === 'unknown_user';
}

function StateChip({ details }: { details: UserDetails }) {
  const { state, since, at, states } = details;
  if (states.length > 1) return <span className={styles.chip}>in {states.length} states at once</span>;
  const ageMs = since === null ? null : at - since;
  return (
    <span className={styles.chip} data-tone={ageMs === null ? undefined : stateAgeTone(state, ageMs)}>
      <StateName state={state} />
      {ageMs !== null && ` · ${formatAge(ageMs)}`}
    </span>
  );
}

function Details({ details }: { details: UserDetails }) {
  const isKnown = details.state !== null || details.metadata.exists || details.states.length > 0;
  if (!isKnown && details.history.length === 0) {
    return <Empty>Nothing is known of this user in this pool: no state, no metadata, no history.</Empty>;
  }
  return (
    <>
      <div className={styles.body}>
        <UserHistory details={details} strip />
        <UserFacts details={details} />
        <StuckReasons details={details} />
        <UserHistory details={details} />
        <UserMetadataList details={details} />
      </div>
      <Actions details={details} />
    </>
  );
}

function Actions({ details }: { details: UserDetails }) {
  const { pool, user, state, allowedMoves } = details;
  const choice = { kind: 'users', users: [user] } as const;
  return (
    <footer className={styles.actions}>
      {allowedMoves.length > 0 && (
        <>
          <h3>Allowed from {state ?? 'no state'}</h3>
          <div>
            {allowedMoves.map((to) => (
              <CommandButton key={to} command={moveUser(pool, user, state, to)} />
            ))}
          </div>
        </>
      )}
      <h3>Admin</h3>
      <div>
        <CommandButton command={forceUsers({ pool, choice })} tone="warn" />
        <CommandButton command={removeUsers({ pool, choice })} tone="danger" />
        <CommandButton command={editMetadata({ pool, user, field: '', text: '' })} />
        <CommandButton command={copyAsJson(details)} />
      </div>
    </footer>
  );
}
