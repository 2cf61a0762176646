import type { Alarm, AlarmKind } from '@shared/contract/alarms';
import {
  type Attention,
  CONNECTING_LIMIT_MS,
  DISCONNECTING_LIMIT_MS,
  HEARTBEAT_LIMIT_MS,
  SERVICE_TARGET,
} from '@shared/contract/overview';
import { raisedAlarms, sayAlarm } from '../../alarm-words';
import { formatAge, formatCount, formatThings } from '../../format';

/** One line of what needs attention. */
export interface AttentionRow {
  key: string;
  severity: Attention['severity'];
  title: string;
  detail: string;
  since: number | null;
  /** What the line is about, to choose what mends it. */
  about: Attention['kind'] | AlarmKind;
  /** The alarm behind it, which can be snoozed. */
  alarm: Alarm | null;
}

/** The findings that say what an alarm says, more exactly. */
const TOLD_BY: Partial<Record<AlarmKind, readonly Attention['kind'][]>> = {
  'stuck-users': ['stuck-connecting', 'stuck-disconnecting'],
  'lost-heartbeats': ['stale-heartbeats'],
  'service-level': ['service-level'],
  'redis-round-trip': ['redis-slow'],
};

const RANK: Record<Attention['severity'], number> = { critical: 0, warning: 1, info: 2, good: 3 };

/** Findings and alarms as one list, worst first: what an alarm has in common with findings is told once. */
export function attentionRows(findings: readonly Attention[], alarms: readonly Alarm[]): AttentionRow[] {
  const raised = raisedAlarms(alarms);
  const rows = findings.map((item): AttentionRow => {
    const alarm = raised.find(({ kind }) => TOLD_BY[kind]?.includes(item.kind)) ?? null;
    const severity = alarm && alarm.level !== 'fine' ? alarm.level : item.severity;
    return {
      key: item.kind,
      severity,
      ...describeAttention(item),
      since: item.since,
      about: item.kind,
      alarm,
    };
  });
  const told = new Set(rows.map(({ alarm }) => alarm?.kind));
  for (const alarm of raised) {
    if (told.has(alarm.kind) || alarm.level === 'fine') continue;
    const { kind, level, since } = alarm;
    const detail = alarm.snooze ? 'snoozed' : '';
    rows.push({
      key: `alarm ${kind}`,
      severity: level,
      title: sayAlarm(alarm),
      detail,
      since,
      about: kind,
      alarm,
    });
  }
  return rows.sort((a, b) => RANK[a.severity] - RANK[b.severity]);
}

/** What a finding says to a person. */
export function describeAttention(item: Attention): { title: string; detail: string } {
  const users = formatThings(item.count, 'user');
  const example = item.example === null ? '' : item.example;
  switch (item.kind) {
    case 'split-users':
      return { title: `${users} in two states`, detail: example };
    case 'alone-in-call':
      return { title: `${users} alone in a call`, detail: example };
    case 'stuck-connecting':
      return {
        title: `${formatCount(item.count)} in CONNECTING over ${formatAge(CONNECTING_LIMIT_MS)}`,
        detail: example,
      };
    case 'stuck-disconnecting':
      return {
        title: `${formatCount(item.count)} in DISCONNECTING over ${formatAge(DISCONNECTING_LIMIT_MS)}`,
        detail: example,
      };
    case 'stale-heartbeats':
      return {
        title: `${formatThings(item.count, 'heartbeat')} over ${formatAge(HEARTBEAT_LIMIT_MS)} old`,
        detail: example,
      };
    case 'service-level':
      return serviceLevel(item);
    case 'redis-slow':
      return { title: 'Redis answers slowly', detail: 'numbers and actions lag behind' };
  }
}

function serviceLevel(item: Attention): { title: string; detail: string } {
  const target = `${Math.round(SERVICE_TARGET.share * 100)} %`;
  if (item.severity === 'good') return { title: `Service level back above ${target}`, detail: '' };
  return {
    title: `Service level below ${target}`,
    detail: `${formatThings(item.count, 'match', 'matches')} took longer than ${SERVICE_TARGET.withinMs / 1000} s`,
  };
}
