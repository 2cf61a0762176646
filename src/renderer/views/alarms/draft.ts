import {
  ALARM_KINDS,
  type AlarmKind,
  ALARM_MEASURES,
  type AlarmRules,
  alarmRules,
} from '@shared/contract/alarms';

/** Thresholds as they are typed: text, in the units that people think in. */
export interface ThresholdsDraft {
  rows: Record<AlarmKind, { enabled: boolean; warning: string; critical: string }>;
  raiseAfter: string;
  clearAfter: string;
}

/** How many of what is stored make one of what is typed, and what that is called. */
export function typedUnit(kind: AlarmKind): { name: string; size: number } {
  switch (ALARM_MEASURES[kind].unit) {
    case 'share':
      return { name: '%', size: 0.01 };
    case 'users':
      return { name: '', size: 1 };
    case 'ms':
      return kind === 'redis-round-trip' ? { name: 'ms', size: 1 } : { name: 's', size: 1_000 };
  }
}

/** Rules as text to be changed. */
export function toDraft(rules: AlarmRules): ThresholdsDraft {
  const rows = ALARM_KINDS.map((kind) => {
    const { enabled, warning, critical } = rules.thresholds[kind];
    // 0.29 / 0.01 is 28.999…: four digits are more than anybody types.
    const text = (value: number) => String(Number((value / typedUnit(kind).size).toFixed(4)));
    return [kind, { enabled, warning: text(warning), critical: text(critical) }] as const;
  });
  return {
    rows: Object.fromEntries(rows) as ThresholdsDraft['rows'],
    raiseAfter: String(rules.raiseAfterMs / 1_000),
    clearAfter: String(rules.clearAfterMs / 1_000),
  };
}

/** What was typed as rules, or what is wrong with it; `at` names the kind that it is about. */
export function fromDraft(
  draft: ThresholdsDraft,
): { rules: AlarmRules } | { fault: string; at: AlarmKind | null } {
  const entries = ALARM_KINDS.map((kind) => {
    const { enabled, warning, critical } = draft.rows[kind];
    const value = (text: string) => Number((toNumber(text) * typedUnit(kind).size).toFixed(6));
    return [kind, { enabled, warning: value(warning), critical: value(critical) }] as const;
  });
  const parsed = alarmRules.safeParse({
    thresholds: Object.fromEntries(entries),
    raiseAfterMs: toNumber(draft.raiseAfter) * 1_000,
    clearAfterMs: toNumber(draft.clearAfter) * 1_000,
  });
  if (parsed.success) return { rules: parsed.data };
  const [issue] = parsed.error.issues;
  const kind = ALARM_KINDS.find((each) => each === issue?.path[1]) ?? null;
  const plain = issue?.code === 'custom' ? issue.message : 'a number, zero or more, is wanted here';
  return { fault: plain, at: kind };
}

/** NaN for anything that is not a number, also for nothing. */
function toNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text.replace(',', '.'));
}
