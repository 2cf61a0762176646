import type { TrendPoint } from '@shared/contract/overview';
import type { Health } from '@shared/contract/session';
import type { OverviewReading } from '../engine/overview';
import type { AlarmValues } from './judge';

/** What is looked at to tell the values that alarms are raised by. */
export interface AlarmFacts {
  reading: Pick<OverviewReading, 'stuck' | 'waiting'>;
  /** The last minutes, oldest first. */
  minutes: readonly TrendPoint[];
  health: Pick<Health, 'roundTripMs'>;
}

/** How much of history service level and failure rate are told from, in minutes. */
export const RECENT_MINUTES = 5;
/** Fewer people matched than this say nothing about a share of them. */
const ENOUGH_MATCHED = 10;

/** The values just now. */
export function measure({ reading, minutes, health }: AlarmFacts): AlarmValues {
  const recent = minutes.slice(-RECENT_MINUTES);
  const matched = sum(recent, (minute) => minute.matched);
  const share = (of: number) => (matched < ENOUGH_MATCHED ? null : Math.min(1, of / matched));
  return {
    'service-level': share(sum(recent, (minute) => minute.matched * (minute.serviceLevel ?? 1))),
    'longest-wait': reading.waiting.longestMs,
    'stuck-users': reading.stuck.connecting + reading.stuck.disconnecting,
    'lost-heartbeats': reading.stuck.staleHeartbeats,
    'failure-rate': share(sum(recent, (minute) => minute.failed)),
    'redis-round-trip': health.roundTripMs,
  };
}

function sum(minutes: readonly TrendPoint[], of: (minute: TrendPoint) => number): number {
  return minutes.reduce((total, minute) => total + of(minute), 0);
}
