import { act, cleanup, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useSettled } from '../../../src/renderer/hooks/use-settled';

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

it('follows what is typed once nobody has typed for a moment, and passes over what stood there meanwhile', () => {
  const seen = new Set<string>();
  const { rerender } = renderHook(({ text }) => seen.add(useSettled(text, 100)), {
    initialProps: { text: '' },
  });
  for (const text of ['a', 'an', 'ann']) {
    rerender({ text });
    act(() => void vi.advanceTimersByTime(60));
  }
  expect([...seen]).toEqual(['']);
  act(() => void vi.advanceTimersByTime(40));
  expect([...seen]).toEqual(['', 'ann']);
});
