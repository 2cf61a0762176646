import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SOCKET_CLOSED, type SocketReply, type SocketRequest } from '@shared/socket-protocol';
import { createDispatcher } from '../../../src/main/api/dispatch';
import { silentLogger } from '../../../src/main/lib/log';
import { SLOW_READER_BYTES, STUCK_READER_BYTES } from '../../../src/main/transport/socket-outbox';
import { serveSocket, type SessionSocket } from '../../../src/main/transport/socket-session';
import { createFakeBackEnd, type FakeBackEnd } from '../../support/contract-fakes';

/** A socket whose reader can be made slow. */
class FakeSocket extends EventEmitter {
  bufferedAmount = 0;
  sent: SocketReply[] = [];
  closed: number | null = null;
  terminated = false;
  private drained: (() => void)[] = [];

  send(text: string, done?: () => void) {
    this.sent.push(JSON.parse(text) as SocketReply);
    if (done) this.drained.push(done);
  }
  close(code: number) {
    this.closed = code;
  }
  terminate() {
    this.terminated = true;
    this.emit('close');
  }
  /** The reader has fetched everything. */
  drain() {
    this.bufferedAmount = 0;
    for (const done of this.drained.splice(0)) done();
  }
  ask(request: SocketRequest) {
    this.emit('message', Buffer.from(JSON.stringify(request)), false);
  }
}

let backEnd: FakeBackEnd;
let socket: FakeSocket;

beforeEach(() => {
  backEnd = createFakeBackEnd();
  socket = new FakeSocket();
  const deployment = () => ({ readOnly: false, connection: 'ready' }) as const;
  serveSocket({
    socket: socket as unknown as SessionSocket,
    dispatcher: createDispatcher({ ...backEnd, deployment, log: silentLogger }),
    caller: { actor: 'ada', role: 'admin' },
    log: silentLogger,
  });
});
afterEach(() => socket.terminate());

const subscribe = async (id: string) => {
  const before = backEnd.running.size;
  socket.ask({ type: 'subscribe', id, feed: 'overview', input: {} });
  await vi.waitFor(() => expect(backEnd.running.size).toBe(before + 1));
  const feed = [...backEnd.running].at(-1);
  if (!feed) throw new Error('no feed started');
  return feed;
};
const values = (id: string) =>
  socket.sent.flatMap((reply) =>
    reply.type === 'event' && reply.id === id && reply.envelope.ok ? [reply.envelope.value] : [],
  );

describe('a slow reader', () => {
  it('gets every event while it keeps up', async () => {
    const feed = await subscribe('a');
    for (let number = 0; number < 100; number += 1) feed.publish(number);
    expect(values('a')).toEqual(Array.from({ length: 100 }, (_, number) => number));
  });

  it('skips to the newest event of each of its feeds once it caught up', async () => {
    const [a, b] = [await subscribe('a'), await subscribe('b')];
    a.publish('first');
    socket.bufferedAmount = SLOW_READER_BYTES + 1;
    for (let number = 0; number < 10_000; number += 1) a.publish(number);
    b.publish('only');
    expect(values('a')).toEqual(['first']);
    socket.drain();
    expect(values('a')).toEqual(['first', 9_999]);
    expect(values('b')).toEqual(['only']);
  });

  it('still gets every answer, and the reason why a feed ended instead of older events', async () => {
    const feed = await subscribe('a');
    socket.bufferedAmount = SLOW_READER_BYTES + 1;
    feed.publish('old');
    feed.fail(new Error('broke'));
    socket.ask({ type: 'invoke', id: 'c', operation: 'session.get', input: {} });
    await vi.waitFor(() => expect(socket.sent).toHaveLength(2));
    socket.drain();
    expect(socket.sent).toMatchObject([
      { type: 'event', id: 'a', envelope: { ok: false } },
      { type: 'result', id: 'c', envelope: { ok: true } },
    ]);
  });

  it('gets nothing more of what it no longer listens to', async () => {
    const feed = await subscribe('a');
    feed.publish('first');
    socket.bufferedAmount = SLOW_READER_BYTES + 1;
    feed.publish('held');
    socket.ask({ type: 'unsubscribe', id: 'a' });
    socket.drain();
    expect(values('a')).toEqual(['first']);
  });

  it('is cut off when it never reads, and everything it asked for ends', async () => {
    await subscribe('a');
    socket.bufferedAmount = STUCK_READER_BYTES + 1;
    socket.ask({ type: 'invoke', id: 'c', operation: 'session.get', input: {} });
    await vi.waitFor(() => expect(socket.terminated).toBe(true));
    expect(backEnd.running.size).toBe(0);
  });
});

describe('a page that misbehaves', () => {
  it.each([
    ['no JSON', 'hello'],
    ['nothing', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['an unknown kind', '{"type":"explode","id":"1"}'],
    ['no id', '{"type":"invoke","operation":"session.get"}'],
    ['a number for a name', '{"type":"invoke","id":"1","operation":7}'],
    ['a list for a name', '{"type":"subscribe","id":"1","feed":["overview"]}'],
    ['an endless name', `{"type":"invoke","id":"1","operation":"${'x'.repeat(1_000)}"}`],
  ])('is closed with a word when it sends %s', (_what, text) => {
    socket.emit('message', Buffer.from(text), false);
    expect(socket.closed).toBe(SOCKET_CLOSED.protocol);
    expect(backEnd.asked).toEqual([]);
  });

  it('is closed when it sends bytes', () => {
    socket.emit('message', Buffer.from('{"type":"unsubscribe","id":"1"}'), true);
    expect(socket.closed).toBe(SOCKET_CLOSED.protocol);
  });

  it('cannot start two feeds under one id', async () => {
    await subscribe('a');
    socket.ask({ type: 'subscribe', id: 'a', feed: 'health', input: {} });
    expect(socket.sent).toMatchObject([{ type: 'event', id: 'a', envelope: { ok: false } }]);
    expect(backEnd.running.size).toBe(1);
  });

  it('is told when it has too many calls under way, and may go on when they end', async () => {
    let finish = (_value: unknown) => {};
    const slow = new Promise((resolve) => (finish = resolve));
    backEnd.answer('session.get', () => slow);
    for (let call = 0; call < 300; call += 1)
      socket.ask({ type: 'invoke', id: `c${call}`, operation: 'session.get', input: {} });
    expect(socket.sent).toHaveLength(300 - 256);
    expect(socket.sent[0]).toMatchObject({ id: 'c256', envelope: { error: { code: 'rate_limited' } } });
    finish('done');
    await vi.waitFor(() => expect(socket.sent).toHaveLength(300));
    socket.ask({ type: 'invoke', id: 'next', operation: 'session.get', input: {} });
    await vi.waitFor(() => expect(socket.sent.at(-1)).toMatchObject({ id: 'next', envelope: { ok: true } }));
  });

  it('is told to running calls when it goes', async () => {
    socket.ask({ type: 'invoke', id: 'c', operation: 'session.get', input: {} });
    await vi.waitFor(() => expect(backEnd.asked).toHaveLength(1));
    expect(backEnd.asked[0]?.context.signal?.aborted).toBe(false);
    socket.terminate();
    expect(backEnd.asked[0]?.context.signal?.aborted).toBe(true);
  });
});
