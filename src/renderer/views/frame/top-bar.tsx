import { Search } from 'lucide-react';
import { openPalette } from '../../commands/view-commands';
import { Shortcut } from '../../components/shortcut';
import { Tip } from '../../components/tip';
import { useCommand } from '../../hooks/use-command';
import { formatRoundTrip } from '../../format';
import { staleness, useLive } from '../../store/live';
import { AlarmChip } from './alarm-chip';
import { ConnectionMenu } from './connection-menu';
import { PauseButton } from './pause-button';
import { PoolMenu } from './pool-menu';
import { TimeRangeMenu } from './time-range-menu';
import styles from './top-bar.module.css';

/** Which deployment this is, how it does, and the way to everything else. */
export function TopBar() {
  return (
    <header className={styles.bar}>
      <p className={styles.brand}>
        <svg viewBox="0 0 28 12" width="28" height="12" aria-hidden>
          <path d="M5 6h18" />
          <circle cx="5" cy="6" r="4" />
          <circle cx="23" cy="6" r="4" />
        </svg>
        <span>Switchboard</span>
      </p>
      <ConnectionMenu />
      <HealthChip />
      <AlarmChip />
      <PoolMenu />
      <Find />
      <TimeRangeMenu />
      <PauseButton />
      <RoleChip />
    </header>
  );
}

const STATUS_WORDS = {
  connecting: 'connecting…',
  ready: 'connected',
  reconnecting: 'Redis away',
  'gave-up': 'Redis away, gave up',
  closed: 'closed',
} as const;

function HealthChip() {
  const status = useLive(({ health }) => health?.status ?? 'connecting');
  const roundTripMs = useLive(({ health }) => health?.roundTripMs ?? null);
  const stale = useLive(staleness);
  const words = stale === 'console' ? 'console offline' : STATUS_WORDS[status];
  const tone = stale === null && status === 'ready' ? 'good' : status === 'connecting' ? 'plain' : 'bad';
  return (
    <p className={styles.chip} data-tone={tone} role="status">
      <span className={styles.dot} aria-hidden />
      {words}
      {tone === 'good' && <span className={styles.roundTrip}>· {formatRoundTrip(roundTripMs)}</span>}
    </p>
  );
}

function Find() {
  const { run } = useCommand(openPalette);
  return (
    <button type="button" className={styles.find} onClick={run}>
      <Search size={14} aria-hidden />
      <span className={styles.findLabel}>
        Find a user<span className={styles.more}>, run a command</span>…
      </span>
      {openPalette.shortcut && <Shortcut keys={openPalette.shortcut} />}
    </button>
  );
}

function RoleChip() {
  const role = useLive(({ session }) => session?.role ?? null);
  const actor = useLive(({ session }) => session?.actor ?? '');
  if (!role) return null;
  return (
    <Tip text={`Signed in as ${actor}; the role ${role} decides what may be changed.`}>
      <button type="button" className={styles.chip} data-role={role}>
        {role}
      </button>
    </Tip>
  );
}
