import { describe, expect, it, vi } from 'vitest';
import { IPC } from '@shared/ipc-wire';
import { createDispatcher, type Dispatcher } from '../../src/main/api/dispatch';
import { isTrustedSender } from '../../src/main/desktop/trusted-sender';
import { silentLogger } from '../../src/main/lib/log';
import { serveIpc } from '../../src/main/transport/ipc';
import type { Role } from '../../src/shared/contract/define';
import { createFakeBackEnd } from '../support/contract-fakes';
import { createFakeIpcMain, openFakePage } from '../support/fake-ipc';
import { describeWireContract } from './wire-contract';

const ORIGINS = ['switchboard-app://console'];

function serve(dispatcher: Dispatcher, role: Role = 'admin') {
  const main = createFakeIpcMain();
  const close = serveIpc({
    ipcMain: main.ipcMain,
    door: (event) =>
      isTrustedSender(event, ORIGINS) ? { dispatcher, caller: { actor: 'ada', role } } : null,
    log: silentLogger,
  });
  return { main, close };
}

describeWireContract({
  name: 'Electron IPC',
  feeds: true,
  serve: (dispatcher, role) => {
    const { main, close } = serve(dispatcher, role);
    return Promise.resolve({
      open: () => {
        const page = openFakePage(main);
        return Promise.resolve({ wire: page.wire, leave: page.destroy });
      },
      close: () => Promise.resolve(close()),
    });
  },
});

describe('the main side of IPC', () => {
  const start = () => {
    const backEnd = createFakeBackEnd();
    const deployment = () => ({ readOnly: false, connection: 'ready' }) as const;
    return { backEnd, ...serve(createDispatcher({ ...backEnd, deployment, log: silentLogger })) };
  };

  it.each(['navigate', 'crash', 'destroy'] as const)(
    'ends subscriptions when the page does: %s',
    async (how) => {
      const { backEnd, main } = start();
      const page = openFakePage(main);
      page.wire.subscribe('overview', {}, () => {});
      await vi.waitFor(() => expect(backEnd.running.size).toBe(1));
      page[how]();
      expect(backEnd.running.size).toBe(0);
    },
  );

  it('serves the next page of the same window, and does not pile up listeners', async () => {
    const { backEnd, main } = start();
    const page = openFakePage(main);
    for (let load = 0; load < 5; load += 1) {
      page.wire.subscribe('overview', {}, () => {});
      await vi.waitFor(() => expect(backEnd.running.size).toBe(1));
      page.navigate();
    }
    expect(page.listenerCount('did-navigate')).toBe(1);
  });

  it('takes everything down when it closes', async () => {
    const { backEnd, main, close } = start();
    openFakePage(main).wire.subscribe('overview', {}, () => {});
    await vi.waitFor(() => expect(backEnd.running.size).toBe(1));
    close();
    expect(backEnd.running.size).toBe(0);
    expect(main.handlers.size).toBe(0);
  });

  it.each([
    ['another site', { url: 'https://evil.example/' }],
    ['a look-alike host', { url: 'switchboard-app://console.evil/' }],
    ['a file', { url: 'file:///etc/passwd' }],
    ['no address', { url: '' }],
    ['a frame inside the page', { parent: {} as Electron.WebFrameMain }],
    ['a frame that has gone', { detached: true }],
  ])('refuses a message from %s', async (_who, frame) => {
    const { backEnd, main } = start();
    const page = openFakePage(main, frame);
    expect(await page.wire.invoke('session.get', {})).toMatchObject({
      ok: false,
      error: { code: 'forbidden' },
    });
    const events: unknown[] = [];
    page.wire.subscribe('overview', {}, (event) => events.push(event));
    expect(events).toMatchObject([{ ok: false, error: { code: 'forbidden' } }]);
    expect([backEnd.asked, [...backEnd.running]]).toEqual([[], []]);
  });

  it('survives junk on its channels', async () => {
    const { main } = start();
    const page = openFakePage(main);
    for (const junk of [
      [],
      [null],
      [{}, {}],
      [7, 'overview'],
      ['id', { feed: 1 }],
      ['id2', ['overview'], 'x'.repeat(1e6)],
    ]) {
      page.send(IPC.subscribe, ...junk);
      page.send(IPC.unsubscribe, ...junk);
    }
    expect(await page.wire.invoke(['session.get'] as unknown as string, {})).toMatchObject({
      error: { code: 'not_found' },
    });
    expect(await page.wire.invoke('session.get', {})).toMatchObject({ ok: true });
  });
});
