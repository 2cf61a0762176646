import { describe, expect, it } from 'vitest';
import type { Alarm } from '@shared/contract/alarms';
import type { Attention, Overview } from '@shared/contract/overview';
import { toFigures } from '../../src/main/desktop-figures';

const overview = (waiting: number, longestMs: number | null) =>
  ({ pool: 'eu', states: { WAITING: { count: waiting } }, waiting: { longestMs } }) as Overview;

const finding = (more: Partial<Attention>): Attention => ({
  kind: 'alone-in-call',
  severity: 'critical',
  count: 1,
  since: null,
  example: null,
  ...more,
});

const alarm = (more: Partial<Alarm>): Alarm => ({
  kind: 'longest-wait',
  level: 'warning',
  since: 1,
  value: 75_000,
  snooze: null,
  ...more,
});

describe('the figures of tray and notifications', () => {
  it.each([
    [null, null],
    [0, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 m 0 s'],
    [3_725_000, '62 m 5 s'],
  ])('say a longest wait of %s ms as %s', (ms, words) => {
    expect(toFigures(overview(3, ms), [], []).longestWait).toBe(words);
  });

  it('tell damage, and the alarms that are raised and that nobody has snoozed', () => {
    const snooze = { until: 9, by: 'ann', reason: 'known' };
    const { alarms } = toFigures(
      overview(0, null),
      [finding({ count: 2 }), finding({ severity: 'info', kind: 'stale-heartbeats' })],
      [
        alarm({}),
        alarm({ kind: 'stuck-users', level: 'critical', value: 60, snooze }),
        alarm({ kind: 'service-level', level: 'fine', value: 0.95 }),
        alarm({ kind: 'failure-rate', level: 'critical', value: 0.315 }),
      ],
    );
    expect(alarms).toEqual([
      { id: 'eu:alone-in-call', title: '2 users alone in a call' },
      { id: 'eu:longest-wait warning', title: 'Somebody has waited for 1 m 15 s' },
      { id: 'eu:failure-rate critical', title: '31 % of connections fail' },
    ]);
  });

  it('announce an alarm again when it becomes worse', () => {
    const idAt = (level: Alarm['level']) =>
      toFigures(overview(0, null), [], [alarm({ level })]).alarms[0]?.id;
    expect(idAt('critical')).not.toBe(idAt('warning'));
  });

  it('keep an alarm one alarm while its number changes', () => {
    const ids = [1, 2, 3].map(
      (count) => toFigures(overview(0, null), [finding({ count })], []).alarms[0]?.id,
    );
    expect(new Set(ids).size).toBe(1);
  });
});
