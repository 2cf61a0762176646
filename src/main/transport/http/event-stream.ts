import type { FastifyReply, FastifyRequest } from 'fastify';
import type { MatchingRequest } from '../../api/matching/matching-api';
import type { PushedEvent, PushListener } from '../../api/matching/user-events';
import type { ApiServices } from '../../api/services';
import { header, recordRequest, stateOf } from './request-state';

/** Proxies drop a connection on which nothing comes; a comment this often keeps it (ms). */
const KEEP_ALIVE_MS = 15_000;

/** A client that has so much unread has stopped reading; it can come back and ask for what it missed (bytes). */
const MAX_UNREAD = 64 * 1024;

/** How soon a browser connects again (ms). */
const RETRY_MS = 1_000;

const EVENT_ID = /^\d{1,16}-\d{1,16}$/;

/**
 * Streams what happens to one user: first where the user is, or what was missed since Last-Event-ID, then each
 * change as it happens. Refusals come before the stream begins, as ordinary problems.
 */
export async function streamEvents(
  services: ApiServices,
  asked: MatchingRequest,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { matching, events } = services;
  const identity = await matching.admitStream(asked, stateOf(request));
  const { user, pool } = identity;

  const early: PushedEvent[] = [];
  let deliver: PushListener = (pushed) => {
    early.push(pushed);
  };
  const stop = await events.listen(pool, user, (pushed) => deliver(pushed));
  try {
    const lastSeen = header(request, 'last-event-id');
    const missed = lastSeen && EVENT_ID.test(lastSeen) ? await events.missed(pool, user, lastSeen) : [];
    const view = await matching.view(identity);
    const stream = open(request, reply, stop);
    recordRequest(request, 200, services);
    for (const pushed of missed) stream.send(pushed.event.event, pushed.event, pushed.id);
    stream.send('state', { event: 'state', at: Math.round(services.now()), view, disconnect: null });
    deliver = (pushed) => stream.send(pushed.event.event, pushed.event, pushed.id);
    // What came while the first picture was being read is told too, unless the client has it already.
    for (const pushed of early) if (!missed.some(({ id }) => id === pushed.id)) deliver(pushed);
    return reply;
  } catch (fault) {
    stop();
    throw fault;
  }
}

interface EventStream {
  send(event: string, data: unknown, id?: string): void;
}

/** Takes the response over and ends with its connection. */
function open(request: FastifyRequest, reply: FastifyReply, onEnd: () => void): EventStream {
  const { raw } = reply;
  const headers = reply.getHeaders();
  reply.hijack();
  raw.writeHead(200, {
    ...Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Tells nginx to pass each event on at once.
    'x-accel-buffering': 'no',
  });
  request.socket.setNoDelay(true);
  raw.write(`retry: ${RETRY_MS}\n\n`);
  const alive = setInterval(() => write(': alive\n\n'), KEEP_ALIVE_MS);
  alive.unref();
  raw.once('close', () => {
    clearInterval(alive);
    onEnd();
  });
  function write(text: string): void {
    if (raw.destroyed) return;
    if (raw.writableLength > MAX_UNREAD) raw.destroy();
    else raw.write(text);
  }
  return {
    send(event, data, id) {
      write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
  };
}
