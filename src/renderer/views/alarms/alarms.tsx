import { useCallback, useMemo } from 'react';
import { type Alarm, type AlarmRules } from '@shared/contract/alarms';
import { ALARM_MEANINGS, ALARM_NAMES, formatAlarmValue } from '../../alarm-words';
import { editThresholds, snoozeAlarm, wakeAlarm } from '../../commands/alarm-commands';
import { CommandButton } from '../../components/button';
import { ExportRows } from '../../components/export-menu';
import { LevelName } from '../../components/level-name';
import { LogTable } from '../../components/log-table';
import { LogTools } from '../../components/log-tools';
import { Panel } from '../../components/panel';
import toolbar from '../../components/toolbar.module.css';
import { Unread } from '../../components/unread';
import { formatAge, formatDayMinute, formatMinute, NOTHING } from '../../format';
import { useClient } from '../../hooks/use-command';
import { useLog } from '../../hooks/use-log';
import { useOld } from '../../hooks/use-old';
import { useLive } from '../../store/live';
import { useUi } from '../../store/ui';
import styles from './alarms.module.css';
import { changeColumns, exportAlarm, exportChange } from './columns';

/** Every alarm as it stands, its thresholds, and how alarms came and went. */
export function AlarmsScreen() {
  const old = useOld();
  return (
    <div className={toolbar.screen} data-old={old}>
      <h1 className="visually-hidden">Alarms</h1>
      <Now />
      <History />
    </div>
  );
}

function Now() {
  const picture = useLive(({ alarms }) => alarms);
  return (
    <Panel
      title="Alarms now"
      aside={
        <span className={toolbar.tools}>
          <CommandButton command={editThresholds} />
          <ExportRows name="alarms-now" rows={picture?.alarms ?? []} toRecord={exportAlarm} />
        </span>
      }
      className={styles.now}
    >
      {picture === null ? (
        <Unread />
      ) : (
        <>
          <table className={styles.table} aria-label="Alarms now">
            <thead>
              <tr>
                <th>alarm</th>
                <th>level</th>
                <th className={styles.number}>now</th>
                <th className={styles.number}>warning</th>
                <th className={styles.number}>critical</th>
                <th>for</th>
                <th>snooze</th>
              </tr>
            </thead>
            <tbody>
              {picture.alarms.map((alarm) => (
                <Row
                  key={alarm.kind}
                  alarm={alarm}
                  rules={picture.rules}
                  pool={picture.pool}
                  at={picture.at}
                />
              ))}
            </tbody>
          </table>
          <p className={toolbar.note}>
            Raised after {formatAge(picture.rules.raiseAfterMs)} on the bad side, gone after{' '}
            {formatAge(picture.rules.clearAfterMs)} on the good side by a tenth.{' '}
            {picture.usual
              ? 'Nobody has changed these thresholds.'
              : 'These thresholds were chosen for this pool.'}{' '}
            They hold for everybody who looks at it.
          </p>
        </>
      )}
    </Panel>
  );
}

function Row({ alarm, rules, pool, at }: { alarm: Alarm; rules: AlarmRules; pool: string; at: number }) {
  const { kind, level, value, since } = alarm;
  const { enabled, warning, critical } = rules.thresholds[kind];
  return (
    <tr data-kind={kind}>
      <th scope="row">
        {ALARM_NAMES[kind]}
        <small>{ALARM_MEANINGS[kind]}</small>
      </th>
      <td>{enabled ? <LevelName level={level} /> : 'off'}</td>
      <td className={styles.number}>{formatAlarmValue(kind, value)}</td>
      <td className={styles.number}>{enabled ? formatAlarmValue(kind, warning) : NOTHING}</td>
      <td className={styles.number}>{enabled ? formatAlarmValue(kind, critical) : NOTHING}</td>
      <td>{level === 'fine' || since === null ? NOTHING : formatAge(at - since)}</td>
      <td>
        <Snooze alarm={alarm} pool={pool} />
      </td>
    </tr>
  );
}

function Snooze({ alarm: { kind, snooze }, pool }: { alarm: Alarm; pool: string }) {
  const zone = useUi((state) => state.zone);
  if (snooze === null) return <CommandButton command={snoozeAlarm(kind)} />;
  return (
    <span className={styles.snooze} title={snooze.reason}>
      until {formatMinute(snooze.until, zone)} by {snooze.by}
      <CommandButton command={wakeAlarm(pool, kind)} />
    </span>
  );
}

function History() {
  const client = useClient();
  const pool = useUi((state) => state.pool);
  const zone = useUi((state) => state.zone);
  const read = useCallback(
    (before: string | undefined) =>
      client.call('alarms.history', { pool, ...(before === undefined ? {} : { before }) }),
    [client, pool],
  );
  const log = useLog(`alarms ${pool}`, read, 2_000);
  const columns = useMemo(() => changeColumns(zone), [zone]);
  const oldest = log.entries.at(-1);
  return (
    <Panel
      title="How alarms came and went"
      className={styles.history}
      aside={
        <LogTools
          log={log}
          name="alarms"
          toRecord={exportChange}
          since={oldest && formatDayMinute(oldest.at, zone)}
        />
      }
    >
      <LogTable
        label="History of alarms"
        log={log}
        columns={columns}
        empty="No alarm has been raised yet. Each one is written here when it comes and goes."
      />
    </Panel>
  );
}
