import { describe, expect, it } from 'vitest';
import { type Alarm, ALARM_KINDS, DEFAULT_ALARM_RULES } from '@shared/contract/alarms';
import type { Attention } from '@shared/contract/overview';
import { newlyRaised, raisedAlarms, sayAlarm, worstLevel } from '../../src/renderer/alarm-words';
import { fromDraft, toDraft } from '../../src/renderer/views/alarms/draft';
import { attentionRows } from '../../src/renderer/views/overview/attention';

const alarm = (kind: Alarm['kind'], level: Alarm['level'], more: Partial<Alarm> = {}): Alarm => ({
  ...{ kind, level, since: 1_000, value: 7, snooze: null },
  ...more,
});
const SNOOZE = { until: 9, by: 'ann', reason: 'known' };

describe('alarms in words', () => {
  it('say what is wrong, in the unit of each', () => {
    const said = ALARM_KINDS.map((kind) =>
      sayAlarm({ kind, value: kind.endsWith('rate') || kind === 'service-level' ? 0.5 : 72_000 }),
    );
    expect(said).toEqual([
      'Service level is 50.0 %',
      'Longest wait is 1 m 12 s',
      '72,000 users stuck',
      '72,000 heartbeats lost',
      '50.0 % of connections failed',
      'Redis round trip is 72.0 s',
    ]);
  });

  it('put the worst first, and leave out what is fine', () => {
    const list = [
      alarm('stuck-users', 'warning'),
      alarm('longest-wait', 'fine'),
      alarm('failure-rate', 'critical'),
    ];
    expect(raisedAlarms(list).map(({ kind }) => kind)).toEqual(['failure-rate', 'stuck-users']);
  });

  it('are as bad as the worst that nobody has snoozed', () => {
    const list = [alarm('stuck-users', 'warning'), alarm('failure-rate', 'critical', { snooze: SNOOZE })];
    expect(worstLevel(list)).toBe('warning');
    expect(worstLevel([])).toBe('fine');
  });
});

describe('who is called', () => {
  it('nobody, for what was there when the console was opened', () => {
    expect(newlyRaised(null, [alarm('stuck-users', 'critical')])).toEqual([]);
  });

  it('somebody, for what comes up or becomes worse, and not for what eases or is snoozed', () => {
    const before = [
      alarm('stuck-users', 'fine'),
      alarm('longest-wait', 'warning'),
      alarm('failure-rate', 'critical'),
      alarm('lost-heartbeats', 'fine'),
      alarm('service-level', 'warning'),
    ];
    const now = [
      alarm('stuck-users', 'warning'),
      alarm('longest-wait', 'critical'),
      alarm('failure-rate', 'warning'),
      alarm('lost-heartbeats', 'critical', { snooze: SNOOZE }),
      alarm('service-level', 'warning'),
    ];
    expect(newlyRaised(before, now).map(({ kind }) => kind)).toEqual(['longest-wait', 'stuck-users']);
  });
});

describe('what needs attention', () => {
  const finding = (kind: Attention['kind'], severity: Attention['severity']): Attention => ({
    ...{ kind, severity, count: 7, since: 5, example: null },
  });

  it('tells what an alarm and a finding have in common once, as severe as the alarm', () => {
    const rows = attentionRows(
      [finding('stuck-connecting', 'warning'), finding('split-users', 'critical')],
      [alarm('stuck-users', 'critical')],
    );
    expect(rows.map(({ key, severity }) => [key, severity])).toEqual([
      ['stuck-connecting', 'critical'],
      ['split-users', 'critical'],
    ]);
  });

  it('adds the alarms that no finding tells of, worst first', () => {
    const rows = attentionRows(
      [finding('stale-heartbeats', 'info')],
      [alarm('longest-wait', 'critical', { value: 200_000 }), alarm('failure-rate', 'fine')],
    );
    expect(rows.map(({ title }) => title)).toEqual([
      'Longest wait is 3 m 20 s',
      '7 heartbeats over 30 s old',
    ]);
  });
});

describe('thresholds as they are typed', () => {
  it('come back as they were', () => {
    expect(fromDraft(toDraft(DEFAULT_ALARM_RULES))).toEqual({ rules: DEFAULT_ALARM_RULES });
  });

  it('are in percent and seconds, with a point or a comma', () => {
    const draft = toDraft(DEFAULT_ALARM_RULES);
    draft.rows['failure-rate'] = { enabled: true, warning: '2,5', critical: '29' };
    draft.rows['longest-wait'] = { enabled: false, warning: '1.5', critical: '90' };
    expect(fromDraft(draft)).toMatchObject({
      rules: {
        thresholds: {
          'failure-rate': { warning: 0.025, critical: 0.29 },
          'longest-wait': { enabled: false, warning: 1_500, critical: 90_000 },
        },
      },
    });
  });

  it.each([
    ['', 'a number, zero or more, is wanted here'],
    ['-1', 'a number, zero or more, is wanted here'],
    ['soon', 'a number, zero or more, is wanted here'],
    ['500', 'critical must not be reached before warning: it lies above it'],
  ])('with %j for a warning are refused in words', (warning, fault) => {
    const draft = toDraft(DEFAULT_ALARM_RULES);
    draft.rows['stuck-users'] = { enabled: true, warning, critical: '50' };
    expect(fromDraft(draft)).toEqual({ fault, at: 'stuck-users' });
  });
});
