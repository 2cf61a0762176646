import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import type { BulkResult } from '@shared/contract/actions';
import { ActionPreview } from '../../../../src/renderer/views/frame/action-preview';

afterEach(cleanup);

const people = (count: number, name: string) =>
  Array.from({ length: count }, (_, index) => `${name}-${index}`);

function preview(left: number, behind: number): void {
  const result: BulkResult = {
    ...{ transactions: [], untried: [], stopped: null, moved: people(behind, 'ada') },
    skipped: people(left, 'eve').map((user) => ({ user, message: `${user} has moved on.` })),
    warnings: people(behind, 'ada').map((user, index) => ({
      ...{ kind: 'partner-left-alone', user, partner: `bob-${index}` },
    })),
  };
  render(<ActionPreview result={result} size={left + behind} looked={left + behind} tookMs={10} />);
}

const lines = () => screen.queryAllByRole('listitem').map(({ textContent }) => textContent);

it('names a few whom an action leaves out or behind, and says how many more there are', () => {
  preview(7, 9);
  expect(lines()).toHaveLength(12);
  expect(lines()[5]).toBe('and 2 more would be left out');
  expect(lines()[11]).toBe('and 4 more would be left behind');
});

it('says before a long action that undo will not reach back to its beginning', () => {
  const result = { transactions: [], moved: [], skipped: [], warnings: [], untried: [], stopped: null };
  const { rerender } = render(<ActionPreview result={result} size={20_000} looked={500} tookMs={50} />);
  expect(screen.queryByText(/takes about/)).toBeNull();
  rerender(<ActionPreview result={result} size={400_000} looked={500} tookMs={50} />);
  expect(screen.getByText(/takes about 40 s.*Undo reaches back 30 s only/)).toBeDefined();
});

it('speaks of no others where all are named', () => {
  preview(1, 5);
  expect(lines()).toHaveLength(6);
});
