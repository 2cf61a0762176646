import { act, cleanup, render, screen } from '@testing-library/react';
import { QueryClientProvider } from '@tanstack/react-query';
import { Tooltip } from 'radix-ui';
import { afterEach, expect, it } from 'vitest';
import type { Client } from '@shared/client';
import type { SimulatorStatus } from '@shared/contract/simulator';
import type { SimulatorRun } from '@shared/contract/simulator-run';
import { ClientContext } from '../../../../src/renderer/hooks/use-command';
import { createQueryClient } from '../../../../src/renderer/hooks/use-operation';
import { live } from '../../../../src/renderer/store/live';
import { LiveTab } from '../../../../src/renderer/views/simulator/live-tab';

const RUN = {
  scenario: { name: 'steady', title: 'A steady evening', description: '', people: 4 },
  ...{ text: '', seed: 7, deployment: 'sandbox', pool: 'default', startedAt: 0, elapsedMs: 9_000 },
  figures: {
    ...{ target: 4, present: 4, arrived: 4, moves: 0, requests: 0, refusals: 0, repeats: 0 },
    ...{ inFlight: 0, lagMs: 0, violations: 0 },
  },
  service: {
    ...{ answerP50Ms: null, answerP95Ms: null, noticeP95Ms: null, pairs: 0, overtakenShare: null },
    ...{ waitMeanMs: null, waitP50Ms: null, waitP95Ms: null },
  },
  verdict: { passed: true, summary: 'All held.', broken: {}, targets: [], compared: 0, warnings: [] },
  ...{ violations: [], strikes: [], samples: [] },
} satisfies Omit<SimulatorRun, 'id'>;

const STATUS: SimulatorStatus = {
  ...{
    status: 'running',
    run: 'first',
    scenario: 'steady',
    pool: 'default',
    since: 0,
    target: 4,
    present: 4,
  },
  ...{ moves: 0, seed: 7, paused: false, speed: 1, load: 1, elapsedMs: 0, violations: 0, refused: null },
};

/** Answers when the test says so, by the id of the run. */
function answering() {
  const waiting = new Map<string | undefined, (value: { run: SimulatorRun }) => void>();
  const call = (_: string, { run }: { run?: string }) =>
    new Promise<{ run: SimulatorRun }>((resolve) => waiting.set(run, resolve));
  return {
    client: { call, listen: () => () => undefined, close: () => undefined } as unknown as Client,
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
  const { client, answer } = answering();
  live.setState({ simulator: STATUS });
  render(
    <ClientContext value={client}>
      <QueryClientProvider client={createQueryClient()}>
        <Tooltip.Provider>
          <LiveTab />
        </Tooltip.Provider>
      </QueryClientProvider>
    </ClientContext>,
  );
  await answer('first', 4_711);
  await screen.findByText('4,711');

  act(() => live.setState({ simulator: { ...STATUS, run: 'second' } }));
  expect(screen.queryByText('4,711')).toBeNull();
  expect(screen.getByRole('region', { name: 'Run' })).toBeTruthy();

  await answer('second', 12);
  await screen.findByText('12');
});
