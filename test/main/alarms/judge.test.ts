import { describe, expect, it } from 'vitest';
import { ALARM_KINDS, type AlarmRules, alarmRules, DEFAULT_ALARM_RULES } from '@shared/contract/alarms';
import { type AlarmValues, judge, judgementAt, nothingJudged } from '../../../src/main/alarms/judge';

const RULES: AlarmRules = {
  ...DEFAULT_ALARM_RULES,
  thresholds: {
    ...DEFAULT_ALARM_RULES.thresholds,
    'longest-wait': { enabled: true, warning: 60_000, critical: 180_000 },
    'service-level': { enabled: true, warning: 0.9, critical: 0.75 },
  },
  raiseAfterMs: 10_000,
  clearAfterMs: 30_000,
};
const FINE: AlarmValues = {
  'service-level': 0.97,
  'longest-wait': 8_000,
  'stuck-users': 0,
  'lost-heartbeats': 0,
  'failure-rate': 0.01,
  'redis-round-trip': 1,
};

/** Judges look after look; each value holds from its second to the next. */
function watch(kind: keyof AlarmValues, rules = RULES) {
  let judgements = nothingJudged();
  let at = 0;
  const story: string[] = [];
  return {
    story,
    get current() {
      return judgements[kind];
    },
    hold(value: number | null, seconds: number) {
      for (const end = at + seconds * 1_000; at < end; at += 1_000) {
        const result = judge(rules, judgements, { ...FINE, [kind]: value }, at);
        judgements = result.judgements;
        for (const { from, to, value: told } of result.changes)
          story.push(`${at / 1_000} s: ${from} > ${to} at ${told}`);
      }
    },
  };
}

describe('judging a wait', () => {
  it('raises an alarm only after the value was bad for long enough', () => {
    const wait = watch('longest-wait');
    wait.hold(70_000, 9);
    wait.hold(50_000, 1);
    expect(wait.story).toEqual([]);
    wait.hold(70_000, 12);
    expect(wait.story).toEqual(['20 s: fine > warning at 70000']);
    expect(wait.current).toMatchObject({ level: 'warning', since: 20_000 });
  });

  it('is critical at once where the value went past both thresholds', () => {
    const wait = watch('longest-wait');
    wait.hold(200_000, 11);
    expect(wait.story).toEqual(['10 s: fine > critical at 200000']);
  });

  it('rises from warning to critical, and eases to warning before it goes', () => {
    const wait = watch('longest-wait');
    wait.hold(70_000, 11);
    wait.hold(200_000, 11);
    wait.hold(100_000, 31);
    wait.hold(5_000, 31);
    expect(wait.story).toEqual([
      '10 s: fine > warning at 70000',
      '21 s: warning > critical at 200000',
      '52 s: critical > warning at 100000',
      '83 s: warning > fine at 5000',
    ]);
  });

  it('does not go while the value dances around the threshold', () => {
    const wait = watch('longest-wait');
    wait.hold(61_000, 11);
    for (let turn = 0; turn < 40; turn += 1) wait.hold(turn % 2 ? 61_000 : 57_000, 5);
    expect(wait.story).toEqual(['10 s: fine > warning at 61000']);
  });

  it('does not go before the value was good for long enough without a break', () => {
    const wait = watch('longest-wait');
    wait.hold(61_000, 11);
    wait.hold(10_000, 29);
    wait.hold(61_000, 1);
    wait.hold(10_000, 30);
    expect(wait.story).toHaveLength(1);
    wait.hold(10_000, 1);
    expect(wait.story.at(-1)).toBe('71 s: warning > fine at 10000');
  });

  it('tells how long it lasted', () => {
    const before = { ...nothingJudged(), 'longest-wait': judgementAt('warning', 5_000) };
    const eager = { ...RULES, clearAfterMs: 0 };
    expect(judge(eager, before, FINE, 65_000).changes).toEqual([
      { kind: 'longest-wait', from: 'warning', to: 'fine', value: 8_000, lastedMs: 60_000 },
    ]);
  });
});

describe('judging other kinds', () => {
  it('takes a low service level for bad, with its margin above the threshold', () => {
    const level = watch('service-level');
    level.hold(0.88, 11);
    level.hold(0.905, 60);
    expect(level.story).toEqual(['10 s: fine > warning at 0.88']);
    level.hold(0.93, 31);
    expect(level.story.at(-1)).toBe('101 s: warning > fine at 0.93');
  });

  it('takes what cannot be told for good', () => {
    const level = watch('service-level');
    level.hold(null, 60);
    level.hold(0.5, 11);
    level.hold(null, 31);
    expect(level.story).toEqual(['70 s: fine > critical at 0.5', '101 s: critical > fine at null']);
  });

  it('takes a number of users at the threshold for bad, and nobody never', () => {
    const none = { enabled: true, warning: 0, critical: 0 };
    const zero = watch('stuck-users', { ...RULES, thresholds: { ...RULES.thresholds, 'stuck-users': none } });
    zero.hold(0, 60);
    expect(zero.story).toEqual([]);
    zero.hold(1, 11);
    expect(zero.story).toEqual(['70 s: fine > critical at 1']);
    const five = watch('stuck-users');
    five.hold(RULES.thresholds['stuck-users'].warning, 11);
    expect(five.current.level).toBe('warning');
  });

  it('lets an alarm go at once when its kind is switched off, and raises none', () => {
    const off = { ...RULES.thresholds['longest-wait'], enabled: false };
    const rules = { ...RULES, thresholds: { ...RULES.thresholds, 'longest-wait': off } };
    const before = { ...nothingJudged(), 'longest-wait': judgementAt('critical', 0) };
    const { judgements, changes } = judge(rules, before, { ...FINE, 'longest-wait': 900_000 }, 1_000);
    expect(changes).toMatchObject([{ from: 'critical', to: 'fine' }]);
    expect(judge(rules, judgements, { ...FINE, 'longest-wait': 900_000 }, 99_000).changes).toEqual([]);
  });

  it('judges each kind by itself', () => {
    const all = Object.fromEntries(
      ALARM_KINDS.map((kind) => [kind, kind === 'service-level' ? 0 : 1e9]),
    ) as AlarmValues;
    const { judgements } = judge(RULES, nothingJudged(), all, 0);
    expect(judge(RULES, judgements, all, 10_000).changes.map(({ kind }) => kind)).toEqual([...ALARM_KINDS]);
  });
});

describe('the rules', () => {
  it('are refused where critical would come before warning', () => {
    const turned = (kind: 'service-level' | 'longest-wait', warning: number, critical: number) =>
      alarmRules.safeParse({
        ...RULES,
        thresholds: { ...RULES.thresholds, [kind]: { enabled: true, warning, critical } },
      }).success;
    expect(turned('longest-wait', 10, 5)).toBe(false);
    expect(turned('longest-wait', 5, 5)).toBe(true);
    expect(turned('service-level', 0.7, 0.9)).toBe(false);
    expect(turned('service-level', 0.9, 0.7)).toBe(true);
    expect(turned('service-level', 90, 0.7)).toBe(false);
  });

  it('are good as they come', () => {
    expect(alarmRules.parse(DEFAULT_ALARM_RULES)).toEqual(DEFAULT_ALARM_RULES);
  });
});
