import {
  ALARM_KINDS,
  ALARM_MEASURES,
  type AlarmKind,
  type AlarmLevel,
  type AlarmRules,
  type AlarmThreshold,
} from '@shared/contract/alarms';

/** What was measured, by kind; null where nothing happened from which to tell. */
export type AlarmValues = Record<AlarmKind, number | null>;

/** A switch that turns slowly: only when its value has been on the other side for long enough. */
interface Trigger {
  on: boolean;
  /** Since when the value has been on the other side. */
  turningSince: number | null;
}

/** What is remembered of a kind from look to look. */
export interface Judgement {
  level: AlarmLevel;
  /** When it came to this level; null for what was never otherwise. */
  since: number | null;
  triggers: Record<'warning' | 'critical', Trigger>;
}

/** What is remembered of all kinds. */
export type Judgements = Record<AlarmKind, Judgement>;

/** A change of level. */
export interface LevelChange {
  kind: AlarmKind;
  from: AlarmLevel;
  to: AlarmLevel;
  value: number | null;
  lastedMs: number | null;
}

/** How far a value must be back on the good side before an alarm may go, as a share of the way. */
const MARGIN = 0.1;

/** A kind at a level, with nothing turning: how a process takes over what another has judged. */
export function judgementAt(level: AlarmLevel, since: number | null): Judgement {
  const trigger = (on: boolean): Trigger => ({ on, turningSince: null });
  return {
    level,
    since,
    triggers: { warning: trigger(level !== 'fine'), critical: trigger(level === 'critical') },
  };
}

/** Every kind as it is before anything was measured. */
export function nothingJudged(): Judgements {
  return Object.fromEntries(ALARM_KINDS.map((kind) => [kind, judgementAt('fine', null)])) as Judgements;
}

/**
 * One look: which alarms are raised, rise, ease and go. Warning and critical are two switches; each goes on after
 * its threshold was passed for `raiseAfterMs`, and off after the value was back by a margin for `clearAfterMs`, so
 * that a value that dances around a threshold raises one alarm and not twenty. What cannot be told counts as good.
 * @param now milliseconds by the clock that `since` is told by
 */
export function judge(
  rules: AlarmRules,
  before: Judgements,
  values: AlarmValues,
  now: number,
): { judgements: Judgements; changes: LevelChange[] } {
  const changes: LevelChange[] = [];
  const judgements = { ...before };
  for (const kind of ALARM_KINDS) {
    const value = values[kind];
    const last = before[kind];
    const next = judgeOne(kind, rules, last, value, now);
    judgements[kind] = next;
    if (next.level === last.level) continue;
    const lastedMs = last.since === null ? null : Math.max(0, now - last.since);
    changes.push({ kind, from: last.level, to: next.level, value, lastedMs });
  }
  return { judgements, changes };
}

function judgeOne(
  kind: AlarmKind,
  rules: AlarmRules,
  before: Judgement,
  value: number | null,
  now: number,
): Judgement {
  const threshold = rules.thresholds[kind];
  if (!threshold.enabled) return before.level === 'fine' ? before : judgementAt('fine', now);
  const turn = (severity: 'warning' | 'critical') => {
    const trigger = before.triggers[severity];
    return turned(trigger, isBad(kind, threshold, severity, value, trigger.on), rules, now);
  };
  const triggers = { warning: turn('warning'), critical: turn('critical') };
  const level = triggers.critical.on ? 'critical' : triggers.warning.on ? 'warning' : 'fine';
  return { level, since: level === before.level ? before.since : now, triggers };
}

function turned(trigger: Trigger, bad: boolean, rules: AlarmRules, now: number): Trigger {
  if (bad === trigger.on) return trigger.turningSince === null ? trigger : { ...trigger, turningSince: null };
  const turningSince = trigger.turningSince ?? now;
  const patience = trigger.on ? rules.clearAfterMs : rules.raiseAfterMs;
  return now - turningSince >= patience ? { on: bad, turningSince: null } : { ...trigger, turningSince };
}

/** Whether a value is bad; while the alarm is on, the threshold is nearer to the good side by the margin. */
function isBad(
  kind: AlarmKind,
  threshold: AlarmThreshold,
  severity: 'warning' | 'critical',
  value: number | null,
  on: boolean,
): boolean {
  if (value === null) return false;
  const limit = threshold[severity];
  const { badWhen, unit } = ALARM_MEASURES[kind];
  if (badWhen === 'below') return value < (on ? limit + (1 - limit) * MARGIN : limit);
  const eased = on ? limit * (1 - MARGIN) : limit;
  // Nobody ever is no fault, also where the threshold is zero.
  return unit === 'users' ? value > 0 && value >= eased : value > eased;
}
