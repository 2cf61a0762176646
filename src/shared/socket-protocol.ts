import type { Envelope } from './errors';

/** Where the WebSocket of the console is, beside the page. */
export const SOCKET_PATH = '/wire';

/** The server says something at least this often, so that silence means a dead connection (ms). */
export const SOCKET_HEARTBEAT_MS = 10_000;

/** Closing codes of our own: the page must not try again by itself. */
export const SOCKET_CLOSED = {
  /** A message that is not of this protocol: page and server are of different versions. */
  protocol: 4400,
} as const;

/** What the page sends, one JSON text per message. Ids are the page's own, and unique on its connection. */
export type SocketRequest =
  | { type: 'invoke'; id: string; operation: string; input: unknown }
  | { type: 'subscribe'; id: string; feed: string; input: unknown }
  | { type: 'unsubscribe'; id: string };

/** What the server sends. `alive` carries nothing: it only breaks the silence. */
export type SocketReply =
  | { type: 'result'; id: string; envelope: Envelope<unknown> }
  | { type: 'event'; id: string; envelope: Envelope<unknown> }
  | { type: 'alive' };
