import { CircleCheck } from 'lucide-react';
import type { Attention } from '@shared/contract/overview';
import { Panel } from '../../components/panel';
import { formatMinute } from '../../format';
import { useLive } from '../../store/live';
import { useUi } from '../../store/ui';
import { Link } from 'wouter';
import { cleanUp } from '../../commands/cleanup-commands';
import { startScan } from '../../commands/integrity-commands';
import { CommandButton } from '../../components/button';
import button from '../../components/button.module.css';
import { describeAttention } from './attention';
import styles from './attention-panel.module.css';

/** What wants a person's eye, worst first, each with since when. */
export function AttentionPanel() {
  const list = useLive(({ trends }) => trends?.attention ?? null);
  const zone = useUi((state) => state.zone);
  return (
    <Panel title="Needs attention" aside={list && list.length > 0 ? String(list.length) : undefined}>
      {list?.length === 0 && (
        <p className={styles.fine}>
          <CircleCheck size={20} aria-hidden />
          Nothing needs you. Stuck users, lost heartbeats and a missed service level would be listed here.
        </p>
      )}
      <ul className={styles.list}>
        {list?.map((item) => {
          const { title, detail } = describeAttention(item);
          return (
            <li key={item.kind}>
              <span className={styles.dot} data-severity={item.severity} aria-hidden />
              <div>
                <p className={styles.title}>
                  <span className="visually-hidden">{item.severity}: </span>
                  {title}
                </p>
                <p className={styles.detail}>
                  {[item.since !== null && `since ${formatMinute(item.since, zone)}`, detail]
                    .filter(Boolean)
                    .join(' · ')}
                </p>
              </div>
              <Mend kind={item.kind} />
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

/** What mends a finding, or leads to where it is seen. */
function Mend({ kind }: { kind: Attention['kind'] }) {
  switch (kind) {
    case 'split-users':
    case 'alone-in-call':
      return <CommandButton command={startScan} label="Scan…" />;
    case 'stuck-connecting':
    case 'stuck-disconnecting':
    case 'stale-heartbeats':
      return <CommandButton command={cleanUp} />;
    case 'service-level':
      return (
        <Link className={button.button} href="/users?state=WAITING">
          Who waits
        </Link>
      );
    case 'redis-slow':
      return null;
  }
}
