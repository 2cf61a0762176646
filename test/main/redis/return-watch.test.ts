import { describe, expect, it } from 'vitest';
import { waitForAttempt, type WaitOptions } from '../../../src/main/redis/return-watch';
import { fakeClock } from '../../support/fake-clock';

/** A wait of half a minute; `answers` tells what is seen at each look, the last one from then on. */
function wait(answers: boolean[], options: Partial<WaitOptions> = {}) {
  const clock = fakeClock();
  const begun = clock.now();
  const dueAt: number[] = [];
  let looks = 0;
  const end = waitForAttempt({
    clock,
    ms: 30_000,
    wasAway: true,
    answers: () => Promise.resolve(answers[Math.min(looks++, answers.length - 1)] ?? false),
    due: () => dueAt.push(clock.now() - begun),
    ...options,
  });
  return { clock, end, dueAt, looks: () => looks };
}

describe('waiting for the next attempt', () => {
  it('ends when the time is up, and not before', async () => {
    const { clock, dueAt } = wait([false]);
    await clock.advance(29_999);
    expect(dueAt).toEqual([]);
    await clock.advance(1);
    expect(dueAt).toEqual([30_000]);
  });

  it('ends as soon as a server that was away answers', async () => {
    const { clock, dueAt } = wait([false, false, true]);
    await clock.advance(60_000);
    expect(dueAt).toEqual([3_000]);
  });

  it('leaves a server that answers and refuses alone until the time is up', async () => {
    const { clock, dueAt } = wait([true], { wasAway: false });
    await clock.advance(60_000);
    expect(dueAt).toEqual([30_000]);
  });

  it('ends early when a server that refused went away and came back', async () => {
    const { clock, dueAt } = wait([true, false, true], { wasAway: false });
    await clock.advance(60_000);
    expect(dueAt).toEqual([3_000]);
  });

  it('does not look at all when the wait is short', async () => {
    const { clock, dueAt, looks } = wait([true], { ms: 800 });
    await clock.advance(5_000);
    expect(dueAt).toEqual([800]);
    expect(looks()).toBe(0);
  });

  it('is over when it is ended, and leaves no timer behind', async () => {
    const { clock, end, dueAt } = wait([false, true]);
    await clock.advance(1_500);
    end();
    expect(clock.waiting).toBe(0);
    await clock.advance(60_000);
    expect(dueAt).toEqual([]);
  });

  it('is not revived by a look that was under way when it ended', async () => {
    let answer: (answers: boolean) => void = () => {};
    const { clock, end, dueAt } = wait([], { answers: () => new Promise((resolve) => (answer = resolve)) });
    await clock.advance(1_000);
    end();
    answer(true);
    await clock.advance(60_000);
    expect(dueAt).toEqual([]);
  });
});
