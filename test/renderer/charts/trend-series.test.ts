import { describe, expect, it } from 'vitest';
import type { TrendPoint } from '@shared/contract/overview';
import {
  axisTop,
  hasData,
  isHighEnough,
  isOfSameTimes,
  outcomeRows,
  outcomeShares,
  standsAlone,
  waitRows,
} from '../../../src/renderer/charts/trend-series';

const point = (over: Partial<TrendPoint>): TrendPoint => ({
  at: 0,
  counts: { IDLE: 0, WAITING: 0, CONNECTING: 0, IN_CALL: 0, DISCONNECTING: 0 },
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
  ...over,
});

describe('waits', () => {
  it('are seconds, and a gap where nobody was matched', () => {
    const rows = waitRows([
      point({ at: 60_000, waitP50Ms: 4_200, waitP95Ms: 18_600, waitP99Ms: 31_000 }),
      point({ at: 120_000 }),
    ]);
    expect(rows).toEqual([
      { at: 60_000, values: [4.2, 18.6, 31] },
      { at: 120_000, values: [null, null, null] },
    ]);
  });
});

describe('a lone value', () => {
  const rows = [1, 2, null, 3, null].map((value, at) => ({ at, values: [value] }));

  it('is one that no line reaches', () => {
    expect(rows.map((_, row) => standsAlone(rows, row, 0))).toEqual([false, false, false, true, false]);
  });
});

describe('the axis', () => {
  const top = (values: (number | null)[], stacked = false, target?: number) =>
    axisTop([{ at: 0, values }], stacked, target);

  it('ends in thirds that are round', () => {
    expect([top([0.2]), top([4]), top([31]), top([500]), top([12_345])]).toEqual([3, 6, 45, 600, 15_000]);
  });

  it('holds the whole stack, and the target', () => {
    expect(top([100, 100, 100], true)).toBe(300);
    expect(top([100, 100, 100])).toBe(150);
    expect(top([1], false, 30)).toBe(45);
    expect(top([null])).toBe(3);
  });

  it('is never below what it shows', () => {
    for (let value = 0.1; value < 1e7; value *= 1.37) expect(top([value])).toBeGreaterThanOrEqual(value);
  });

  it('stays for values that are somewhat lower, and for none that are higher or much lower', () => {
    expect([15, 30, 60, 61, 10].map((wanted) => isHighEnough(60, wanted))).toEqual([
      false,
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('rows of the same times', () => {
  const rowsAt = (...times: number[]) => times.map((at) => ({ at, values: [at] }));

  it('are those of the same moments, whatever their values', () => {
    expect(
      isOfSameTimes(
        rowsAt(1, 2),
        [1, 2].map((at) => ({ at, values: [null] })),
      ),
    ).toBe(true);
  });

  it('are not those of more moments, fewer or others', () => {
    for (const other of [rowsAt(1), rowsAt(1, 2, 3), rowsAt(1, 3), []])
      expect(isOfSameTimes(rowsAt(1, 2), other)).toBe(false);
  });
});

describe('outcomes', () => {
  it('are matched, left and failed', () => {
    const rows = outcomeRows([point({ matched: 40, left: 5, failed: 2 })], 60_000);
    expect(rows).toEqual([{ at: 0, values: [40, 5, 2] }]);
  });

  it('are per minute also where a step is longer', () => {
    const rows = outcomeRows([point({ matched: 40, left: 10, failed: 0 })], 300_000);
    expect(rows[0]?.values).toEqual([8, 2, 0]);
  });

  it('have shares that add up, and none where nothing happened', () => {
    expect(outcomeShares({ matched: 92, left: 6, failed: 2 })).toEqual({
      matched: 0.92,
      left: 0.06,
      failed: 0.02,
    });
    expect(outcomeShares({ matched: 0, left: 0, failed: 0 })).toEqual({
      matched: null,
      left: null,
      failed: null,
    });
  });
});

describe('whether there is something to draw', () => {
  it('is not so for gaps and zeros alone', () => {
    expect(hasData(waitRows([point({})]))).toBe(false);
    expect(hasData(outcomeRows([point({})], 60_000))).toBe(false);
    expect(hasData(outcomeRows([point({ failed: 1 })], 60_000))).toBe(true);
  });
});
