import type { Envelope } from './errors';

/** Ends a subscription; calling it twice is harmless. */
export type Unsubscribe = () => void;

/** How the wire itself is doing, apart from Redis behind it. Times are by this machine's clock. */
export interface WireStatus {
  /** `lost` while a wire that was open, or never opened, tries to (re)connect; `closed` when it will not. */
  status: 'connecting' | 'open' | 'lost' | 'closed';
  /** When the status was entered. */
  since: number;
  /** When the next attempt begins, where one is planned. */
  nextAttemptAt: number | null;
  /** Why it was lost, in words for a person. */
  reason: string | null;
}

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
  /**
   * Tells how the wire is doing: at once, then at each change. Only wires that can be lost while the page lives
   * (WebSocket) have it; a wire without it counts as open.
   */
  watch?(listener: (status: WireStatus) => void): Unsubscribe;
}

/** The name under which the preload exposes the wire to the page. */
export const WIRE_GLOBAL = 'switchboardWire';
