import type { WebSocket } from 'ws';
import { z } from 'zod';
import { type Envelope, SwitchboardError, toErrorBody } from '@shared/errors';
import { SOCKET_CLOSED, type SocketReply, type SocketRequest } from '@shared/socket-protocol';
import type { Unsubscribe } from '@shared/transport';
import type { Dispatcher } from '../api/dispatch';
import type { Caller } from '../api/pipeline';
import { newId } from '../lib/ids';
import type { Logger } from '../lib/log';
import { createOutbox } from './socket-outbox';

/** More than any page of ours needs at once; beyond it the page is told so instead of slowing everyone. */
const MAX_SUBSCRIPTIONS = 64;
const MAX_PENDING_CALLS = 256;

const id = z.string().min(1).max(64);
const name = z.string().max(128);
const socketRequest = z.discriminatedUnion('type', [
  z.object({ type: z.literal('invoke'), id, operation: name, input: z.unknown() }),
  z.object({ type: z.literal('subscribe'), id, feed: name, input: z.unknown() }),
  z.object({ type: z.literal('unsubscribe'), id }),
]) satisfies z.ZodType<SocketRequest>;

/** The parts of a WebSocket that a session uses. */
export type SessionSocket = Pick<WebSocket, 'send' | 'on' | 'close' | 'terminate' | 'bufferedAmount'>;

export interface SocketSessionOptions {
  socket: SessionSocket;
  dispatcher: Dispatcher;
  caller: Pick<Caller, 'actor' | 'role'>;
  log: Logger;
}

/**
 * Serves the two verbs over one WebSocket until it closes. What the page asked for ends with it: subscriptions
 * stop, running calls are told by their signal.
 */
export function serveSocket({ socket, dispatcher, caller, log }: SocketSessionOptions): void {
  const gone = new AbortController();
  const subscriptions = new Map<string, Unsubscribe>();
  const outbox = createOutbox(socket, log);
  let pendingCalls = 0;

  const from: Caller = { ...caller, host: 'websocket', signal: gone.signal };
  const reply = (message: SocketReply) => outbox.send(message);

  const invoke = async (request: Extract<SocketRequest, { type: 'invoke' }>) => {
    if (pendingCalls >= MAX_PENDING_CALLS) {
      const error = tooMany(
        `${MAX_PENDING_CALLS} calls of this page are still running; wait for some to end.`,
      );
      reply({ type: 'result', id: request.id, envelope: error });
      return;
    }
    pendingCalls += 1;
    const envelope = await dispatcher.invoke(request.operation, request.input, from);
    pendingCalls -= 1;
    reply({ type: 'result', id: request.id, envelope });
  };

  const subscribe = (request: Extract<SocketRequest, { type: 'subscribe' }>) => {
    const refuse = (envelope: Envelope<unknown>) => reply({ type: 'event', id: request.id, envelope });
    if (subscriptions.has(request.id))
      return refuse(tooMany('This page already has a subscription of that id.'));
    if (subscriptions.size >= MAX_SUBSCRIPTIONS)
      return refuse(tooMany(`This page already listens to ${MAX_SUBSCRIPTIONS} feeds; end some first.`));
    const stop = dispatcher.subscribe(request.feed, request.input, from, (envelope) => {
      if (envelope.ok) return outbox.sendNewest(request.id, { type: 'event', id: request.id, envelope });
      subscriptions.delete(request.id);
      outbox.forget(request.id);
      reply({ type: 'event', id: request.id, envelope });
    });
    subscriptions.set(request.id, stop);
  };

  const unsubscribe = (subscription: string) => {
    subscriptions.get(subscription)?.();
    subscriptions.delete(subscription);
    outbox.forget(subscription);
  };

  socket.on('message', (data, isBinary) => {
    // Of the forms that `ws` can deliver, sockets that are left at their defaults get this one.
    const request = isBinary ? null : parseRequest((data as Buffer).toString());
    if (request === null) {
      log.warn({ actor: caller.actor }, 'a WebSocket message was not understood; closing');
      socket.close(SOCKET_CLOSED.protocol, 'message not understood: reload the page');
    } else if (request.type === 'invoke') void invoke(request);
    else if (request.type === 'subscribe') subscribe(request);
    else unsubscribe(request.id);
  });

  socket.on('close', () => {
    gone.abort();
    for (const stop of subscriptions.values()) stop();
    subscriptions.clear();
    outbox.close();
  });
}

function parseRequest(text: string): SocketRequest | null {
  try {
    return socketRequest.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null; // not JSON: told to the page by closing
  }
}

function tooMany(message: string): Envelope<never> {
  return { ok: false, error: toErrorBody(new SwitchboardError('rate_limited', message)), requestId: newId() };
}
