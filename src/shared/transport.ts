import type { Envelope } from './errors';

/** Ends a subscription; calling it twice is harmless. */
export type Unsubscribe = () => void;

/**
 * What any wire between console and engine can do, and all that it can do.
 * Electron IPC, WebSocket and the in-memory wire of the tests implement these two verbs; HTTP the first.
 */
export interface Wire {
  /** Calls an operation; resolves with an envelope, never rejects. */
  invoke(operation: string, input: unknown): Promise<Envelope<unknown>>;
  /**
   * Listens to a feed. Each event is an envelope: an error envelope ends the subscription.
   * The input chooses what the feed sends (pool, filter) and is validated at the door.
   */
  subscribe(feed: string, input: unknown, listener: (event: Envelope<unknown>) => void): Unsubscribe;
}

/** The name under which the preload exposes the wire to the page. */
export const WIRE_GLOBAL = 'switchboardWire';
