import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/main/lib/random';
import { backoffMs } from '../../../src/main/redis/backoff';

describe('backoffMs', () => {
  it('doubles from one second to thirty', () => {
    const longest = [0, 1, 2, 3, 4, 5, 6, 100].map((failed) => backoffMs(failed, () => 1));
    expect(longest).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('takes between half and all of it by chance', () => {
    const random = seededRandom(7);
    const waits = Array.from({ length: 500 }, () => backoffMs(3, random));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(4_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(8_000);
    expect(new Set(waits).size).toBeGreaterThan(300);
  });
});
