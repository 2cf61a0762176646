import { describe, expect, it } from 'vitest';
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

describe('the figures of tray and notifications', () => {
  it.each([
    [null, null],
    [0, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 m 0 s'],
    [3_725_000, '62 m 5 s'],
  ])('say a longest wait of %s ms as %s', (ms, words) => {
    expect(toFigures(overview(3, ms), []).longestWait).toBe(words);
  });

  it('raise alarms for what is wrong, not for what is worth knowing or good', () => {
    const alarms = toFigures(overview(0, null), [
      finding({ severity: 'critical', count: 2 }),
      finding({ severity: 'warning', kind: 'redis-slow' }),
      finding({ severity: 'info', kind: 'stale-heartbeats' }),
      finding({ severity: 'good', kind: 'service-level' }),
    ]).alarms;
    expect(alarms).toEqual([
      { id: 'eu:alone-in-call', title: '2 users alone in a call' },
      { id: 'eu:redis-slow', title: 'Redis answers slowly' },
    ]);
  });

  it('keep an alarm one alarm while its number changes', () => {
    const ids = [1, 2, 3].map((count) => toFigures(overview(0, null), [finding({ count })]).alarms[0]?.id);
    expect(new Set(ids).size).toBe(1);
  });
});
