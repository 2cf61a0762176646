import { QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import { Tooltip } from 'radix-ui';
import { afterEach, expect, it } from 'vitest';
import { createClient } from '@shared/client';
import type { Cause } from '@shared/contract/transitions';
import type { UserDetails } from '@shared/contract/users';
import { ClientContext } from '../../../src/renderer/hooks/use-command';
import { createQueryClient } from '../../../src/renderer/hooks/use-operation';
import { UserHistory } from '../../../src/renderer/views/users/user-history';
import { createFixtureWire } from '../../support/fixture-wire';

afterEach(cleanup);

function historyEndingWith(cause: Cause): UserDetails {
  const move = { at: 1_000, transaction: 'tx-1', from: 'WAITING', to: 'IDLE', cause, by: 'ann', spentMs: 1 };
  return { pool: 'default', user: 'ben', at: 2_000, history: [move] } as unknown as UserDetails;
}

it.each<[Cause, number]>([
  ['force', 1],
  ['rollback', 0],
])('offers to undo a newest move that was a %s: %i', (cause, offers) => {
  render(
    <ClientContext value={createClient(createFixtureWire('empty'))}>
      <QueryClientProvider client={createQueryClient()}>
        <Tooltip.Provider>
          <UserHistory details={historyEndingWith(cause)} />
        </Tooltip.Provider>
      </QueryClientProvider>
    </ClientContext>,
  );
  expect(screen.queryAllByRole('button', { name: 'Undo the newest' })).toHaveLength(offers);
});
