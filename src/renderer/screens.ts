import {
  ArrowRightLeft,
  BellRing,
  FlaskConical,
  LayoutDashboard,
  type LucideIcon,
  ChartLine,
  Webhook,
  Plug,
  ScrollText,
  Settings,
  ShieldCheck,
  Users,
} from 'lucide-react';
import { type ComponentType, lazy } from 'react';

/** One screen: its place in the navigation, its address after the `#`, and its shortcut. */
export interface Screen {
  path: string;
  group: 'Monitor' | 'Operate' | 'Test' | 'Setup';
  label: string;
  icon: LucideIcon;
  shortcut: string;
  view: ComponentType;
  /** Fetches the screen before it is shown, so that it comes together with what it shows. */
  preload: () => void;
}

/** A screen whose code is fetched when it is first wanted. */
function loaded(load: () => Promise<ComponentType>): Pick<Screen, 'view' | 'preload'> {
  return {
    view: lazy(async () => ({ default: await load() })),
    // A screen that cannot be fetched says so when it is shown.
    preload: () => void load().catch(() => undefined),
  };
}

/** Every screen there is, in the order of the navigation. The first one opens. */
export const SCREENS: readonly Screen[] = [
  {
    path: '/',
    group: 'Monitor',
    label: 'Overview',
    icon: LayoutDashboard,
    shortcut: 'g o',
    ...loaded(async () => (await import('./views/overview/overview')).OverviewScreen),
  },
  {
    path: '/users',
    group: 'Monitor',
    label: 'Users',
    icon: Users,
    shortcut: 'g u',
    ...loaded(async () => (await import('./views/users/users')).UsersScreen),
  },
  {
    path: '/transitions',
    group: 'Monitor',
    label: 'Transitions',
    icon: ArrowRightLeft,
    shortcut: 'g t',
    ...loaded(async () => (await import('./views/transitions/transitions')).TransitionsScreen),
  },
  {
    path: '/requests',
    group: 'Monitor',
    label: 'Requests',
    icon: Webhook,
    shortcut: 'g r',
    ...loaded(async () => (await import('./views/requests/requests')).RequestsScreen),
  },
  {
    path: '/analytics',
    group: 'Monitor',
    label: 'Analytics',
    icon: ChartLine,
    shortcut: 'g n',
    ...loaded(async () => (await import('./views/analytics/analytics')).AnalyticsScreen),
  },
  {
    path: '/integrity',
    group: 'Operate',
    label: 'Integrity',
    icon: ShieldCheck,
    shortcut: 'g i',
    ...loaded(async () => (await import('./views/integrity/integrity')).IntegrityScreen),
  },
  {
    path: '/alarms',
    group: 'Operate',
    label: 'Alarms',
    icon: BellRing,
    shortcut: 'g l',
    ...loaded(async () => (await import('./views/alarms/alarms')).AlarmsScreen),
  },
  {
    path: '/audit',
    group: 'Operate',
    label: 'Audit trail',
    icon: ScrollText,
    shortcut: 'g a',
    ...loaded(async () => (await import('./views/audit/audit')).AuditScreen),
  },
  {
    path: '/simulator',
    group: 'Test',
    label: 'Simulator',
    icon: FlaskConical,
    shortcut: 'g m',
    ...loaded(async () => (await import('./views/simulator/simulator')).SimulatorScreen),
  },
  {
    path: '/connections',
    group: 'Setup',
    label: 'Connections',
    icon: Plug,
    shortcut: 'g c',
    ...loaded(async () => (await import('./views/connections/connections')).ConnectionsScreen),
  },
  {
    path: '/settings',
    group: 'Setup',
    label: 'Settings',
    icon: Settings,
    shortcut: 'g s',
    ...loaded(async () => (await import('./views/settings/settings')).SettingsScreen),
  },
];

/** Whether a place, such as `/users/u_1`, is on a screen. */
export function isOnScreen({ path }: Screen, place: string): boolean {
  const [, first = ''] = place.split(/[/?]/, 2);
  return path === `/${first}`;
}
