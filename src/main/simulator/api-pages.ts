import { createParser } from 'eventsource-parser';
import type { UserEvent } from '@shared/contract/matching';
import { SwitchboardError } from '@shared/errors';
import type { ApiClient } from './api-client';
import type { Pages, Told } from './way';

/** Before a stream that broke is opened again, in ms: what servers tell browsers to wait. */
const RETRY_MS = 1_000;

/** The event streams of many clients: one connection for each open page, as browsers have. */
export class ApiPages implements Pages {
  private readonly open = new Map<string, AbortController>();
  private readonly listeners = new Set<(told: Told) => void>();

  constructor(
    private readonly api: ApiClient,
    private readonly pool: string,
  ) {}

  /** Streams that are open or being opened. */
  get count(): number {
    return this.open.size;
  }

  onTold(listener: (told: Told) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Listens for a user from now on. Harmless when it does already. */
  listen(user: string): void {
    if (this.open.has(user)) return;
    const gone = new AbortController();
    this.open.set(user, gone);
    void this.follow(user, gone);
  }

  close(user: string): void {
    this.open.get(user)?.abort();
    this.open.delete(user);
  }

  closeAll(): void {
    for (const user of [...this.open.keys()]) this.close(user);
  }

  /** Tells what a client knows by itself. */
  tell(told: Told): void {
    for (const listener of this.listeners) listener(told);
  }

  private async follow(user: string, gone: AbortController): Promise<void> {
    const seen: { id: string | null } = { id: null };
    while (!gone.signal.aborted) {
      try {
        await this.read(user, seen, gone.signal);
      } catch (fault) {
        if (gone.signal.aborted) return;
        if (fault instanceof SwitchboardError && fault.code === 'unknown_user') {
          this.close(user);
          this.tell({ user, to: null, partner: null, room: null });
          return;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
    }
  }

  private async read(user: string, seen: { id: string | null }, signal: AbortSignal): Promise<void> {
    const response = await this.api.events(this.pool, user, seen.id, signal);
    if (!response.body) return;
    const parser = createParser({
      onEvent: ({ data, id }) => {
        if (signal.aborted) return;
        if (id !== undefined) seen.id = id;
        const { view } = JSON.parse(data) as UserEvent;
        const { state: to = null, partner = null, room = null } = view ?? {};
        this.tell({ user, to, partner, room });
      },
    });
    const decoder = new TextDecoder();
    const body: AsyncIterable<Uint8Array> = response.body;
    for await (const chunk of body) parser.feed(decoder.decode(chunk, { stream: true }));
  }
}
