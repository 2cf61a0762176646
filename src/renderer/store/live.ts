import type { FeedEvent } from '@shared/contract';
import type { AuditEntry } from '@shared/contract/audit';
import type { Client } from '@shared/client';
import type { Health, Session } from '@shared/contract/session';
import type { Overview, Trends } from '@shared/contract/overview';
import type { SimulatorStatus } from '@shared/contract/simulator';
import type { State } from '@shared/states';
import type { WireStatus } from '@shared/transport';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

/** How many users were in each state at one moment of the server's clock. */
export interface CountSample {
  at: number;
  counts: Record<State, number>;
}

/** What the feeds last told, and nothing else. Only `feed.ts` writes here; views read through `useLive`. */
export interface Live {
  session: Session | null;
  /** Reaches the deployment of the session, and no other one; null before there is one. */
  client: Client | null;
  /** How often this window has gone on to another deployment: what it shows begins anew each time. */
  switches: number;
  wire: WireStatus;
  health: Health | null;
  /** The picture on the screen; while live is paused it stays as it was. */
  overview: Overview | null;
  trends: Trends | null;
  simulator: SimulatorStatus | null;
  alarms: FeedEvent<'alarms'> | null;
  /** The newest actions of all operators, newest first. */
  audit: readonly AuditEntry[] | null;
  /** When an overview last arrived, by this machine's clock. */
  receivedAt: number | null;
  /** Counts every few seconds since this page opened, oldest first: finer than the minutes of the trends. */
  samples: readonly CountSample[];
  /** Moves journalled since live was paused. */
  passed: number;
}

/** A store as it is before anything arrived. */
export function emptyLive(now: number): Live {
  return {
    session: null,
    client: null,
    switches: 0,
    wire: { status: 'connecting', since: now, nextAttemptAt: null, reason: null },
    health: null,
    overview: null,
    trends: null,
    simulator: null,
    alarms: null,
    audit: null,
    receivedAt: null,
    samples: [],
    passed: 0,
  };
}

/** The live store. */
export const live = createStore<Live>(() => emptyLive(Date.now()));

/** Reads a part of the live store; the view renders again only when that part changes. */
export function useLive<T>(select: (state: Live) => T): T {
  return useStore(live, select);
}

/** Why the numbers on the screen may be old, or null while they are current. */
export function staleness(state: Pick<Live, 'wire' | 'health'>): 'console' | 'redis' | null {
  if (state.wire.status !== 'open') return 'console';
  if (state.health && state.health.status !== 'ready') return 'redis';
  return null;
}
