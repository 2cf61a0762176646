import { act, render } from '@testing-library/react';
import { QueryClientProvider } from '@tanstack/react-query';
import { Tooltip } from 'radix-ui';
import type { ReactNode } from 'react';
import type { Client } from '@shared/client';
import type { SimulatorStatus } from '@shared/contract/simulator';
import { ClientContext } from '../../../../src/renderer/hooks/use-command';
import { createQueryClient } from '../../../../src/renderer/hooks/use-operation';
import { live } from '../../../../src/renderer/store/live';

const STATUS: SimulatorStatus = {
  ...{ status: 'running', scenario: 'steady', pool: 'default', since: 0, target: 4, present: 4, moves: 0 },
  ...{ run: null, seed: 7, paused: false, speed: 1, load: 1, elapsedMs: 0, violations: 0, refused: null },
};

/** Lets the console hear that this run is under way. */
export function tellOfRun(run: string): void {
  act(() => live.setState({ simulator: { ...STATUS, run } }));
}

/** Draws a part of the screen Simulator whose calls are answered by the test. */
export function renderPart(part: ReactNode, call: (...args: never[]) => Promise<unknown>): void {
  const client = { call, listen: () => () => undefined, close: () => undefined } as unknown as Client;
  render(
    <ClientContext value={client}>
      <QueryClientProvider client={createQueryClient()}>
        <Tooltip.Provider>{part}</Tooltip.Provider>
      </QueryClientProvider>
    </ClientContext>,
  );
}
