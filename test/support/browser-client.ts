import { WebSocket } from 'ws';
import { SOCKET_PATH } from '@shared/socket-protocol';
import type { Envelope } from '@shared/errors';
import { createWebSocketWire } from '../../src/renderer/wire/websocket-wire';
import type { SocketLike } from '../../src/renderer/wire/socket-connection';

/** A browser that has been let in: where it is and the cookie it got. */
export interface SignedIn {
  origin: string;
  cookie: string;
}

/** Opens the printed address as a browser would. @throws Error when it is not let in */
export async function signIn(address: string): Promise<SignedIn> {
  const response = await fetch(address, { redirect: 'manual' });
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0];
  if (!cookie) throw new Error(`not let in: ${response.status} ${await response.text()}`);
  return { origin: new URL(address).origin, cookie };
}

/** Opens a WebSocket beside the page, with whatever headers. */
export function openSocket(
  origin: string,
  headers: Record<string, string>,
  path: string = SOCKET_PATH,
): WebSocket {
  return new WebSocket(origin.replace('http', 'ws') + path, { headers });
}

/** The page's own wire, over a WebSocket of Node. `close` is the closing of the tab. */
export function createBrowserWire({ origin, cookie }: SignedIn) {
  const sockets: WebSocket[] = [];
  let closed = false;
  const wire = createWebSocketWire({
    open: () => {
      if (closed) return createDeadSocket();
      const socket = openSocket(origin, { origin, cookie });
      sockets.push(socket);
      return socket as unknown as SocketLike;
    },
    isSignedIn: async () => (await fetch(origin + SOCKET_PATH, { headers: { cookie } })).status !== 401,
    random: () => 0,
  });
  return {
    wire,
    sockets,
    close: () => {
      closed = true;
      for (const socket of sockets) socket.terminate();
    },
  };
}

/** A socket that nothing ever comes of. */
function createDeadSocket(): SocketLike {
  return { send: () => {}, close: () => {}, onopen: null, onmessage: null, onclose: null };
}

/** The first verb over HTTP. */
export async function postRpc(
  { origin, cookie }: SignedIn,
  operation: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; envelope: Envelope<unknown>; headers: Headers }> {
  const response = await fetch(`${origin}/rpc/${encodeURIComponent(operation)}`, {
    method: 'POST',
    headers: { origin, cookie, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body ?? {}),
  });
  return {
    status: response.status,
    envelope: (await response.json()) as Envelope<unknown>,
    headers: response.headers,
  };
}
