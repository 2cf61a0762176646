import type { Envelope } from './errors';
import type { Wire } from './transport';

/** The channels between the page's preload and the main process. */
export const IPC = {
  /** (operation, input) → envelope */
  invoke: 'switchboard:invoke',
  /** (subscription id, feed, input) */
  subscribe: 'switchboard:subscribe',
  /** (subscription id) */
  unsubscribe: 'switchboard:unsubscribe',
  /** back to the page: (subscription id, envelope) */
  event: 'switchboard:event',
} as const;

/** What the preload needs of Electron's ipcRenderer. */
export interface IpcPort {
  invoke(channel: string, ...args: unknown[]): Promise<unknown>;
  send(channel: string, ...args: unknown[]): void;
  on(channel: string, listener: (event: unknown, ...args: unknown[]) => void): unknown;
}

/**
 * The page's end of Electron IPC: two functions, nothing per operation.
 * @param page tells this load of the page from the one before, so that a late event of an ended subscription
 *   never reaches a new one
 */
export function createIpcWire(port: IpcPort, page: string): Pick<Wire, 'invoke' | 'subscribe'> {
  const listeners = new Map<string, (event: Envelope<unknown>) => void>();
  let subscriptions = 0;

  port.on(IPC.event, (_event, id, envelope) => {
    const listener = listeners.get(id as string);
    const event = envelope as Envelope<unknown>;
    if (!event.ok) listeners.delete(id as string);
    listener?.(event);
  });

  return {
    invoke: (operation, input) => port.invoke(IPC.invoke, operation, input) as Promise<Envelope<unknown>>,
    subscribe(feed, input, listener) {
      const id = `${page}:${++subscriptions}`;
      listeners.set(id, listener);
      port.send(IPC.subscribe, id, feed, input);
      return () => {
        if (listeners.delete(id)) port.send(IPC.unsubscribe, id);
      };
    },
  };
}
