import type { Alarm, AlarmChange } from '@shared/contract/alarms';
import { ALARM_NAMES, formatAlarmValue } from '../../alarm-words';
import type { Column } from '../../components/data-table';
import { LevelName } from '../../components/level-name';
import type { ExportValue } from '../../export';
import { formatAge, formatDayMinute, formatSecond, type TimeZoneChoice } from '../../format';

/** The columns of the history of alarms. */
export function changeColumns(zone: TimeZoneChoice): readonly Column<AlarmChange>[] {
  return [
    {
      key: 'time',
      head: 'time',
      width: '150px',
      cell: ({ at }) => `${formatDayMinute(at, zone)}${formatSecond(at, zone).slice(-3)}`,
    },
    { key: 'kind', head: 'alarm', width: 'minmax(140px, 1fr)', cell: ({ kind }) => ALARM_NAMES[kind] },
    { key: 'from', head: 'from', width: '110px', cell: ({ from }) => <LevelName level={from} /> },
    { key: 'to', head: 'to', width: '110px', cell: ({ to }) => <LevelName level={to} /> },
    {
      key: 'value',
      head: 'value',
      width: '110px',
      align: 'end',
      cell: ({ kind, value }) => formatAlarmValue(kind, value),
    },
    {
      key: 'lasted',
      head: 'after',
      width: 'minmax(90px, 1fr)',
      align: 'end',
      cell: ({ lastedMs }) => formatAge(lastedMs),
    },
  ];
}

/** An alarm as it stands as one row of an exported table. */
export function exportAlarm({ kind, level, value, since, snooze }: Alarm): Record<string, ExportValue> {
  return {
    ...{ kind, level, value, since: since === null ? null : new Date(since).toISOString() },
    snoozedUntil: snooze && new Date(snooze.until).toISOString(),
    snoozedBy: snooze?.by ?? null,
    snoozeReason: snooze?.reason ?? null,
  };
}

/** A change as one row of an exported table. */
export function exportChange({
  id,
  at,
  kind,
  from,
  to,
  value,
  lastedMs,
}: AlarmChange): Record<string, ExportValue> {
  return { id, at: new Date(at).toISOString(), kind, from, to, value, lastedMs };
}
