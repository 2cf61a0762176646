import { SOCKET_PATH } from '@shared/socket-protocol';
import type { Wire } from '@shared/transport';
import { findIpcWire } from './ipc-wire';
import { createWebSocketWire } from './websocket-wire';

/** The wire of this page: Electron IPC in the desktop window, a WebSocket beside the page in a browser. */
export function connectWire(): Wire {
  return findIpcWire(globalThis) ?? connectBrowserWire(new URL(SOCKET_PATH, location.href));
}

function connectBrowserWire(address: URL): Wire {
  const socketAddress = new URL(address);
  socketAddress.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  return createWebSocketWire({
    open: () => new WebSocket(socketAddress),
    // A refused WebSocket does not tell why; the same address by HTTP does.
    isSignedIn: async () => (await fetch(address)).status !== 401,
    random: Math.random,
  });
}
