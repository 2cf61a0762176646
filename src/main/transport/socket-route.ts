import websocket from '@fastify/websocket';
import type { FastifyInstance } from 'fastify';
import { type WebSocket } from 'ws';
import { SwitchboardError } from '@shared/errors';
import { SOCKET_HEARTBEAT_MS, SOCKET_PATH } from '@shared/socket-protocol';
import type { Logger } from '../lib/log';
import type { ConsoleRoutesOptions } from './browser-host';
import { serveSocket } from './socket-session';

/** The largest message that a page may send, in bytes. */
const MAX_MESSAGE_BYTES = 1024 * 1024;

/** How long a page may take to answer the closing of its socket when the host goes down (ms). */
const CLOSE_GRACE_MS = 500;

/**
 * Teaches the server WebSocket. To be registered before every hook that may refuse: only what was known to be an
 * upgrade has its connection closed with the refusal.
 */
export async function acceptSockets(app: FastifyInstance, log: Logger): Promise<void> {
  await app.register(websocket, {
    options: { maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false },
    errorHandler: (fault, socket) => {
      log.info({ err: fault }, 'WebSocket failed');
      socket.terminate();
    },
    preClose: (done) => {
      for (const client of app.websocketServer.clients) closeSoon(client);
      app.websocketServer.close();
      done();
    },
  });
}

/** Serves the two verbs over WebSocket beside the page. Who may connect was decided before this route. */
export function socketRoute(app: FastifyInstance, { dispatcher, caller, log }: ConsoleRoutesOptions): void {
  app.route({
    method: 'GET',
    url: SOCKET_PATH,
    // A page whose socket was refused asks here by plain HTTP, to learn why.
    handler: () => {
      throw new SwitchboardError('method_not_allowed', 'This address speaks WebSocket only.');
    },
    wsHandler: (socket) => {
      keepAlive(socket);
      serveSocket({ socket, dispatcher, caller, log });
    },
  });
}

/** Says something regularly, and drops a page that no longer answers pings (asleep, cable pulled). */
function keepAlive(socket: WebSocket): void {
  let answered = true;
  socket.on('pong', () => (answered = true));
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
    socket.send('{"type":"alive"}');
  }, SOCKET_HEARTBEAT_MS);
  timer.unref();
  socket.on('close', () => clearInterval(timer));
}

function closeSoon(socket: WebSocket): void {
  socket.close(1001, 'Switchboard is shutting down');
  setTimeout(() => socket.terminate(), CLOSE_GRACE_MS).unref();
}
