import type { Alarms } from '../../alarms/alarms';
import type { Handlers } from '../dispatch';

type AlarmHandlers = Pick<Handlers, 'alarms.history' | 'alarms.configure' | 'alarms.snooze' | 'alarms.wake'>;

/** Thresholds, snoozes and history of alarms. A change is looked at at once, so that it shows without waiting. */
export function alarmHandlers(alarms: Pick<Alarms, 'book' | 'nudge'>): AlarmHandlers {
  return {
    'alarms.history': ({ pool, before, limit }) => alarms.book(pool).history({ before, limit }),

    async 'alarms.configure'({ pool, rules }) {
      await alarms.book(pool).configure(rules);
      alarms.nudge();
      return { rules };
    },

    async 'alarms.snooze'({ pool, kind, minutes, reason }, { actor }) {
      const snooze = await alarms.book(pool).snooze(kind, { minutes, by: actor, reason });
      alarms.nudge();
      return snooze;
    },

    async 'alarms.wake'({ pool, kind }) {
      const woken = await alarms.book(pool).wake(kind);
      alarms.nudge();
      return { woken };
    },
  };
}
