import { type Alarm, type AlarmKind, type AlarmLevel, ALARM_MEASURES } from '@shared/contract/alarms';
import { formatCount, formatDuration, formatRoundTrip, formatShare, formatThings } from './format';

/** What each alarm is called. */
export const ALARM_NAMES: Record<AlarmKind, string> = {
  'service-level': 'Service level',
  'longest-wait': 'Longest wait',
  'stuck-users': 'Stuck users',
  'lost-heartbeats': 'Lost heartbeats',
  'failure-rate': 'Failed connections',
  'redis-round-trip': 'Redis round trip',
};

/** What each alarm looks at, in a sentence. */
export const ALARM_MEANINGS: Record<AlarmKind, string> = {
  'service-level': 'Matched within 30 s, of all matched in the last 5 minutes',
  'longest-wait': 'How long whoever waits longest has waited',
  'stuck-users': 'Users in CONNECTING over 15 s or in DISCONNECTING over 10 s',
  'lost-heartbeats': 'Users whose last heartbeat is older than 30 s',
  'failure-rate': 'Connections that did not come about, in the last 5 minutes',
  'redis-round-trip': 'The last PING from the console that judges to Redis and back',
};

const RANK: Record<AlarmLevel, number> = { critical: 0, warning: 1, fine: 2 };

/** A value in the unit of its alarm. */
export function formatAlarmValue(kind: AlarmKind, value: number | null): string {
  switch (ALARM_MEASURES[kind].unit) {
    case 'share':
      return formatShare(value);
    case 'users':
      return formatCount(value);
    case 'ms':
      return kind === 'redis-round-trip' ? formatRoundTrip(value) : formatDuration(value);
  }
}

/** What an alarm says to a person: `Longest wait is 1 m 12 s`. */
export function sayAlarm({ kind, value }: Pick<Alarm, 'kind' | 'value'>): string {
  if (value === null) return ALARM_NAMES[kind];
  switch (kind) {
    case 'stuck-users':
      return `${formatThings(value, 'user')} stuck`;
    case 'lost-heartbeats':
      return `${formatThings(value, 'heartbeat')} lost`;
    case 'failure-rate':
      return `${formatShare(value)} of connections failed`;
    case 'service-level':
    case 'longest-wait':
    case 'redis-round-trip':
      return `${ALARM_NAMES[kind]} is ${formatAlarmValue(kind, value)}`;
  }
}

/** The alarms that are raised, worst first. */
export function raisedAlarms(alarms: readonly Alarm[]): Alarm[] {
  return alarms.filter(({ level }) => level !== 'fine').sort((a, b) => RANK[a.level] - RANK[b.level]);
}

/** The worst level of those that nobody has snoozed. */
export function worstLevel(alarms: readonly Alarm[]): AlarmLevel {
  return raisedAlarms(alarms).find(({ snooze }) => snooze === null)?.level ?? 'fine';
}

/**
 * The alarms that have come up or become worse since the last look, and that nobody has snoozed. Those that were
 * there already when the console was opened call nobody.
 */
export function newlyRaised(before: readonly Alarm[] | null, now: readonly Alarm[]): Alarm[] {
  if (before === null) return [];
  const levels = new Map(before.map(({ kind, level }) => [kind, level]));
  return raisedAlarms(now).filter(
    ({ kind, level, snooze }) => snooze === null && RANK[level] < RANK[levels.get(kind) ?? 'fine'],
  );
}
