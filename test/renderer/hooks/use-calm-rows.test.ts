import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ChartRow } from '../../../src/renderer/charts/trend-series';
import { useCalmRows } from '../../../src/renderer/hooks/use-calm-rows';

const rowsOf = (first: number, ...values: number[]): ChartRow[] =>
  values.map((value, index) => ({ at: first + index * 60_000, values: [value] }));

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

it('lets new values of the same rows wait for a few seconds', () => {
  const [before, after] = [rowsOf(0, 1, 2), rowsOf(0, 1, 3)];
  const { result, rerender } = renderHook(useCalmRows, { initialProps: before });
  rerender(after);
  expect(result.current).toBe(before);
  act(() => {
    vi.advanceTimersByTime(5_000);
  });
  expect(result.current).toBe(after);
});

it('shows rows of another time at once', () => {
  const { result, rerender } = renderHook(useCalmRows, { initialProps: rowsOf(0, 1, 2) });
  const next = rowsOf(60_000, 2, 4);
  rerender(next);
  expect(result.current).toBe(next);
});

it('never shows again what was there before another pool', () => {
  const { result, rerender } = renderHook(useCalmRows, { initialProps: rowsOf(0, 1, 2) });
  rerender([]);
  const other = rowsOf(0, 7, 8);
  rerender(other);
  expect(result.current).toBe(other);
});
