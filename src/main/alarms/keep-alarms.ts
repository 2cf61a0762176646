import type { Alarm } from '@shared/contract/alarms';
import type { PoolKeys } from '../redis/keys';
import { defineScript } from '../redis/script';
import type { LevelChange } from './judge';
import keepAlarmsLua from './keep-alarms.lua?raw';

/** An alarm as it is kept, without what people say of it. */
export type KeptAlarm = Pick<Alarm, 'kind' | 'level' | 'since' | 'value'>;

export interface KeepAlarmsInput {
  keys: PoolKeys;
  /** Which process judges. */
  judge: string;
  alarms: readonly KeptAlarm[];
  changes: readonly LevelChange[];
}

/** A judge who has not written for so long counts as gone (ms). */
export const LEASE_MS = 10_000;
/** About how many changes the history keeps. */
const HISTORY_CAP = 2_000;

/** Writes down what was judged; tells whether it was, or another process judges this pool. */
export const keepAlarmsScript = defineScript<KeepAlarmsInput, 'kept' | 'other'>({
  name: 'keep-alarms',
  source: keepAlarmsLua,
  encode: ({ keys, judge, alarms, changes }) => ({
    keys: [keys.alarmState, keys.alarmHistory],
    args: [
      judge,
      LEASE_MS,
      JSON.stringify(
        Object.fromEntries(alarms.map(({ kind, level, since, value }) => [kind, { level, since, value }])),
      ),
      JSON.stringify(
        changes.map(({ value, lastedMs, ...change }) => ({
          ...change,
          value: value === null ? '' : String(value),
          lasted: lastedMs === null ? '' : String(Math.round(lastedMs)),
        })),
      ),
      HISTORY_CAP,
    ],
  }),
  decode: (reply) => ((reply as string[])[0] === 'kept' ? 'kept' : 'other'),
});
