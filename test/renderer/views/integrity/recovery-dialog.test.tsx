import { QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { Tooltip } from 'radix-ui';
import { afterEach, expect, it, vi } from 'vitest';
import type { Client } from '@shared/client';
import type { Role } from '@shared/contract/define';
import type { RecoveryReport } from '@shared/contract/metadata';
import type { Session } from '@shared/contract/session';
import { SwitchboardError } from '@shared/errors';
import { Corner } from '../../../../src/renderer/components/corner';
import { ClientContext } from '../../../../src/renderer/hooks/use-command';
import { createQueryClient } from '../../../../src/renderer/hooks/use-operation';
import { emptyLive, live } from '../../../../src/renderer/store/live';
import { jobs } from '../../../../src/renderer/store/jobs';
import { ui } from '../../../../src/renderer/store/ui';
import { RecoveryDialog } from '../../../../src/renderer/views/integrity/recovery-dialog';

const REPORT: RecoveryReport = {
  ...{ dryRun: true, next: null, stopped: null, walked: 900, total: 900, lookedAt: 900, recovered: 12 },
  ...{ leftOut: 0, examples: [], skipped: [], transactions: [] },
};

afterEach(() => {
  cleanup();
  ui.setState({ recoveryOpen: false });
  live.setState(emptyLive(0));
  jobs.setState({ list: [] });
});

/** Opens the dialog on a deployment. */
function open(environment: 'production' | 'staging', role: Role = 'admin') {
  const call = vi.fn((_operation: string, { dryRun = false }: { dryRun?: boolean; after?: string | null }) =>
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
          <Corner />
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
      dryRun: false,
      after: null,
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

/** Opens the dialog on 900 records, three pages of them, each of which is answered by hand; begins the recovery. */
async function begin() {
  const call = open('staging');
  await screen.findByText('12 users');
  type('Reason', 'after the import');
  const asked: {
    after: string | null;
    answer: (page: Partial<RecoveryReport>) => void;
    fail: (fault: Error) => void;
  }[] = [];
  call.mockImplementation(
    (_operation, { after = null }: { after?: string | null }) =>
      new Promise<RecoveryReport>((resolve, reject) => {
        const answer = (page: Partial<RecoveryReport>) =>
          resolve({
            ...REPORT,
            dryRun: false,
            walked: 300,
            lookedAt: 300,
            recovered: 4,
            next: '0:7',
            ...page,
          });
        asked.push({ after, answer, fail: reject });
      }),
  );
  fireEvent.click(act());
  /** The page that is asked for next. */
  const page = async (number: number) => {
    await waitFor(() => expect(asked).toHaveLength(number));
    return asked[number - 1] ?? expect.fail('no page');
  };
  return { asked, page };
}
const dialog = () => within(screen.getByRole('dialog'));

it('shows how far it is, stops after the page under way when it is cancelled, and tells exactly what was done', async () => {
  const { asked, page } = await begin();
  const skipped = [{ user: 'torn', message: 'torn is in several states at once: repair that first.' }];
  (await page(1)).answer({ skipped, leftOut: 1 });
  await screen.findByText('300 of about 900 looked at, 4 users got metadata.');
  expect((await page(2)).after).toBe('0:7');
  expect(dialog().getByRole('progressbar').getAttribute('value')).toBe('300');
  fireEvent.click(dialog().getByRole('button', { name: 'Cancel' }));
  await screen.findByText(/^Stopping/);
  (await page(2)).answer({});
  await screen.findByText('Stopped: 8 of about 12 users got metadata, the rest is untouched. 1 left out.');
  expect(screen.getByText(/^torn is in several states/)).toBeTruthy();
  expect(dialog().queryByRole('progressbar')).toBeNull();
  expect(asked).toHaveLength(2);
  fireEvent.click(dialog().getByRole('button', { name: 'Done' }));
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(jobs.getState().list).toEqual([]);
});

it('goes on in the corner when it is left running, and says there how far it came when it fails', async () => {
  const { page } = await begin();
  (await page(1)).answer({});
  fireEvent.click(await screen.findByRole('button', { name: 'Leave it running' }));
  expect(screen.queryByRole('dialog')).toBeNull();
  const corner = within(screen.getByRole('region', { name: 'Running work' }));
  expect(corner.getByText('300 of about 900 looked at, 4 users got metadata.')).toBeTruthy();
  expect(corner.getByRole('button', { name: 'Cancel' })).toBeTruthy();
  (await page(2)).fail(new SwitchboardError('redis_away', 'Redis is away.'));
  expect(await corner.findByText('Redis is away.')).toBeTruthy();
  expect(corner.getByText(/^It could not go on: 4 of about 12 users got metadata by then/)).toBeTruthy();
});

it('ends with the last page, and says what stopped one half way', async () => {
  const { page } = await begin();
  (await page(1)).answer({ recovered: 2, stopped: 'Redis went away.' });
  await screen.findByText('Redis went away.');
  expect(screen.getByText(/^It could not go on: 2 of about 12 users/)).toBeTruthy();
});

it('neither looks nor acts for somebody who may not, and says why', async () => {
  const call = open('staging', 'operator');
  type('Reason', 'after the import');
  expect(await reasonOf(act())).toContain('This needs the role admin; you are operator.');
  fireEvent.click(act());
  expect(call).not.toHaveBeenCalled();
});
