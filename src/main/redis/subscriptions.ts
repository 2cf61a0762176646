import type { Unsubscribe } from '@shared/transport';
import type { Logger } from '../lib/log';
import type { Client } from './client';

/** Hears the messages of a channel. */
export type MessageListener = (message: string) => void;

/**
 * The subscriptions of this process, on one connection of their own that is made when there is something to hear.
 * Publishing is heard at most once: what is sent while Redis is away is not heard later, so a listener reads the
 * state of things again when the connection returns.
 */
export class Subscriptions {
  private readonly listeners = new Map<string, Set<MessageListener>>();
  private client: Client | null = null;
  private opening: Promise<void> | null = null;

  constructor(
    private readonly open: () => Promise<Client>,
    private readonly log: Logger,
  ) {}

  /** Adds a listener; it hears from the moment that Redis has confirmed, which may be after a reconnect. */
  add(channel: string, listener: MessageListener): Unsubscribe {
    const existing = this.listeners.get(channel);
    if (existing) existing.add(listener);
    else {
      this.listeners.set(channel, new Set([listener]));
      if (this.client) this.send(this.client, 'subscribe', channel);
    }
    return () => this.remove(channel, listener);
  }

  /** Makes the connection if there is something to hear and none stands. Never rejects. */
  ensure(): Promise<void> {
    if (this.client?.status === 'ready' || this.listeners.size === 0) return Promise.resolve();
    this.opening ??= this.connect()
      .catch((fault: unknown) => this.log.warn({ err: fault }, 'no connection for subscriptions'))
      .finally(() => (this.opening = null));
    return this.opening;
  }

  /** Lets the connection go and keeps the listeners. */
  drop(): void {
    this.client?.disconnect();
    this.client = null;
  }

  private async connect(): Promise<void> {
    this.drop();
    const client = await this.open();
    client.on('message', (channel: string, message: string) => {
      for (const listener of this.listeners.get(channel) ?? []) this.deliver(listener, channel, message);
    });
    this.client = client;
    try {
      await client.subscribe(...this.listeners.keys());
    } catch (fault) {
      if (this.client === client) this.drop();
      throw fault;
    }
  }

  private deliver(listener: MessageListener, channel: string, message: string): void {
    try {
      listener(message);
    } catch (fault) {
      this.log.error({ err: fault, channel }, 'a listener of a channel failed');
    }
  }

  private remove(channel: string, listener: MessageListener): void {
    const listeners = this.listeners.get(channel);
    if (!listeners?.delete(listener) || listeners.size > 0) return;
    this.listeners.delete(channel);
    if (this.client) this.send(this.client, 'unsubscribe', channel);
  }

  private send(client: Client, verb: 'subscribe' | 'unsubscribe', channel: string): void {
    client[verb](channel).catch((fault: unknown) => {
      // Without the confirmation nothing would be heard: a fresh connection subscribes to everything again.
      this.log.warn({ err: fault, channel }, `${verb} failed`);
      if (this.client === client) this.drop();
    });
  }
}
