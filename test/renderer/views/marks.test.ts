import { act, cleanup, renderHook } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { useMarks } from '../../../src/renderer/views/users/marks';

afterEach(cleanup);

const hold = () => renderHook(useMarks).result;

it('stay on those whom an action left out, and leave those whom it changed', () => {
  const marks = hold();
  for (const user of ['ann', 'ben', 'cyd']) act(() => marks.current.toggle(user));
  const { unmarkChanged } = marks.current;
  // Marked while the action goes on.
  act(() => marks.current.toggle('dan'));
  act(() => unmarkChanged({ changed: ['ann', 'cyd'], skipped: ['ben'], complete: true }));
  expect([...marks.current.users]).toEqual(['ben', 'dan']);
});

it('on everybody become marks on those whom the action left out', () => {
  const marks = hold();
  act(() => marks.current.markAll());
  const { unmarkChanged } = marks.current;
  act(() => unmarkChanged({ changed: ['ann'], skipped: [], complete: false }));
  expect(marks.current.all, 'an action that was cancelled has not come to all').toBe(true);
  act(() => unmarkChanged({ changed: ['ann'], skipped: ['ben'], complete: true }));
  expect(marks.current).toMatchObject({ all: false, users: new Set(['ben']) });
});

it('on everybody stay where the action that ends was on few', () => {
  const marks = hold();
  act(() => marks.current.toggle('ann'));
  const { unmarkChanged } = marks.current;
  act(() => marks.current.markAll());
  act(() => unmarkChanged({ changed: ['ann'], skipped: [], complete: true }));
  expect(marks.current.all).toBe(true);
});
