import { CircleCheck } from 'lucide-react';
import { memo, useMemo } from 'react';
import { Link } from 'wouter';
import { snoozeAlarm } from '../../commands/alarm-commands';
import { cleanUp } from '../../commands/cleanup-commands';
import { startScan } from '../../commands/integrity-commands';
import { CommandButton } from '../../components/button';
import button from '../../components/button.module.css';
import { Panel } from '../../components/panel';
import { Unread } from '../../components/unread';
import { formatMinute } from '../../format';
import { useLive } from '../../store/live';
import { useUi } from '../../store/ui';
import { attentionRows, type AttentionRow } from './attention';
import styles from './attention-panel.module.css';

const NO_ALARMS = [] as const;

/** What wants a person's eye, worst first, each with since when and what mends it. */
export function AttentionPanel() {
  const findings = useLive(({ trends }) => trends?.attention ?? null);
  const alarms = useLive((state) => state.alarms?.alarms ?? NO_ALARMS);
  const rows = useMemo(() => findings && attentionRows(findings, alarms), [findings, alarms]);
  return (
    <Panel title="Needs attention" aside={rows && rows.length > 0 ? String(rows.length) : undefined}>
      {rows === null && <Unread />}
      {rows?.length === 0 && (
        <p className={styles.fine}>
          <CircleCheck size={20} aria-hidden />
          Nothing needs you. Stuck users, lost heartbeats and a missed service level would be listed here.
        </p>
      )}
      <ul className={styles.list}>
        {rows?.map((row) => (
          <Row key={row.key} row={row} />
        ))}
      </ul>
    </Panel>
  );
}

function Row({ row: { severity, title, detail, since, about, alarm } }: { row: AttentionRow }) {
  const zone = useUi((state) => state.zone);
  const parts = [since === null ? '' : `since ${formatMinute(since, zone)}`, detail].filter(Boolean);
  return (
    <li data-snoozed={alarm?.snooze != null}>
      <span className={styles.dot} data-severity={severity} aria-hidden />
      <p className={styles.title}>
        <span className="visually-hidden">{severity}: </span>
        {title}
      </p>
      <p className={styles.detail}>
        {parts.map((part) => (
          <span key={part}>{part}</span>
        ))}
      </p>
      <Mend about={about} />
    </li>
  );
}

/** What mends a finding, or leads to where it is seen: the same for as long as the finding is there. */
const Mend = memo(function Mend({ about }: { about: AttentionRow['about'] }) {
  switch (about) {
    case 'split-users':
    case 'alone-in-call':
      return <CommandButton command={startScan} label="Scan…" />;
    case 'stuck-connecting':
    case 'stuck-disconnecting':
    case 'stale-heartbeats':
    case 'stuck-users':
    case 'lost-heartbeats':
      return <CommandButton command={cleanUp} />;
    case 'service-level':
    case 'longest-wait':
      return (
        <Link className={button.button} href="/users?state=WAITING">
          Who waits
        </Link>
      );
    case 'failure-rate':
      return (
        <Link className={button.button} href="/transitions?from=CONNECTING&to=WAITING">
          Show
        </Link>
      );
    case 'redis-slow':
    case 'redis-round-trip':
      return <CommandButton command={snoozeAlarm('redis-round-trip')} />;
  }
});
