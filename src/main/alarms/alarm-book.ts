import { z } from 'zod';
import {
  ALARM_KINDS,
  type Alarm,
  alarm,
  type AlarmChange,
  alarmChange,
  type AlarmKind,
  type AlarmRules,
  alarmRules,
  DEFAULT_ALARM_RULES,
} from '@shared/contract/alarms';
import type { EngineContext } from '../engine/context';
import { fieldsOf, olderThan, type StreamEntry } from '../journal/entry';
import type { LevelChange } from './judge';
import { keepAlarmsScript, type KeptAlarm } from './keep-alarms';

type Snooze = NonNullable<Alarm['snooze']>;

/** What Redis holds about the alarms of a pool. */
export interface AlarmPage {
  /** Server time of the read. */
  at: number;
  rules: AlarmRules;
  /** Whether the rules are those that nobody has changed. */
  usual: boolean;
  /** What was judged last, however long ago; null where nobody ever has. */
  judged: { by: string; at: number; alarms: Record<AlarmKind, Omit<KeptAlarm, 'kind'>> } | null;
  snoozes: Partial<Record<AlarmKind, Snooze>>;
}

/** A page of the history, newest first. */
export interface AlarmHistoryPage {
  entries: AlarmChange[];
  cursor: string | null;
  total: number;
}

const judged = z.object({
  by: z.string(),
  at: z.number(),
  alarms: z.record(z.enum(ALARM_KINDS), alarm.pick({ level: true, since: true, value: true })),
});

/** The alarms of one pool in Redis: rules, state, snoozes and history. What cannot be read counts as not there. */
export class AlarmBook {
  constructor(private readonly context: Pick<EngineContext, 'store' | 'keys' | 'log'>) {}

  /** Everything but the history, in one round trip. */
  async read(): Promise<AlarmPage> {
    const { store, keys } = this.context;
    const [time, rulesText, stateText, snoozeFields] = (await store.pipeline([
      ['TIME'],
      ['GET', keys.alarmRules],
      ['GET', keys.alarmState],
      ['HMGET', keys.alarmSnoozes, ...ALARM_KINDS],
    ])) as [[string, string], string | null, string | null, (string | null)[]];
    const at = Number(time[0]) * 1_000 + Math.floor(Number(time[1]) / 1_000);
    const rules = parse(alarmRules, rulesText);
    const state = parse(judged, stateText);
    return {
      at,
      rules: rules ?? DEFAULT_ALARM_RULES,
      usual: rules === null,
      judged: state,
      snoozes: Object.fromEntries(
        ALARM_KINDS.flatMap((kind, index) => {
          const snooze = parse(alarm.shape.snooze, snoozeFields[index] ?? null);
          return snooze && snooze.until > at ? [[kind, snooze]] : [];
        }),
      ),
    };
  }

  /** Writes down what was judged; `other` where another process judges this pool. */
  keep(
    judge: string,
    alarms: readonly KeptAlarm[],
    changes: readonly LevelChange[],
  ): Promise<'kept' | 'other'> {
    const { store, keys } = this.context;
    return store.run(keepAlarmsScript, { keys, judge, alarms, changes });
  }

  /** Sets the rules for everybody. */
  async configure(rules: AlarmRules): Promise<void> {
    const { store, keys } = this.context;
    await store.command(['SET', keys.alarmRules, JSON.stringify(rules)]);
  }

  /** Silences an alarm. */
  async snooze(
    kind: AlarmKind,
    { minutes, by, reason }: { minutes: number; by: string; reason: string },
  ): Promise<Snooze> {
    const { store, keys } = this.context;
    const { at } = await this.read();
    const snooze: Snooze = { until: at + minutes * 60_000, by, reason };
    await store.command(['HSET', keys.alarmSnoozes, kind, JSON.stringify(snooze)]);
    return snooze;
  }

  /** Takes a snooze back; false where there was none. */
  async wake(kind: AlarmKind): Promise<boolean> {
    const { store, keys } = this.context;
    return Number(await store.command(['HDEL', keys.alarmSnoozes, kind])) > 0;
  }

  /** How alarms came and went, newest first. */
  async history({
    before,
    limit,
  }: {
    before?: string | undefined;
    limit: number;
  }): Promise<AlarmHistoryPage> {
    const { store, keys } = this.context;
    const [rows, total] = (await store.pipeline([
      ['XREVRANGE', keys.alarmHistory, olderThan(before), '-', 'COUNT', limit],
      ['XLEN', keys.alarmHistory],
    ])) as [StreamEntry[], number];
    return {
      entries: rows.flatMap(parseChange),
      cursor: rows.length < limit ? null : (rows.at(-1)?.[0] ?? null),
      total: Number(total),
    };
  }
}

function parseChange([id, fields]: StreamEntry): AlarmChange[] {
  const named = fieldsOf(fields);
  const number = (name: string) => (named.get(name) ? Number(named.get(name)) : null);
  const parsed = alarmChange.safeParse({
    id,
    at: number('at') ?? Number(id.split('-')[0]),
    kind: named.get('kind'),
    from: named.get('from'),
    to: named.get('to'),
    value: number('value'),
    lastedMs: number('lasted'),
  });
  return parsed.success ? [parsed.data] : [];
}

/** Reads JSON of a known form; null for anything else, also for what a newer version may have written. */
function parse<T>(schema: z.ZodType<T>, text: string | null): T | null {
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
