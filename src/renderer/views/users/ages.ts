import {
  CONNECTING_LIMIT_MS,
  DISCONNECTING_LIMIT_MS,
  HEARTBEAT_LIMIT_MS,
  SERVICE_TARGET,
} from '@shared/contract/overview';
import type { State } from '@shared/states';

/** How worrying a length of time is. */
export type AgeTone = 'warn' | 'bad' | undefined;

/** From when on the time spent in a state is worth an eye, and from when on it is wrong. */
const LIMITS: Partial<Record<State, { warn: number; bad: number }>> = {
  WAITING: { warn: SERVICE_TARGET.withinMs, bad: 2 * SERVICE_TARGET.withinMs },
  CONNECTING: { warn: CONNECTING_LIMIT_MS / 2, bad: CONNECTING_LIMIT_MS },
  DISCONNECTING: { warn: DISCONNECTING_LIMIT_MS / 2, bad: DISCONNECTING_LIMIT_MS },
};

/** How worrying it is to be in a state for so long. */
export function stateAgeTone(state: State | null, ms: number): AgeTone {
  const limits = state === null ? undefined : LIMITS[state];
  if (!limits || ms < limits.warn) return undefined;
  return ms >= limits.bad ? 'bad' : 'warn';
}

/** How worrying it is to be silent for so long. */
export function heartbeatTone(ms: number): AgeTone {
  if (ms < HEARTBEAT_LIMIT_MS / 2) return undefined;
  return ms >= HEARTBEAT_LIMIT_MS ? 'bad' : 'warn';
}
