import type { UserEvent } from '@shared/contract/matching';
import { until } from './until';

/** One event of a stream as it came. */
export interface ReceivedEvent {
  id: string | null;
  event: string;
  data: UserEvent;
  /** By this machine's clock. */
  receivedAt: number;
}

/** A client that listens to `GET …/events` over real HTTP. */
export interface EventReader {
  readonly events: ReceivedEvent[];
  /** Waits until an event of that name has come, and returns the newest. */
  next(name: string): Promise<ReceivedEvent>;
  /** Resolves when the server has ended the stream. */
  readonly ended: Promise<void>;
  close(): void;
}

/** Opens a stream and waits until the server has answered. @throws Error when it refuses */
export async function openEvents(
  base: string,
  user: string,
  headers: Record<string, string> = {},
): Promise<EventReader> {
  const gone = new AbortController();
  const response = await fetch(`${base}/api/simple-matching/events?userId=${user}`, {
    headers,
    signal: gone.signal,
  });
  if (!response.ok || !response.body) throw new Error(`the stream was refused: ${response.status}`);
  const events: ReceivedEvent[] = [];
  const ended = read(response.body, events).catch(() => undefined);
  return {
    events,
    ended,
    close: () => gone.abort(),
    async next(name) {
      await until(() => events.some(({ event }) => event === name), { what: `an event "${name}"` });
      const found = events.findLast(({ event }) => event === name);
      if (!found) throw new Error('gone again');
      return found;
    },
  };
}

async function read(body: ReadableStream<Uint8Array>, events: ReceivedEvent[]): Promise<void> {
  const decoder = new TextDecoder();
  let buffered = '';
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    buffered += decoder.decode(chunk, { stream: true });
    const blocks = buffered.split('\n\n');
    buffered = blocks.pop() ?? '';
    for (const block of blocks) {
      const parsed = parse(block);
      if (parsed) events.push({ ...parsed, receivedAt: Date.now() });
    }
  }
}

function parse(block: string): Omit<ReceivedEvent, 'receivedAt'> | null {
  const fields = new Map(
    block.split('\n').map((line): [string, string] => {
      const at = line.indexOf(': ');
      return [line.slice(0, at), line.slice(at + 2)];
    }),
  );
  const data = fields.get('data');
  const event = fields.get('event');
  if (data === undefined || event === undefined) return null;
  return { id: fields.get('id') ?? null, event, data: JSON.parse(data) as UserEvent };
}
