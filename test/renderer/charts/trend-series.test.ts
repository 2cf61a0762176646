import { describe, expect, it } from 'vitest';
import type { TrendPoint } from '@shared/contract/overview';
import {
  hasData,
  outcomeColumns,
  outcomeShares,
  waitColumns,
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
    const columns = waitColumns([
      point({ at: 60_000, waitP50Ms: 4_200, waitP95Ms: 18_600, waitP99Ms: 31_000 }),
      point({ at: 120_000 }),
    ]);
    expect(columns).toEqual([
      [60, 120],
      [4.2, null],
      [18.6, null],
      [31, null],
    ]);
  });
});

describe('outcomes', () => {
  it('are stacked so that each column contains the ones after it', () => {
    const columns = outcomeColumns([point({ matched: 40, left: 5, failed: 2 })], 60_000);
    expect(columns.slice(1)).toEqual([[47], [45], [40]]);
  });

  it('are per minute also where a step is longer', () => {
    const columns = outcomeColumns([point({ matched: 40, left: 10, failed: 0 })], 300_000);
    expect(columns.slice(1)).toEqual([[10], [10], [8]]);
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
    expect(hasData(waitColumns([point({})]))).toBe(false);
    expect(hasData(outcomeColumns([point({})], 60_000))).toBe(false);
    expect(hasData(outcomeColumns([point({ failed: 1 })], 60_000))).toBe(true);
  });
});
