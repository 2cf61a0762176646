import { describe, expect, it } from 'vitest';
import { Schedule } from '../../../src/main/simulator/schedule';

const FAR_AWAY = 1_000_000;

describe('a schedule', () => {
  it('gives what is due, the earliest first, and of the same time what was put first', () => {
    const schedule = new Schedule<string>();
    for (const [at, what] of [
      [20, 'c'],
      [10, 'a'],
      [10, 'b'],
    ] as const)
      schedule.put(at, what);
    expect([schedule.take(9), schedule.take(10), schedule.take(10), schedule.take(10)]).toEqual([
      undefined,
      'a',
      'b',
      undefined,
    ]);
    expect([schedule.nextAt(), schedule.take(20), schedule.nextAt()]).toEqual([20, 'c', null]);
  });

  it('stays small when what was put is not wanted any more, however far away it is', () => {
    const latest = new Map<string, number>();
    const schedule = new Schedule<{ who: string; epoch: number }>(
      ({ who, epoch }) => latest.get(who) === epoch,
    );
    for (let epoch = 0; epoch < 50_000; epoch += 1) {
      const who = `person ${epoch % 10}`;
      latest.set(who, epoch);
      schedule.put(FAR_AWAY + epoch, { who, epoch });
    }
    expect(schedule.size).toBeLessThanOrEqual(1_000);
    expect(schedule.nextAt()).toBe(FAR_AWAY + 49_990);
    const left = Array.from({ length: 10 }, () => schedule.take(2 * FAR_AWAY)?.epoch);
    expect(left).toEqual(Array.from({ length: 10 }, (_, index) => 49_990 + index));
  });

  it('keeps everything that is wanted, however much it is', () => {
    const schedule = new Schedule<number>();
    for (let number = 0; number < 5_000; number += 1) schedule.put(5_000 - number, number);
    expect(schedule.size).toBe(5_000);
    expect(schedule.take(FAR_AWAY)).toBe(4_999);
  });
});
