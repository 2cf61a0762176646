import { switchZone } from '../../commands/view-commands';
import { useCommand } from '../../hooks/use-command';
import { useOld } from '../../hooks/use-old';
import { Tip } from '../../components/tip';
import { formatBytes, formatSecond, formatThings, formatZone } from '../../format';
import { useLive } from '../../store/live';
import { useUi } from '../../store/ui';
import styles from './bottom-bar.module.css';

const EMBEDDED = {
  'redis-server': 'private redis-server of this console: its data is not kept',
  'valkey-server': 'private valkey-server of this console: its data is not kept',
  'in-memory': 'in-memory store of this console: its data is not kept',
} as const;

/** What stands behind the numbers. */
export function BottomBar() {
  const server = useLive(({ health }) => health?.server ?? null);
  const embedded = useLive(({ session }) => session?.deployment.embedded ?? null);
  const restartedAt = useLive(({ health }) => health?.privateStore?.restartedAt ?? null);
  const zone = useUi((state) => state.zone);
  const version = useLive(({ session }) => session?.version ?? null);
  return (
    <footer className={styles.bar}>
      {server && (
        <span>
          redis {server.version} · {server.topology}
        </span>
      )}
      {embedded && (
        <span className={styles.notice}>
          {EMBEDDED[embedded]}
          {restartedAt !== null && `; it began anew with nothing at ${formatSecond(restartedAt, zone)}`}
        </span>
      )}
      <Today />
      <Refresh />
      {server?.memoryBytes != null && (
        <span className={styles.wide}>memory {formatBytes(server.memoryBytes)}</span>
      )}
      <span className={styles.end}>
        {version && <span className={styles.wide}>Switchboard {version}</span>}
        <Zone />
      </span>
    </footer>
  );
}

/** Apart from the rest of the bar, because it changes with every picture. */
function Today() {
  const today = useLive(({ overview }) => overview?.today ?? null);
  return today !== null && <span>{formatThings(today, 'transition')} today</span>;
}

function Refresh() {
  const paused = useUi((state) => state.pausedAt !== null);
  const old = useOld();
  return <span>{old ? 'not refreshed' : paused ? 'paused' : 'refresh 4 Hz'}</span>;
}

function Zone() {
  const { label, run } = useCommand(switchZone);
  const zone = useUi((state) => state.zone);
  const name = formatZone(zone, new Date().getTimezoneOffset());
  return (
    <Tip text={label}>
      <button type="button" className={styles.zone} onClick={run}>
        {zone === 'utc' ? 'times shown in UTC' : `times shown in your time zone (${name})`}
      </button>
    </Tip>
  );
}
