import { startMemoryServer } from './memory-server';
import { ADDRESS_VARIABLE, memoryServerAddress } from './memory-server-address';

/**
 * The program of the in-memory store's own process: starts the server, tells its parent where it is, and ends when
 * the parent does. Runs as a child of Node, and as a utility process of Electron.
 */
const given = process.env[ADDRESS_VARIABLE];
const { port, password } = await startMemoryServer(
  given === undefined ? undefined : memoryServerAddress.parse(JSON.parse(given)),
);
const parent = electronParent();

// The terminal's Ctrl-C reaches the whole group of processes; this one ends through its parent.
process.on('SIGINT', () => {});

if (parent) {
  // Electron ends its utility processes itself.
  parent.postMessage({ port, password });
} else {
  process.once('disconnect', () => process.exit(0));
  process.send?.({ port, password });
}

/** The port to the parent that Electron gives a utility process; Node knows no such thing. */
function electronParent(): { postMessage(message: unknown): void } | null {
  return 'parentPort' in process ? process.parentPort : null;
}
