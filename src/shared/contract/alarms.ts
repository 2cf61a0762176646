import { z } from 'zod';
import { count, DEFAULT_POOL, duration, inPool, pool, reason, timestamp } from './common';
import { command, feed, query } from './define';

/** What is watched, in the order in which it is shown. */
export const ALARM_KINDS = [
  'service-level',
  'longest-wait',
  'stuck-users',
  'lost-heartbeats',
  'failure-rate',
  'redis-round-trip',
] as const;
export type AlarmKind = (typeof ALARM_KINDS)[number];

/** How bad it is. */
export const ALARM_LEVELS = ['fine', 'warning', 'critical'] as const;
export type AlarmLevel = (typeof ALARM_LEVELS)[number];

/** In what a kind is measured, and on which side of its thresholds it is bad. */
export const ALARM_MEASURES: Record<
  AlarmKind,
  { unit: 'share' | 'ms' | 'users'; badWhen: 'above' | 'below' }
> = {
  'service-level': { unit: 'share', badWhen: 'below' },
  'longest-wait': { unit: 'ms', badWhen: 'above' },
  'stuck-users': { unit: 'users', badWhen: 'above' },
  'lost-heartbeats': { unit: 'users', badWhen: 'above' },
  'failure-rate': { unit: 'share', badWhen: 'above' },
  'redis-round-trip': { unit: 'ms', badWhen: 'above' },
};

const kind = z.enum(ALARM_KINDS);
const level = z.enum(ALARM_LEVELS);

/** From where on a value is bad. A value at the threshold of a number of users is bad already. */
const threshold = z.strictObject({
  enabled: z.boolean(),
  warning: z.number().nonnegative(),
  critical: z.number().nonnegative(),
});
export type AlarmThreshold = z.infer<typeof threshold>;

/** When alarms are raised and go again; the same for every console that looks at the pool. */
export const alarmRules = z
  .strictObject({
    thresholds: z.record(kind, threshold),
    /** A value must be bad for so long before an alarm is raised. */
    raiseAfterMs: duration.max(3_600_000),
    /** It must be good again, and by a margin, for so long before the alarm goes. */
    clearAfterMs: duration.max(3_600_000),
  })
  .superRefine(({ thresholds }, context) => {
    for (const each of ALARM_KINDS) {
      const { warning, critical } = thresholds[each];
      const { unit, badWhen } = ALARM_MEASURES[each];
      const path = ['thresholds', each];
      if (unit === 'share' && (warning > 1 || critical > 1))
        context.addIssue({ code: 'custom', path, message: 'a share lies between 0 and 100 %' });
      else if (badWhen === 'above' ? critical < warning : critical > warning)
        context.addIssue({
          code: 'custom',
          path,
          message: `critical must not be reached before warning: it lies ${badWhen === 'above' ? 'above' : 'below'} it`,
        });
    }
  });
export type AlarmRules = z.infer<typeof alarmRules>;

/** What holds where nobody has chosen anything. */
export const DEFAULT_ALARM_RULES: AlarmRules = {
  thresholds: {
    'service-level': { enabled: true, warning: 0.9, critical: 0.75 },
    'longest-wait': { enabled: true, warning: 60_000, critical: 180_000 },
    'stuck-users': { enabled: true, warning: 5, critical: 50 },
    'lost-heartbeats': { enabled: true, warning: 20, critical: 200 },
    'failure-rate': { enabled: true, warning: 0.2, critical: 0.4 },
    'redis-round-trip': { enabled: true, warning: 50, critical: 250 },
  },
  raiseAfterMs: 10_000,
  clearAfterMs: 30_000,
};

/** Said to be known: no notification and no sound until then. The alarm itself stays on the screen. */
const snooze = z.object({ until: timestamp, by: z.string(), reason: z.string() });

/** One thing that is watched, as it stands. */
export const alarm = z.object({
  kind,
  level,
  /** When it came to this level, by the server's clock; null for what was never otherwise. */
  since: timestamp.nullable(),
  /** The value just now; null where nothing happened from which to tell. */
  value: z.number().nullable(),
  snooze: snooze.nullable(),
});
export type Alarm = z.infer<typeof alarm>;

/** A change of an alarm. */
export const alarmChange = z.object({
  /** The stream id: unique, ascending. */
  id: z.string(),
  at: timestamp,
  kind,
  from: level,
  to: level,
  value: z.number().nullable(),
  /** How long it had been at the level that it left; null where that is not known. */
  lastedMs: duration.nullable(),
});
export type AlarmChange = z.infer<typeof alarmChange>;

const alarmId = z.string().regex(/^\d{1,16}-\d{1,10}$/, 'an entry id looks like 1700000000000-0');

/** How long an alarm can be snoozed, in minutes. */
export const SNOOZE_MINUTES = [15, 60, 240, 1_440] as const;

/** Thresholds, snoozes and the history of alarms, shared by everybody who looks at a pool. */
export const alarmOperations = {
  'alarms.history': query({
    access: 'viewer',
    summary: 'How alarms came and went, newest first; pass `cursor` on as `before` until it is null',
    input: z.strictObject({
      pool: pool.default(DEFAULT_POOL),
      before: alarmId.optional(),
      limit: z.number().int().min(1).max(500).default(100),
    }),
    output: z.object({
      entries: z.array(alarmChange),
      cursor: alarmId.nullable(),
      /** Entries kept altogether. */
      total: count,
    }),
  }),
  'alarms.configure': command({
    access: 'admin',
    summary: 'Set the thresholds of a pool for everybody who looks at it; audited',
    input: inPool.extend({ rules: alarmRules, reason }),
    output: z.object({ rules: alarmRules }),
    tell: ({ rules }) => JSON.stringify(rules.thresholds),
  }),
  'alarms.snooze': command({
    access: 'operator',
    summary: 'Silence an alarm for a while, for everybody; audited',
    input: inPool.extend({ kind, minutes: z.number().int().min(1).max(1_440), reason }),
    output: snooze,
    tell: ({ kind, minutes }) => `${kind} for ${minutes} min`,
  }),
  'alarms.wake': command({
    access: 'operator',
    summary: 'Take the snooze of an alarm back; audited',
    input: inPool.extend({ kind }),
    output: z.object({ woken: z.boolean() }),
    tell: ({ kind }) => kind,
  }),
};

/** How the alarms of a pool stand. */
export const alarmFeeds = {
  alarms: feed({
    access: 'viewer',
    summary: 'The alarms of a pool and the rules by which they are raised, every two seconds',
    input: inPool,
    event: z.object({
      pool,
      /** Server time of the look. */
      at: timestamp,
      rules: alarmRules,
      /** Whether the rules are those that nobody has changed. */
      usual: z.boolean(),
      /** One for each kind. */
      alarms: z.array(alarm),
    }),
  }),
};
