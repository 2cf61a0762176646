import { DEFAULT_POOL } from '@shared/contract/common';
import { START } from '@shared/contract/connections';
import type { AlarmKind } from '@shared/contract/alarms';
import type { State } from '@shared/states';
import { createStore } from 'zustand/vanilla';
import { persist } from 'zustand/middleware';
import { useStore } from 'zustand';
import type { NumberFormat, TimeZoneChoice } from '../format';

/** Which theme the person chose; `system` follows the machine. */
export type ThemeChoice = 'system' | 'light' | 'dark';

/** How far back charts reach, in minutes. */
export const TIME_RANGES = [15, 60, 360, 1440, 2880] as const;
export type TimeRange = (typeof TIME_RANGES)[number];

/** What a person chose for themselves; kept in this browser between visits. */
export interface Preferences {
  theme: ThemeChoice;
  zone: TimeZoneChoice;
  numbers: NumberFormat;
  /** Notifications of the browser about alarms; the browser itself asks the person too. */
  notifications: boolean;
  /** A tone when an alarm comes up. */
  sound: boolean;
}

/** What belongs to this window and this person only. */
export interface Ui extends Preferences {
  /** Whether the system asks for dark. */
  systemDark: boolean;
  /** The connection that is wanted; `session.ts` opens it and then shows it. */
  connection: string;
  pool: string;
  minutes: TimeRange;
  /** Live stands still since this moment of this machine's clock; null while it runs. */
  pausedAt: number | null;
  paletteOpen: boolean;
  shortcutsOpen: boolean;
  cleanupOpen: boolean;
  recoveryOpen: boolean;
  thresholdsOpen: boolean;
  /** The metadata field that is being changed. */
  metadataEdit: MetadataEdit | null;
  /** The alarm that is about to be snoozed. */
  snoozing: AlarmKind | null;
  /** The action that is being prepared in a dialog. */
  action: UserAction | null;
}

/** Whom an action concerns: users one by one, or everybody in a state (null for everybody). */
export type UserChoice =
  | { kind: 'users'; users: readonly string[]; from?: State }
  | { kind: 'all'; state: State | null; count: number };

/** An action on users that wants a reason and a look at what it would change. */
export interface UserAction {
  verb: 'force' | 'remove';
  pool: string;
  choice: UserChoice;
  /** Told once what has become of them. */
  whenEnded?: (end: ActionEnd) => void;
}

/** How an action on users ended for each of them. */
export interface ActionEnd {
  changed: readonly string[];
  /** Those who were left out. */
  skipped: readonly string[];
  /** Whether it came to everybody; false where it was cancelled or failed before. */
  complete: boolean;
}

/** A field of a user's metadata that is being changed; an empty name is still to be chosen. */
export interface MetadataEdit {
  pool: string;
  user: string;
  field: string;
  /** What stands there now. */
  text: string;
}

/** The store of this window's own state. */
export const ui = createStore<Ui>()(
  persist<Ui, [], [], Preferences>(
    () => ({
      theme: 'system',
      systemDark: false,
      zone: 'local',
      numbers: 'en',
      notifications: false,
      sound: false,
      connection: START,
      pool: DEFAULT_POOL,
      minutes: 15,
      pausedAt: null,
      paletteOpen: false,
      shortcutsOpen: false,
      cleanupOpen: false,
      recoveryOpen: false,
      thresholdsOpen: false,
      metadataEdit: null,
      snoozing: null,
      action: null,
    }),
    {
      name: 'switchboard',
      partialize: ({ theme, zone, numbers, notifications, sound }) => ({
        ...{ theme, zone, numbers, notifications, sound },
      }),
    },
  ),
);

/** Reads a part of this window's state. */
export function useUi<T>(select: (state: Ui) => T): T {
  return useStore(ui, select);
}
