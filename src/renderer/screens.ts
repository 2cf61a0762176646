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
}

/** Every screen there is, in the order of the navigation. The first one opens. */
export const SCREENS: readonly Screen[] = [
  {
    path: '/',
    group: 'Monitor',
    label: 'Overview',
    icon: LayoutDashboard,
    shortcut: 'g o',
    view: lazy(async () => ({ default: (await import('./views/overview/overview')).OverviewScreen })),
  },
  {
    path: '/users',
    group: 'Monitor',
    label: 'Users',
    icon: Users,
    shortcut: 'g u',
    view: lazy(async () => ({ default: (await import('./views/users/users')).UsersScreen })),
  },
  {
    path: '/transitions',
    group: 'Monitor',
    label: 'Transitions',
    icon: ArrowRightLeft,
    shortcut: 'g t',
    view: lazy(async () => ({
      default: (await import('./views/transitions/transitions')).TransitionsScreen,
    })),
  },
  {
    path: '/requests',
    group: 'Monitor',
    label: 'Requests',
    icon: Webhook,
    shortcut: 'g r',
    view: lazy(async () => ({ default: (await import('./views/requests/requests')).RequestsScreen })),
  },
  {
    path: '/analytics',
    group: 'Monitor',
    label: 'Analytics',
    icon: ChartLine,
    shortcut: 'g n',
    view: lazy(async () => ({ default: (await import('./views/analytics/analytics')).AnalyticsScreen })),
  },
  {
    path: '/integrity',
    group: 'Operate',
    label: 'Integrity',
    icon: ShieldCheck,
    shortcut: 'g i',
    view: lazy(async () => ({ default: (await import('./views/integrity/integrity')).IntegrityScreen })),
  },
  {
    path: '/alarms',
    group: 'Operate',
    label: 'Alarms',
    icon: BellRing,
    shortcut: 'g l',
    view: lazy(async () => ({ default: (await import('./views/alarms/alarms')).AlarmsScreen })),
  },
  {
    path: '/audit',
    group: 'Operate',
    label: 'Audit trail',
    icon: ScrollText,
    shortcut: 'g a',
    view: lazy(async () => ({ default: (await import('./views/audit/audit')).AuditScreen })),
  },
  {
    path: '/simulator',
    group: 'Test',
    label: 'Simulator',
    icon: FlaskConical,
    shortcut: 'g m',
    view: lazy(async () => ({ default: (await import('./views/simulator/simulator')).SimulatorScreen })),
  },
  {
    path: '/connections',
    group: 'Setup',
    label: 'Connections',
    icon: Plug,
    shortcut: 'g c',
    view: lazy(async () => ({
      default: (await import('./views/connections/connections')).ConnectionsScreen,
    })),
  },
  {
    path: '/settings',
    group: 'Setup',
    label: 'Settings',
    icon: Settings,
    shortcut: 'g s',
    view: lazy(async () => ({ default: (await import('./views/settings/settings')).SettingsScreen })),
  },
];
