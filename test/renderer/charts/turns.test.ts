import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { inTurn } from '../../../src/renderer/charts/turns';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('does one piece of work a task, in the order in which they came', () => {
  const done: string[] = [];
  for (const name of ['first', 'second', 'third']) inTurn(() => done.push(name));
  expect(done).toEqual([]);
  vi.advanceTimersToNextTimer();
  expect(done).toEqual(['first']);
  vi.advanceTimersToNextTimer();
  expect(done).toEqual(['first', 'second']);
  vi.runAllTimers();
  expect(done).toEqual(['first', 'second', 'third']);
});

it('does not do what was taken back, and goes on behind it', () => {
  const done: string[] = [];
  const takeBack = inTurn(() => done.push('first'));
  inTurn(() => done.push('second'));
  takeBack();
  vi.runAllTimers();
  expect(done).toEqual(['second']);
});

it('goes on behind a piece of work that fails', () => {
  const done: string[] = [];
  inTurn(() => {
    throw new Error('broken');
  });
  inTurn(() => done.push('second'));
  expect(() => vi.runAllTimers()).toThrow('broken');
  vi.runAllTimers();
  expect(done).toEqual(['second']);
});
