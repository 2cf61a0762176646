import { act, cleanup, render, screen } from '@testing-library/react';
import { QueryClientProvider } from '@tanstack/react-query';
import { Tooltip } from 'radix-ui';
import { afterEach, expect, it } from 'vitest';
import type { Client } from '@shared/client';
import type { SimulatorStatus } from '@shared/contract/simulator';
import { ClientContext } from '../../../../src/renderer/hooks/use-command';
import { createQueryClient } from '../../../../src/renderer/hooks/use-operation';
import { live } from '../../../../src/renderer/store/live';
import { HandTab } from '../../../../src/renderer/views/simulator/hand-tab';

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

afterEach(() => {
  cleanup();
  live.setState({ simulator: null });
});

it('shows nobody of the run before until the person of the new one is known', async () => {
  const hand = { user: 'sim-hand-1', belief: 'IDLE', partner: null, room: null, steps: [] };
  const client = {
    call: () => Promise.resolve({ run: 'first', hand }),
    listen: () => () => undefined,
    close: () => undefined,
  } as unknown as Client;
  live.setState({ simulator: STATUS });
  render(
    <ClientContext value={client}>
      <QueryClientProvider client={createQueryClient()}>
        <Tooltip.Provider>
          <HandTab />
        </Tooltip.Provider>
      </QueryClientProvider>
    </ClientContext>,
  );
  await screen.findByText('sim-hand-1');

  act(() => live.setState({ simulator: { ...STATUS, run: 'second' } }));
  expect(screen.queryByText('sim-hand-1')).toBeNull();
});
