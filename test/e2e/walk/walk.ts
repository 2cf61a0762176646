import { ALARMS } from './alarms';
import { ANALYTICS } from './analytics';
import { AUDIT } from './audit';
import { CONNECTIONS } from './connections';
import { FRAME } from './frame';
import { INTEGRITY } from './integrity';
import { OVERVIEW } from './overview';
import { REQUESTS } from './requests';
import { SETTINGS } from './settings';
import { SIMULATOR } from './simulator';
import type { Step } from './step';
import { TRANSITIONS } from './transitions';
import { USERS } from './users';
import { WALLBOARD } from './wallboard';

/** The walk through every screen, in the order in which one step leaves the next one what it needs. */
export const WALK: readonly { screen: string; steps: readonly Step[] }[] = [
  { screen: 'Overview', steps: OVERVIEW },
  { screen: 'Users', steps: USERS },
  { screen: 'Transitions', steps: TRANSITIONS },
  { screen: 'Requests', steps: REQUESTS },
  { screen: 'Analytics', steps: ANALYTICS },
  { screen: 'Audit trail', steps: AUDIT },
  { screen: 'Integrity', steps: INTEGRITY },
  { screen: 'Alarms', steps: ALARMS },
  { screen: 'Simulator', steps: SIMULATOR },
  { screen: 'Connections', steps: CONNECTIONS },
  { screen: 'Settings', steps: SETTINGS },
  { screen: 'Wallboard', steps: WALLBOARD },
  { screen: 'The frame', steps: FRAME },
];
