import { DEFAULT_POOL } from '@shared/contract/common';
import type { State } from '@shared/states';
import { createStore } from 'zustand/vanilla';
import { persist } from 'zustand/middleware';
import { useStore } from 'zustand';
import type { TimeZoneChoice } from '../format';

/** Which theme the person chose; `system` follows the machine. */
export type ThemeChoice = 'system' | 'light' | 'dark';

/** How far back charts reach, in minutes. */
export const TIME_RANGES = [15, 60, 360, 1440, 2880] as const;
export type TimeRange = (typeof TIME_RANGES)[number];

/** What belongs to this window and this person only. Theme and time zone are kept between visits. */
export interface Ui {
  theme: ThemeChoice;
  /** Whether the system asks for dark. */
  systemDark: boolean;
  zone: TimeZoneChoice;
  pool: string;
  minutes: TimeRange;
  /** Live stands still since this moment of this machine's clock; null while it runs. */
  pausedAt: number | null;
  paletteOpen: boolean;
  shortcutsOpen: boolean;
  cleanupOpen: boolean;
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
}

/** The store of this window's own state. */
export const ui = createStore<Ui>()(
  persist<Ui, [], [], Pick<Ui, 'theme' | 'zone'>>(
    () => ({
      theme: 'system',
      systemDark: false,
      zone: 'local',
      pool: DEFAULT_POOL,
      minutes: 15,
      pausedAt: null,
      paletteOpen: false,
      shortcutsOpen: false,
      cleanupOpen: false,
      action: null,
    }),
    { name: 'switchboard', partialize: ({ theme, zone }) => ({ theme, zone }) },
  ),
);

/** Reads a part of this window's state. */
export function useUi<T>(select: (state: Ui) => T): T {
  return useStore(ui, select);
}
