import { Clock, Keyboard, MonitorUp, Pause, Search, SunMoon } from 'lucide-react';
import { type ThemeChoice, ui } from '../store/ui';
import type { Command } from './command';

const THEMES: readonly ThemeChoice[] = ['system', 'light', 'dark'];

/** The theme that comes after another when it is switched. */
export function nextTheme(theme: ThemeChoice): ThemeChoice {
  return THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
}

/** Opens the palette that finds users, screens and commands. */
export const openPalette: Command = {
  id: 'view.palette',
  group: 'View',
  icon: Search,
  label: () => 'Find a user, run a command',
  shortcut: '$mod+k',
  run: () => {
    ui.setState({ paletteOpen: true });
  },
};

/** Stops the picture, or lets it run again. */
export const togglePause: Command = {
  id: 'view.pause',
  group: 'View',
  icon: Pause,
  label: ({ pausedAt }) => (pausedAt === null ? 'Pause live' : 'Resume live'),
  keywords: 'stop freeze continue',
  shortcut: 'p',
  run: () => {
    ui.setState(({ pausedAt }) => ({ pausedAt: pausedAt === null ? Date.now() : null }));
  },
};

/** Goes through system, light and dark. */
export const switchTheme: Command = {
  id: 'view.theme',
  group: 'View',
  icon: SunMoon,
  label: ({ theme }) => `Theme: ${theme} (switch to ${nextTheme(theme)})`,
  keywords: 'dark light system appearance',
  shortcut: 'd',
  run: () => {
    ui.setState(({ theme }) => ({ theme: nextTheme(theme) }));
  },
};

/** Shows times in the viewer's zone or in UTC. */
export const switchZone: Command = {
  id: 'view.zone',
  group: 'View',
  icon: Clock,
  label: ({ zone }) => (zone === 'local' ? 'Show times in UTC' : 'Show times in your zone'),
  keywords: 'time zone utc local',
  shortcut: 'z',
  run: () => {
    ui.setState(({ zone }) => ({ zone: zone === 'local' ? 'utc' : 'local' }));
  },
};

/** Lists every shortcut. */
export const showShortcuts: Command = {
  id: 'view.shortcuts',
  group: 'View',
  icon: Keyboard,
  label: () => 'Keyboard shortcuts',
  keywords: 'keys help',
  shortcut: 'Shift+?',
  run: () => {
    ui.setState({ shortcutsOpen: true });
  },
};

/** Shows the queue to a whole room. */
export const openWallboard: Command = {
  id: 'go./wallboard',
  group: 'Go to',
  icon: MonitorUp,
  label: () => 'Wallboard',
  keywords: 'screen room large tv',
  shortcut: 'g w',
  run: ({ navigate }) => navigate('/wallboard'),
};
