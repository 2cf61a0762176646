import { describe, expect, it } from 'vitest';
import type { TrendPoint } from '@shared/contract/overview';
import { changePerMinute, countSeries } from '../../../src/renderer/charts/count-series';
import { sparklinePath } from '../../../src/renderer/charts/sparkline-path';
import type { CountSample } from '../../../src/renderer/store/live';

const MINUTE = 60_000;
const counts = (waiting: number) => ({
  IDLE: 0,
  WAITING: waiting,
  CONNECTING: 0,
  IN_CALL: 0,
  DISCONNECTING: 0,
});
const sample = (at: number, waiting: number): CountSample => ({ at, counts: counts(waiting) });
const point = (at: number, waiting: number): TrendPoint => ({
  at,
  counts: counts(waiting),
  edges: {},
  causes: {},
  waitP50Ms: null,
  waitP95Ms: null,
  waitP99Ms: null,
  serviceLevel: null,
  matched: 0,
  left: 0,
  failed: 0,
  leftP50Ms: null,
  callP50Ms: null,
  callP95Ms: null,
});

describe('the course of a count', () => {
  it('puts each step at its end and the running one at now', () => {
    const series = countSeries([point(0, 5), point(MINUTE, 7)], MINUTE, [], 'WAITING', 90_000);
    expect(series).toEqual([
      { at: MINUTE, count: 5 },
      { at: 90_000, count: 7 },
    ]);
  });

  it('takes the finer samples from where they begin', () => {
    const series = countSeries(
      [point(0, 5), point(MINUTE, 7), point(2 * MINUTE, 9)],
      MINUTE,
      [sample(130_000, 6), sample(135_000, 8)],
      'WAITING',
      140_000,
    );
    expect(series.map(({ count }) => count)).toEqual([5, 7, 6, 8]);
  });
});

describe('change per minute', () => {
  it('reads the count of a minute ago between two known moments', () => {
    const series = [
      { at: 0, count: 100 },
      { at: 40_000, count: 140 },
      { at: 80_000, count: 150 },
    ];
    // A minute before 80 s is 20 s: half way between 100 and 140.
    expect(changePerMinute(series, 150, 80_000)).toBe(30);
  });

  it('scales what is known of less than a minute, and says nothing under half of one', () => {
    const series = [{ at: 100_000, count: 10 }];
    expect(changePerMinute(series, 20, 140_000)).toBe(15);
    expect(changePerMinute(series, 20, 120_000)).toBeNull();
    expect(changePerMinute([], 20, 120_000)).toBeNull();
  });
});

describe('a sparkline', () => {
  it('spans its box from left to right and keeps high values high', () => {
    const path = sparklinePath(
      [
        { at: 0, count: 0 },
        { at: 50, count: 100 },
        { at: 100, count: 50 },
      ],
      200,
      30,
      1_000,
    );
    expect(path).toBe('M0 30L100 0L200 15');
  });

  it('draws a steady number as a line in the middle, noise small, and one point not at all', () => {
    const steady = [0, 50, 100].map((at) => ({ at, count: 1_000 }));
    expect(sparklinePath(steady, 200, 30, 1_000)).toBe('M0 15L100 15L200 15');
    const noisy = [
      { at: 0, count: 1_000 },
      { at: 100, count: 1_001 },
    ];
    expect(sparklinePath(noisy, 200, 30, 1_000)).toBe('M0 15.1L200 14.9');
    expect(sparklinePath([{ at: 0, count: 3 }], 200, 30, 1_000)).toBe('');
  });

  it('does not end in a hook: the moments of an interval that has begun count with the interval before', () => {
    const minutes = [0, 300, 600].map((at) => ({ at, count: 10 }));
    const moments = [610, 620, 630].map((at) => ({ at, count: 0 }));
    const path = sparklinePath([...minutes, ...moments], 100, 10, 900);
    expect(path).toBe(sparklinePath([...minutes.slice(0, 2), { at: 615, count: 2.5 }], 100, 10, 900));
    const next = [640, 650, 660].map((at) => ({ at, count: 0 }));
    expect(sparklinePath([...minutes, ...moments, ...next], 100, 10, 900).match(/L/g)).toHaveLength(3);
  });

  it('leaves out what is older than its window', () => {
    const series = [
      { at: 0, count: 9_000 },
      { at: 900, count: 1 },
      { at: 1_000, count: 2 },
    ];
    expect(sparklinePath(series, 100, 10, 200)).toBe('M0 10L100 0');
  });
});
