import { beforeEach, describe, expect, it } from 'vitest';
import { type MatchRate, WaitEstimate } from '../../../../src/main/api/matching/wait-estimate';
import { type FakeClock, fakeClock } from '../../../support/fake-clock';

describe('the estimate of a wait', () => {
  let clock: FakeClock;
  let rates: Record<string, MatchRate>;
  let reads: string[];
  let estimate: WaitEstimate;
  beforeEach(() => {
    clock = fakeClock();
    rates = { default: { matched: 60, overMs: 120_000 } };
    reads = [];
    estimate = new WaitEstimate({
      clock,
      rate: (pool) => {
        reads.push(pool);
        const rate = rates[pool];
        return rate ? Promise.resolve(rate) : Promise.reject(new Error('away'));
      },
    });
  });

  it('is the time that the queue took lately for as many people as stand before', async () => {
    expect(await estimate.forPosition('default', 1)).toBe(2_000);
    expect(await estimate.forPosition('default', 30)).toBe(60_000);
  });

  it('is unknown while nobody is matched', async () => {
    rates['default'] = { matched: 0, overMs: 120_000 };
    expect(await estimate.forPosition('default', 1)).toBeNull();
  });

  it('reads the rate of each pool once in two seconds, however many ask', async () => {
    rates['eu'] = { matched: 1, overMs: 60_000 };
    await Promise.all(Array.from({ length: 50 }, (_, index) => estimate.forPosition('default', index)));
    expect(await estimate.forPosition('eu', 2)).toBe(120_000);
    expect(reads).toEqual(['default', 'eu']);
    await clock.advance(2_000);
    rates['default'] = { matched: 120, overMs: 120_000 };
    expect(await estimate.forPosition('default', 1)).toBe(1_000);
    expect(reads).toEqual(['default', 'eu', 'default']);
  });

  it('does not keep a failure: who asks next asks Redis again', async () => {
    await expect(estimate.forPosition('us', 1)).rejects.toThrow('away');
    rates['us'] = { matched: 10, overMs: 10_000 };
    expect(await estimate.forPosition('us', 1)).toBe(1_000);
  });
});
