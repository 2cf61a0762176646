import { act, cleanup, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import type { SimulatorRun } from '@shared/contract/simulator-run';
import { live } from '../../../../src/renderer/store/live';
import { LiveTab } from '../../../../src/renderer/views/simulator/live-tab';
import { runRecord } from '../../../support/run-record';
import { renderPart, tellOfRun } from './running';

const RUN = runRecord(1);

/** Answers when the test says so, by the id of the run. */
function answering() {
  const waiting = new Map<string | undefined, (value: { run: SimulatorRun }) => void>();
  const call = (_: string, { run }: { run?: string }) =>
    new Promise<{ run: SimulatorRun }>((resolve) => waiting.set(run, resolve));
  return {
    call,
    answer: (id: string, moves: number) =>
      act(async () => {
        waiting.get(id)?.({ run: { ...RUN, id, figures: { ...RUN.figures, moves } } });
        await Promise.resolve();
      }),
  };
}

afterEach(() => {
  cleanup();
  live.setState({ simulator: null });
});

it('shows nothing of the run before while the first figures of a new one are on their way', async () => {
  const { call, answer } = answering();
  tellOfRun('first');
  renderPart(<LiveTab />, call);
  await answer('first', 4_711);
  await screen.findByText('4,711');

  tellOfRun('second');
  expect(screen.queryByText('4,711')).toBeNull();
  expect(screen.getByRole('region', { name: 'Run' })).toBeTruthy();

  await answer('second', 12);
  await screen.findByText('12');
});
