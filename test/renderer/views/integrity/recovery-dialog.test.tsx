import { QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { Tooltip } from 'radix-ui';
import { afterEach, expect, it, vi } from 'vitest';
import type { Client } from '@shared/client';
import type { Role } from '@shared/contract/define';
import type { RecoveryReport } from '@shared/contract/metadata';
import type { Session } from '@shared/contract/session';
import { SwitchboardError } from '@shared/errors';
import { ClientContext } from '../../../../src/renderer/hooks/use-command';
import { createQueryClient } from '../../../../src/renderer/hooks/use-operation';
import { emptyLive, live } from '../../../../src/renderer/store/live';
import { toasts } from '../../../../src/renderer/store/toasts';
import { ui } from '../../../../src/renderer/store/ui';
import { RecoveryDialog } from '../../../../src/renderer/views/integrity/recovery-dialog';

const REPORT: RecoveryReport = {
  ...{ dryRun: true, complete: true, lookedAt: 900, recovered: 12, leftOut: 0 },
  ...{ examples: [], skipped: [], transactions: [] },
};

afterEach(() => {
  cleanup();
  ui.setState({ recoveryOpen: false });
  live.setState(emptyLive(0));
  toasts.setState({ list: [] });
});

/** Opens the dialog on a deployment. */
function open(environment: 'production' | 'staging', role: Role = 'admin') {
  const call = vi.fn((_operation: string, { dryRun = false }: { dryRun?: boolean }) =>
    Promise.resolve({ ...REPORT, dryRun }),
  );
  const client = { call, listen: () => () => undefined, close: () => undefined } as unknown as Client;
  const deployment: Session['deployment'] = {
    ...{ id: 'test', connection: 'start', pool: 'default', name: 'test', address: 'redis://test' },
    ...{ environment, readOnly: false, embedded: null },
  };
  const session: Session = {
    ...{ version: '0', host: 'test', actor: 'ann', role, consoleRole: 'admin', deployment },
  };
  const wire = { status: 'open', since: 0, nextAttemptAt: null, reason: null } as const;
  live.setState({ session, wire });
  ui.setState({ recoveryOpen: true });
  render(
    <ClientContext value={client}>
      <QueryClientProvider client={createQueryClient()}>
        <Tooltip.Provider delayDuration={0}>
          <RecoveryDialog />
        </Tooltip.Provider>
      </QueryClientProvider>
    </ClientContext>,
  );
  return call;
}

const act = () => screen.getByRole('button', { name: 'Create metadata' });
const type = (label: string | RegExp, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });

/** Why the button refuses, as somebody reads it who comes to it. */
async function reasonOf(button: HTMLElement): Promise<string | null> {
  expect(button.getAttribute('aria-disabled')).toBe('true');
  fireEvent.blur(button);
  fireEvent.focus(button);
  return (await screen.findByRole('tooltip')).textContent;
}

it('asks on production for the number that the preview found, and for a reason', async () => {
  const call = open('production');
  await screen.findByText('12 users');
  expect(await reasonOf(act())).toContain('Say why');
  type('Reason', 'after the import');
  type(/^This is production\. Type 12/, '13');
  expect(await reasonOf(act())).toContain('Type 12 to confirm');
  fireEvent.click(act());
  expect(call).toHaveBeenCalledTimes(1);

  type(/^This is production\. Type 12/, '12');
  expect(act().getAttribute('aria-disabled')).toBeNull();
  fireEvent.click(act());
  await waitFor(() =>
    expect(call).toHaveBeenLastCalledWith('metadata.rebuild', {
      pool: 'default',
      reason: 'after the import',
    }),
  );
});

it('asks elsewhere for the reason alone', async () => {
  const call = open('staging');
  await screen.findByText('12 users');
  expect(screen.queryByLabelText(/^This is production/)).toBeNull();
  type('Reason', 'after the import');
  fireEvent.click(act());
  await waitFor(() => expect(call).toHaveBeenCalledTimes(2));
});

it('says that it goes on without the dialog, and tells what went wrong then', async () => {
  const call = open('staging');
  await screen.findByText('12 users');
  type('Reason', 'after the import');
  let fail = (_fault: Error) => {};
  call.mockReturnValueOnce(new Promise((_resolve, reject) => (fail = reject)));
  fireEvent.click(act());
  fireEvent.click(await screen.findByRole('button', { name: 'Leave it running' }));
  expect(screen.queryByRole('dialog')).toBeNull();
  fail(new SwitchboardError('redis_away', 'Redis is away.'));
  await waitFor(() =>
    expect(toasts.getState().list).toMatchObject([
      { tone: 'bad', title: 'Metadata were not recovered', detail: 'Redis is away.' },
    ]),
  );
});

it('neither looks nor acts for somebody who may not, and says why', async () => {
  const call = open('staging', 'operator');
  type('Reason', 'after the import');
  expect(await reasonOf(act())).toContain('This needs the role admin; you are operator.');
  fireEvent.click(act());
  expect(call).not.toHaveBeenCalled();
});
