import {
  SOCKET_CLOSED,
  SOCKET_HEARTBEAT_MS,
  type SocketReply,
  type SocketRequest,
} from '@shared/socket-protocol';

/** What is used of a WebSocket, so that tests can bring another one. */
export type SocketLike = Pick<WebSocket, 'send' | 'close' | 'onopen' | 'onmessage' | 'onclose'>;

/** How a connection ended: never opened, opened and lost, or refused as speaking another protocol. */
export type ConnectionEnd = { how: 'unopened' | 'lost' | 'protocol'; reason: string };

/** What happens on a connection, in this order. */
export interface ConnectionEvents {
  opened: () => void;
  received: (message: SocketReply) => void;
  /** Called once, after which nothing more comes. */
  ended: (end: ConnectionEnd) => void;
}

/** Silence for so long means that the connection is dead, whatever the browser believes. */
const SILENCE_MS = 2.5 * SOCKET_HEARTBEAT_MS;

/** Follows one WebSocket from its opening to its end. @returns the way to send */
export function followSocket(socket: SocketLike, events: ConnectionEvents): (request: SocketRequest) => void {
  let silence: ReturnType<typeof setTimeout> | undefined;
  let opened = false;
  let ended = false;

  const end = (how: ConnectionEnd['how'], reason: string) => {
    if (ended) return;
    ended = true;
    clearTimeout(silence);
    socket.close();
    events.ended({ how, reason });
  };

  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => end('lost', 'the console has been silent for too long'), SILENCE_MS);
  };

  socket.onopen = () => {
    opened = true;
    heard();
    events.opened();
  };
  socket.onmessage = ({ data }) => {
    if (ended) return;
    heard();
    events.received(JSON.parse(String(data)) as SocketReply);
  };
  socket.onclose = ({ code, reason }) => {
    if (code === SOCKET_CLOSED.protocol) end('protocol', reason);
    else if (opened) end('lost', reason || 'the connection broke');
    else end('unopened', 'the console does not answer');
  };

  return (request) => socket.send(JSON.stringify(request));
}
