import type { ConnectionEntry } from '@shared/contract/connections';
import { Plug, Plus } from 'lucide-react';
import { useState } from 'react';
import { refusalOf } from '../../commands/command';
import { showConnection } from '../../commands/connection-commands';
import { describeFault } from '../../commands/run';
import { Button } from '../../components/button';
import { Empty, Panel } from '../../components/panel';
import toolbar from '../../components/toolbar.module.css';
import { useSituation } from '../../hooks/use-command';
import { useOperation } from '../../hooks/use-operation';
import { useLive } from '../../store/live';
import { useUi } from '../../store/ui';
import styles from './connections.module.css';
import { PermissionsPanel } from './permissions-panel';
import { ProfileDialog } from './profile-dialog';
import { RemoveDialog } from './remove-dialog';

/** What is being done in a dialog. */
type Doing = { what: 'add' } | { what: 'edit' | 'remove'; entry: ConnectionEntry } | null;

/** Every connection that this console can make, and what may be done on the one that is shown. */
export function ConnectionsScreen() {
  const [doing, setDoing] = useState<Doing>(null);
  const situation = useSituation();
  const list = useOperation('connections.list', {});
  const close = () => setDoing(null);
  const secrets = list.data?.secrets;
  const secretsRefused = secrets && !secrets.writable ? secrets.explanation : null;
  return (
    <div className={`${toolbar.screen} ${styles.screen}`}>
      <h1 className="visually-hidden">Connections</h1>
      {list.data?.faults.map((fault) => (
        <p key={fault} className={styles.fault} role="alert">
          {fault}
        </p>
      ))}
      {list.error && (
        <p className={styles.fault} role="alert">
          {describeFault(list.error)}
        </p>
      )}
      <Panel
        title="Connections"
        aside={
          <Button
            tone="primary"
            refusal={refusalOf({ operation: 'connections.save' }, situation)}
            onClick={() => setDoing({ what: 'add' })}
          >
            <Plus size={14} aria-hidden />
            Add a connection
          </Button>
        }
      >
        <ul className={styles.list}>
          {list.data?.connections.map((entry) => (
            <Row key={entry.id} entry={entry} onDo={setDoing} />
          ))}
        </ul>
        {list.data?.connections.length === 1 && (
          <Empty>
            Add the deployments that you look after: each opens beside the others, in its own colour.
          </Empty>
        )}
        {list.data && (
          <p className={styles.notes}>
            Kept in <code className={styles.path}>{list.data.file}</code>. {list.data.secrets.explanation}
          </p>
        )}
      </Panel>
      <PermissionsPanel />
      {(doing?.what === 'add' || doing?.what === 'edit') && (
        <ProfileDialog
          entry={doing.what === 'edit' ? doing.entry : null}
          secretsRefused={secretsRefused}
          onClose={close}
        />
      )}
      {doing?.what === 'remove' && <RemoveDialog entry={doing.entry} onClose={close} />}
    </div>
  );
}

function Row({ entry, onDo }: { entry: ConnectionEntry; onDo: (doing: Doing) => void }) {
  const situation = useSituation();
  const shown = useLive(({ session }) => session?.deployment.connection === entry.id);
  const wanted = useUi((state) => state.connection === entry.id);
  const { id, name, environment, address, readOnly, role, profile, secrets } = entry;
  const mayChange = refusalOf({ operation: 'connections.save' }, situation);
  const notes = [
    readOnly ? 'read-only' : `role ${role}`,
    profile === null && 'the one this console was started with',
    profile?.username && `ACL user ${profile.username}`,
    profile?.tls?.certFile && 'client certificate',
    secrets.length > 0 && 'secrets kept',
  ].filter(Boolean);
  return (
    <li className={styles.row} aria-label={name}>
      <div>
        <div className={styles.who}>
          <h3>{name}</h3>
          <span className={styles.mark} data-environment={environment}>
            {environment}
          </span>
          {shown && <span className={styles.mark}>shown here</span>}
        </div>
        <p className={styles.address} title={address}>
          {address}
        </p>
        <p className={styles.notes}>{notes.join(' · ')}</p>
      </div>
      <div className={styles.actions}>
        <Button
          refusal={shown ? 'This window shows it already.' : wanted ? 'It is being opened.' : null}
          onClick={() => showConnection(id)}
          aria-label={`Open ${name}`}
        >
          <Plug size={14} aria-hidden />
          {wanted && !shown ? 'Opening…' : 'Open'}
        </Button>
        {profile && (
          <>
            <Button
              refusal={mayChange}
              onClick={() => onDo({ what: 'edit', entry })}
              aria-label={`Edit ${name}`}
            >
              Edit or test
            </Button>
            <Button
              tone="danger"
              refusal={mayChange ?? (shown ? 'Open another connection first.' : null)}
              onClick={() => onDo({ what: 'remove', entry })}
              aria-label={`Remove ${name}`}
            >
              Remove
            </Button>
          </>
        )}
      </div>
    </li>
  );
}
