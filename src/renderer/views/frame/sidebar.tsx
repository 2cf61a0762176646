import { Link, useLocation } from 'wouter';
import { Shortcut } from '../../components/shortcut';
import { Tip } from '../../components/tip';
import { type Screen, SCREENS } from '../../screens';
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
                <Entry key={screen.path} screen={screen} current={isCurrent(screen, location)} />
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
        </Link>
      </Tip>
    </li>
  );
}

function isCurrent(screen: Screen, location: string): boolean {
  return screen.path === '/' ? location === '/' : location.startsWith(screen.path);
}
