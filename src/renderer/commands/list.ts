import { SCREENS } from '../screens';
import type { Command } from './command';
import { editThresholds } from './alarm-commands';
import { cleanUp } from './cleanup-commands';
import { retryConnection } from './connection-commands';
import { recoverMetadata, startScan } from './integrity-commands';
import { startSimulator, stopSimulator } from './simulator-commands';
import { copyLink } from './transaction-commands';
import { allowNotifications } from './preference-commands';
import {
  openPalette,
  openWallboard,
  showShortcuts,
  switchTheme,
  switchZone,
  togglePause,
} from './view-commands';

const goTo: readonly Command[] = SCREENS.map((screen) => ({
  id: `go.${screen.path}`,
  group: 'Go to',
  icon: screen.icon,
  label: () => screen.label,
  shortcut: screen.shortcut,
  run: ({ navigate }) => navigate(screen.path),
}));

/** Every command that needs no subject, in the order of the palette. */
export const COMMANDS: readonly Command[] = [
  ...goTo,
  openWallboard,
  openPalette,
  togglePause,
  switchTheme,
  switchZone,
  showShortcuts,
  copyLink,
  allowNotifications,
  editThresholds,
  retryConnection,
  startScan,
  cleanUp,
  recoverMetadata,
  startSimulator,
  stopSimulator,
];
