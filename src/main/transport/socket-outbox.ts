import type { WebSocket } from 'ws';
import type { SocketReply } from '@shared/socket-protocol';
import type { Logger } from '../lib/log';

/** Above this many unsent bytes the reader counts as slow, and events are thinned out. */
export const SLOW_READER_BYTES = 256 * 1024;

/** Above this many unsent bytes (answers that are never fetched) the connection is cut. */
export const STUCK_READER_BYTES = 16 * 1024 * 1024;

/** What waits to be sent on one socket. */
export interface Outbox {
  /** Sends now; for answers, each of which counts. */
  send: (message: SocketReply) => void;
  /** Sends now, or, while the reader is slow, keeps only the newest message of that subscription until it caught up. */
  sendNewest: (subscription: string, message: SocketReply) => void;
  /** Drops what is kept for a subscription. */
  forget: (subscription: string) => void;
  close: () => void;
}

/**
 * Backpressure for one socket: a feed shows the present, so a slow reader skips events instead of making this
 * process remember them. Memory per connection is bounded by the two limits above.
 */
export function createOutbox(
  socket: Pick<WebSocket, 'send' | 'bufferedAmount' | 'terminate'>,
  log: Logger,
): Outbox {
  const held = new Map<string, SocketReply>();
  let closed = false;

  const flush = () => {
    for (const [subscription, message] of held) {
      if (socket.bufferedAmount > SLOW_READER_BYTES) return;
      held.delete(subscription);
      send(message);
    }
  };

  const send = (message: SocketReply) => {
    if (closed) return;
    if (socket.bufferedAmount > STUCK_READER_BYTES) {
      log.warn(
        { unsentBytes: socket.bufferedAmount },
        'a page does not read its answers; closing its WebSocket',
      );
      closed = true;
      socket.terminate();
      return;
    }
    // The callback comes when the bytes have left this process, which is when there is room again.
    socket.send(JSON.stringify(message), () => {
      if (held.size > 0) flush();
    });
  };

  return {
    send,
    sendNewest(subscription, message) {
      if (socket.bufferedAmount > SLOW_READER_BYTES) held.set(subscription, message);
      else send(message);
    },
    forget: (subscription) => held.delete(subscription),
    close() {
      closed = true;
      held.clear();
    },
  };
}
