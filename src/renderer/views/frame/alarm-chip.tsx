import { BellRing } from 'lucide-react';
import { Link } from 'wouter';
import { raisedAlarms, sayAlarm, worstLevel } from '../../alarm-words';
import { Tip } from '../../components/tip';
import { formatThings } from '../../format';
import { useLive } from '../../store/live';
import styles from './top-bar.module.css';

const NO_ALARMS = [] as const;

/** How many alarms are raised, on every screen; nothing while there is none. */
export function AlarmChip() {
  const alarms = useLive((state) => state.alarms?.alarms ?? NO_ALARMS);
  const raised = raisedAlarms(alarms);
  if (raised.length === 0) return null;
  const level = worstLevel(alarms);
  return (
    <Tip text={raised.map((alarm) => `${sayAlarm(alarm)}${alarm.snooze ? ' (snoozed)' : ''}`).join(' · ')}>
      <Link
        className={styles.chip}
        href="/alarms"
        data-alarm={level}
        aria-label={formatThings(raised.length, 'alarm')}
      >
        <BellRing size={13} aria-hidden />
        {raised.length}
        <span className={styles.word}>{raised.length === 1 ? 'alarm' : 'alarms'}</span>
      </Link>
    </Tip>
  );
}
