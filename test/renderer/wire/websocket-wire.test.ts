import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Envelope } from '@shared/errors';
import {
  SOCKET_CLOSED,
  SOCKET_HEARTBEAT_MS,
  type SocketReply,
  type SocketRequest,
} from '@shared/socket-protocol';
import type { WireStatus } from '@shared/transport';
import { createWebSocketWire } from '../../../src/renderer/wire/websocket-wire';

/** A socket whose other end is the test. */
class FakeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  sent: SocketRequest[] = [];
  closed = false;

  send(text: string) {
    this.sent.push(JSON.parse(text) as SocketRequest);
  }
  close() {
    this.closed = true;
  }
  reply(reply: SocketReply) {
    this.onmessage?.({ data: JSON.stringify(reply) });
  }
  end(code = 1006, reason = '') {
    this.onclose?.({ code, reason });
  }
}

let sockets: FakeSocket[];
let signedIn: () => Promise<boolean>;

const newest = () => {
  const socket = sockets.at(-1);
  if (!socket) throw new Error('no socket was opened');
  return socket;
};
const start = () => {
  const wire = createWebSocketWire({
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    isSignedIn: () => signedIn(),
    random: () => 0.5,
  });
  const history: WireStatus[] = [];
  wire.watch((status) => history.push(status));
  return { wire, history };
};
const ok = (value: unknown): Envelope<unknown> => ({ ok: true, value, requestId: 'request-1' });

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  signedIn = () => Promise.resolve(true);
});
afterEach(() => vi.useRealTimers());

describe('the WebSocket wire', () => {
  it('keeps calls and subscriptions of the first moment until it is open, each sent once', async () => {
    const { wire } = start();
    const call = wire.invoke('session.get', {});
    wire.subscribe('health', {}, () => {});
    wire.subscribe('trends', {}, () => {})();
    expect(newest().sent).toEqual([]);
    newest().onopen?.();
    expect(newest().sent.map((request) => [request.type, request.id])).toEqual([
      ['subscribe', 's2'],
      ['invoke', 'c1'],
    ]);
    newest().reply({ type: 'result', id: 'c1', envelope: ok(7) });
    expect(await call).toEqual(ok(7));
  });

  it('fails a call at once while the connection is down, and never sends it later', async () => {
    const { wire } = start();
    newest().onopen?.();
    newest().end();
    expect(await wire.invoke('session.get', {})).toMatchObject({ ok: false, error: { code: 'wire_lost' } });
    await vi.advanceTimersByTimeAsync(1_000);
    newest().onopen?.();
    expect(sockets).toHaveLength(2);
    expect(newest().sent).toEqual([]);
  });

  it('fails what was under way when the connection breaks, and says that the outcome is not known', async () => {
    const { wire } = start();
    newest().onopen?.();
    const call = wire.invoke('transitions.force', {});
    newest().end();
    const envelope = await call;
    expect(envelope).toMatchObject({ ok: false, error: { code: 'wire_lost' } });
    expect(envelope.ok ? '' : envelope.error.message).toContain('may or may not');
  });

  it('takes up what is listened to, and only that, when it is back', async () => {
    const { wire } = start();
    const events: unknown[] = [];
    newest().onopen?.();
    wire.subscribe('overview', { pool: 'eu' }, (event) => events.push(event));
    const stop = wire.subscribe('trends', {}, () => {});
    wire.subscribe('health', {}, () => {});
    newest().reply({
      type: 'event',
      id: 's3',
      envelope: {
        ...ok(0),
        ok: false,
        error: { code: 'internal', message: '', details: {} },
      } as Envelope<unknown>,
    });
    newest().end();
    stop();
    await vi.advanceTimersByTimeAsync(1_000);
    newest().onopen?.();
    expect(newest().sent).toEqual([{ type: 'subscribe', id: 's1', feed: 'overview', input: { pool: 'eu' } }]);
    newest().reply({ type: 'event', id: 's1', envelope: ok('again') });
    expect(events).toEqual([ok('again')]);
  });

  it('waits longer between attempts, up to a few seconds, and is quick again after success', async () => {
    const { history } = start();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 7; attempt += 1) {
      newest().end();
      await vi.advanceTimersByTimeAsync(0);
      const { nextAttemptAt } = history.at(-1) ?? { nextAttemptAt: null };
      const wait = (nextAttemptAt ?? 0) - Date.now();
      waits.push(wait);
      await vi.advanceTimersByTimeAsync(wait);
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 3000, 3000, 3000]);
    newest().onopen?.();
    newest().end();
    expect((history.at(-1)?.nextAttemptAt ?? 0) - Date.now()).toBe(250);
  });

  it('tells how it is doing: at once, and at each change', async () => {
    const { wire, history } = start();
    newest().onopen?.();
    newest().end(1001, 'Switchboard is shutting down');
    await vi.advanceTimersByTimeAsync(250);
    newest().onopen?.();
    expect(history.map(({ status, reason }) => [status, reason])).toEqual([
      ['connecting', null],
      ['open', null],
      ['lost', 'Switchboard is shutting down'],
      ['open', null],
    ]);
    const late: WireStatus[] = [];
    wire.watch((status) => late.push(status))();
    newest().end();
    expect(late.map(({ status }) => status)).toEqual(['open']);
  });

  it('stops trying and says why when this browser is not signed in', async () => {
    signedIn = () => Promise.resolve(false);
    const { wire, history } = start();
    newest().end();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets).toHaveLength(1);
    expect(history.at(-1)).toMatchObject({
      status: 'closed',
      reason: expect.stringContaining('not signed in') as string,
    });
    expect(await wire.invoke('session.get', {})).toMatchObject({ ok: false, error: { code: 'wire_lost' } });
  });

  it('goes on trying when nobody answers at all', async () => {
    signedIn = () => Promise.reject(new Error('refused'));
    const { history } = start();
    newest().end();
    await vi.advanceTimersByTimeAsync(250);
    expect(sockets).toHaveLength(2);
    expect(history.at(-1)?.status).toBe('lost');
  });

  it('stops trying when page and server do not speak alike', async () => {
    const { history } = start();
    newest().onopen?.();
    newest().end(SOCKET_CLOSED.protocol, 'message not understood: reload the page');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets).toHaveLength(1);
    expect(history.at(-1)).toMatchObject({
      status: 'closed',
      reason: 'message not understood: reload the page',
    });
  });

  it('takes silence for a dead connection, and any word for life', async () => {
    const { history } = start();
    const first = newest();
    first.onopen?.();
    for (let beat = 0; beat < 10; beat += 1) {
      await vi.advanceTimersByTimeAsync(SOCKET_HEARTBEAT_MS);
      first.reply({ type: 'alive' });
    }
    expect(history.at(-1)?.status).toBe('open');
    await vi.advanceTimersByTimeAsync(3 * SOCKET_HEARTBEAT_MS);
    expect(first.closed).toBe(true);
    expect(history.find(({ status }) => status === 'lost')?.reason).toContain('silent');
    expect(sockets.length).toBeGreaterThan(1);
  });

  it('takes nothing from a connection that it has given up', async () => {
    const { wire } = start();
    const events: unknown[] = [];
    const first = newest();
    first.onopen?.();
    wire.subscribe('overview', {}, (event) => events.push(event));
    await vi.advanceTimersByTimeAsync(3 * SOCKET_HEARTBEAT_MS);
    first.reply({ type: 'event', id: 's1', envelope: ok('ghost') });
    first.end();
    await vi.advanceTimersByTimeAsync(250);
    expect(events).toEqual([]);
  });
});
