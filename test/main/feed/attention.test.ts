import { describe, expect, it } from 'vitest';
import type { Attention, TrendPoint } from '@shared/contract/overview';
import { STATES } from '@shared/states';
import { type AttentionFacts, findAttention } from '../../../src/main/feed/attention';

const calm: AttentionFacts = {
  reading: {
    states: Object.fromEntries(
      STATES.map((state) => [state, { count: 0, oldestUser: null, oldestSince: null, medianAgeMs: null }]),
    ) as AttentionFacts['reading']['states'],
    stuck: { connecting: 0, disconnecting: 0, staleHeartbeats: 0, quietestUser: null, quietestSince: null },
  },
  split: [],
  minutes: [],
  health: { roundTripMs: 1, since: 0 },
  findings: [],
};

function minute(at: number, matched: number, serviceLevel: number | null): TrendPoint {
  return { at, matched, serviceLevel } as TrendPoint;
}

describe('what needs attention', () => {
  it('is nothing when all is well', () => {
    expect(findAttention(calm)).toEqual([]);
  });

  it('names whoever is stuck longest, and since when', () => {
    const { states, stuck } = calm.reading;
    const found = findAttention({
      ...calm,
      reading: {
        states: { ...states, CONNECTING: { ...states.CONNECTING, oldestUser: 'slow', oldestSince: 5 } },
        stuck: { ...stuck, connecting: 2 },
      },
    });
    expect(found).toEqual([
      { kind: 'stuck-connecting', severity: 'warning', count: 2, since: 5, example: 'slow' },
    ]);
  });

  it('puts the worst first', () => {
    const found = findAttention({
      ...calm,
      split: ['twice'],
      health: { roundTripMs: 500, since: 0 },
      reading: { ...calm.reading, stuck: { ...calm.reading.stuck, staleHeartbeats: 1 } },
    });
    expect(found.map(({ severity }) => severity)).toEqual(['critical', 'warning', 'info']);
  });

  it('takes the larger number of split users, of the sample and the last scan', () => {
    const scanned: Attention = {
      kind: 'split-users',
      severity: 'critical',
      count: 5,
      since: 1,
      example: 'x',
    };
    expect(findAttention({ ...calm, split: ['a'], findings: [scanned] })).toEqual([scanned]);
    expect(findAttention({ ...calm, split: ['a', 'b'], findings: [{ ...scanned, count: 1 }] })).toMatchObject(
      [{ count: 2, example: 'a' }],
    );
  });

  it('tells since when the service level is below its target, and how many waited too long', () => {
    const minutes = [minute(1, 50, 1), minute(2, 20, 0.5), minute(3, 20, 0.5)];
    expect(findAttention({ ...calm, minutes })).toMatchObject([
      { kind: 'service-level', severity: 'warning', count: 20, since: 2 },
    ]);
  });

  it('tells that the service level is back', () => {
    const minutes = [minute(1, 20, 0.5), ...[2, 3, 4, 5, 6].map((at) => minute(at, 20, 1))];
    expect(findAttention({ ...calm, minutes })).toMatchObject([{ severity: 'good', since: 2 }]);
  });

  it('does not judge the service level by a handful of matches', () => {
    expect(findAttention({ ...calm, minutes: [minute(1, 4, 0)] })).toEqual([]);
  });
});
