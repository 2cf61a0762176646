import { type CSSProperties, useEffect } from 'react';
import { useLocation } from 'wouter';
import { SERVICE_TARGET } from '@shared/contract/overview';
import { STATES } from '@shared/states';
import { raisedAlarms, sayAlarm } from '../../alarm-words';
import { STATE_COLOURS } from '../../components/state-name';
import { formatAge, formatCount, formatDuration, formatSecond, formatShare } from '../../format';
import { useNow } from '../../hooks/use-now';
import { useOld } from '../../hooks/use-old';
import { useWakeLock } from '../../hooks/use-wake-lock';
import { useLive } from '../../store/live';
import { ui, useUi } from '../../store/ui';
import styles from './wallboard.module.css';

const NO_ALARMS = [] as const;

/** The queue for a whole room: large, without anything to press, awake. Escape leads back. */
export function Wallboard() {
  const old = useOld();
  const [, navigate] = useLocation();
  useWakeLock();
  useEffect(() => {
    ui.setState({ pausedAt: null });
    const leave = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented) navigate('/');
    };
    addEventListener('keydown', leave);
    return () => removeEventListener('keydown', leave);
  }, [navigate]);
  return (
    <main className={styles.board} data-old={old}>
      <Head />
      <Figures />
      <States />
      <Alarms />
    </main>
  );
}

function Head() {
  const deployment = useLive(({ session }) => session?.deployment ?? null);
  const pool = useUi((state) => state.pool);
  return (
    <header className={styles.head}>
      <h1 data-environment={deployment?.environment}>
        {deployment?.name ?? 'Switchboard'}{' '}
        {deployment?.environment !== deployment?.name && <small>{deployment?.environment}</small>}
      </h1>
      <p>pool {pool}</p>
      <Freshness />
      <Clock />
    </header>
  );
}

/** How old what is shown is: on a wall nobody would notice that a picture stands still. */
function Freshness() {
  const now = useNow();
  const receivedAt = useLive((state) => state.receivedAt);
  const ageMs = receivedAt === null ? null : Math.max(0, now - receivedAt);
  const isOld = ageMs === null || ageMs > 3_000;
  return (
    <p className={isOld ? styles.stale : undefined} role="status">
      {ageMs === null ? 'no data yet' : isOld ? `data ${formatAge(ageMs)} old` : 'live, data under 3 s old'}
    </p>
  );
}

function Clock() {
  const now = useNow();
  const zone = useUi((state) => state.zone);
  const offsetMs = useLive(({ health }) => health?.server?.clockOffsetMs ?? 0);
  return <p className={styles.clock}>{formatSecond(now + offsetMs, zone)}</p>;
}

function Figures() {
  const waiting = useLive(({ overview }) => overview?.states.WAITING.count ?? null);
  const longestMs = useLive(({ overview }) => overview?.waiting.longestMs ?? null);
  const level = useLive(({ trends }) => trends?.window.serviceLevel ?? null);
  const alarms = useLive((state) => state.alarms?.alarms ?? NO_ALARMS);
  const toneOf = (kind: string) => alarms.find((alarm) => alarm.kind === kind)?.level;
  const figures = [
    { label: 'waiting now', text: formatCount(waiting) },
    { label: 'longest wait', text: formatDuration(longestMs), tone: toneOf('longest-wait') },
    {
      label: `matched within ${SERVICE_TARGET.withinMs / 1_000} s`,
      text: formatShare(level),
      tone: toneOf('service-level'),
    },
  ];
  return (
    <div className={styles.figures} style={fitting(6, figures)}>
      {figures.map((figure) => (
        <Figure key={figure.label} {...figure} />
      ))}
    </div>
  );
}

function Figure({ label, text, tone }: { label: string; text: string; tone?: string | undefined }) {
  return (
    <section className={styles.figure} aria-label={label}>
      <p className={styles.value} data-tone={tone} data-figure>
        {text}
      </p>
      <p className={styles.label}>{label}</p>
    </section>
  );
}

/**
 * As large as the boxes allow, and all of one size: the longest text of a row decides, with a least length, so that
 * ordinary changes make nothing jump.
 */
function fitting(least: number, row: readonly { text: string }[]): CSSProperties {
  return { '--characters': Math.max(least, ...row.map(({ text }) => text.length)) } as CSSProperties;
}

function States() {
  const states = useLive(({ overview }) => overview?.states ?? null);
  const counts = STATES.map((state) => ({ state, text: formatCount(states?.[state].count ?? null) }));
  return (
    <div className={styles.states} style={fitting(4, counts)}>
      {counts.map(({ state, text }) => (
        <section
          key={state}
          className={styles.state}
          aria-label={state}
          style={{ borderTopColor: STATE_COLOURS[state] }}
        >
          <p className={styles.count} data-figure>
            {text}
          </p>
          <p className={styles.label}>{state}</p>
        </section>
      ))}
    </div>
  );
}

function Alarms() {
  const alarms = useLive((state) => state.alarms?.alarms ?? null);
  if (alarms === null) return <p className={styles.quiet}> </p>;
  const raised = raisedAlarms(alarms);
  if (raised.length === 0) return <p className={styles.quiet}>no alarm</p>;
  return (
    <ul className={styles.alarms}>
      {raised.map((alarm) => (
        <li key={alarm.kind} data-level={alarm.level} data-snoozed={alarm.snooze !== null}>
          {alarm.level}: {sayAlarm(alarm)}
          {alarm.snooze && ' (snoozed)'}
        </li>
      ))}
    </ul>
  );
}
