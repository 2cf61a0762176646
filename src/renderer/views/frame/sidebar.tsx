import type { ComponentType } from 'react';
import { STATES } from '@shared/states';
import { Link, useLocation } from 'wouter';
import { raisedAlarms } from '../../alarm-words';
import { Shortcut } from '../../components/shortcut';
import { Tip } from '../../components/tip';
import { isOnScreen, type Screen, SCREENS } from '../../screens';
import { formatCompact } from '../../format';
import { useLive } from '../../store/live';
import styles from './sidebar.module.css';

const GROUPS: readonly Screen['group'][] = ['Monitor', 'Operate', 'Test', 'Setup'];

/** The screens that there are, by what one comes to do. */
export function Sidebar() {
  const [location] = useLocation();
  return (
    <nav className={styles.sidebar} aria-label="Screens">
      {GROUPS.map((group) => {
        const screens = SCREENS.filter((screen) => screen.group === group);
        if (screens.length === 0) return null;
        return (
          <div key={group} className={styles.group}>
            <p className={styles.heading}>{group}</p>
            <ul>
              {screens.map((screen) => (
                <Entry key={screen.path} screen={screen} current={isOnScreen(screen, location)} />
              ))}
            </ul>
          </div>
        );
      })}
    </nav>
  );
}

function Entry({ screen, current }: { screen: Screen; current: boolean }) {
  const Icon = screen.icon;
  return (
    <li>
      <Tip
        text={
          <>
            {screen.label} <Shortcut keys={screen.shortcut} />
          </>
        }
      >
        <Link className={styles.entry} href={screen.path} aria-current={current ? 'page' : undefined}>
          <Icon size={16} aria-hidden />
          <span className={styles.label}>{screen.label}</span>
          <Badge path={screen.path} />
        </Link>
      </Tip>
    </li>
  );
}

/** What waits behind an entry, for those where something may. */
const BADGES: Readonly<Record<string, ComponentType>> = {
  '/users': UserCount,
  '/integrity': BrokenCount,
  '/alarms': AlarmCount,
  '/simulator': Simulating,
};

function Badge({ path }: { path: string }) {
  const Kind = BADGES[path];
  return Kind ? <Kind /> : null;
}

function UserCount() {
  const users = useLive(({ overview }) =>
    overview ? STATES.reduce((sum, state) => sum + overview.states[state].count, 0) : null,
  );
  return users === null ? null : <span className={styles.count}>{formatCompact(users)}</span>;
}

function BrokenCount() {
  const broken = useLive(({ trends }) =>
    (trends?.attention ?? [])
      .filter(({ kind }) => kind === 'split-users' || kind === 'alone-in-call')
      .reduce((sum, { count }) => sum + count, 0),
  );
  return <Urgent count={broken} what="broken users" />;
}

function AlarmCount() {
  const raised = useLive(({ alarms }) => raisedAlarms(alarms?.alarms ?? []).length);
  return <Urgent count={raised} what="alarms" />;
}

function Simulating() {
  const running = useLive(({ simulator }) => simulator?.status === 'running');
  return running ? <span className={styles.running} title="people are simulated" /> : null;
}

function Urgent({ count, what }: { count: number; what: string }) {
  if (count === 0) return null;
  return (
    <span className={styles.urgent}>
      {formatCompact(count)}
      <span className="visually-hidden"> {what}</span>
    </span>
  );
}
