import type { JournalEntry } from '@shared/contract/transitions';
import type { Clock } from '../lib/clock';
import type { Logger } from '../lib/log';
import type { PoolKeys } from '../redis/keys';
import type { RedisCommand } from '../redis/store';
import { parseJournalEntry, type StreamEntry } from './entry';

/** A connection of the tail's own, since a read that waits holds back everything behind it. */
export interface FollowerConnection {
  command(command: RedisCommand): Promise<unknown>;
  close(): void;
}

export interface JournalFollowerOptions {
  /** Opens a connection for blocking reads. @throws while Redis is away */
  open: () => Promise<FollowerConnection>;
  log: Logger;
  clock: Clock;
}

/** Hears new entries of a journal, oldest first. A listener that throws harms nobody else. */
export type JournalListener = (entries: readonly JournalEntry[]) => void;

/** How long one read waits on the server before it is asked again (ms). */
const BLOCK_MS = 2_000;
/** How many entries one read takes. */
const ENTRIES_PER_READ = 1_000;
/** How long to wait after the connection was lost (ms). */
const RETRY_MS = 500;

/**
 * Follows the journal of each pool that somebody listens to: one blocking reader for each, however many listen.
 * It goes on where it was after Redis was away, so that no entry is missed that Redis still has.
 */
export class JournalFollower {
  private readonly readers = new Map<string, PoolReader>();

  constructor(private readonly options: JournalFollowerOptions) {}

  /**
   * Listens to a pool from now on. Resolves when the place in the journal is known: whatever is written after that
   * will be heard.
   */
  async watch(keys: PoolKeys, listener: JournalListener): Promise<() => void> {
    let reader = this.readers.get(keys.pool);
    if (!reader) {
      reader = new PoolReader(keys, this.options);
      this.readers.set(keys.pool, reader);
    }
    const watched = reader;
    watched.listeners.add(listener);
    const stop = () => {
      watched.listeners.delete(listener);
      if (watched.listeners.size > 0) return;
      watched.stop();
      if (this.readers.get(keys.pool) === watched) this.readers.delete(keys.pool);
    };
    try {
      await watched.placed();
      return stop;
    } catch (fault) {
      stop();
      throw fault;
    }
  }

  /** Ends every reader. */
  stop(): void {
    for (const reader of this.readers.values()) reader.stop();
    this.readers.clear();
  }
}

/** The reader of one pool's journal. */
class PoolReader {
  readonly listeners = new Set<JournalListener>();
  private connection: FollowerConnection | null = null;
  /** The last entry heard; null until the first place is known. */
  private last: string | null = null;
  private opening: Promise<void> | null = null;
  private stopped = false;

  constructor(
    private readonly keys: PoolKeys,
    private readonly options: JournalFollowerOptions,
  ) {}

  /** Resolves when the reader has its place, beginning to read if it does not yet. */
  placed(): Promise<void> {
    this.opening ??= this.begin();
    return this.opening;
  }

  stop(): void {
    this.stopped = true;
    this.connection?.close();
  }

  private async begin(): Promise<void> {
    const connection = await this.connect();
    const newest = (await connection.command([
      'XREVRANGE',
      this.keys.journal,
      '+',
      '-',
      'COUNT',
      1,
    ])) as StreamEntry[];
    this.last = newest[0]?.[0] ?? '0-0';
    void this.follow();
  }

  private async connect(): Promise<FollowerConnection> {
    const connection = await this.options.open();
    if (this.stopped) connection.close();
    this.connection = connection;
    return connection;
  }

  private async follow(): Promise<void> {
    while (!this.stopped) {
      try {
        const connection = this.connection ?? (await this.connect());
        this.tell(await this.read(connection));
      } catch (fault) {
        if (this.stopped) return;
        this.options.log.info(
          { err: fault, pool: this.keys.pool },
          'the journal cannot be followed right now',
        );
        this.connection?.close();
        this.connection = null;
        await new Promise<void>((resolve) => this.options.clock.after(RETRY_MS, resolve));
      }
    }
  }

  private async read(connection: FollowerConnection): Promise<JournalEntry[]> {
    const reply = await connection.command([
      ...(['XREAD', 'COUNT', ENTRIES_PER_READ, 'BLOCK', BLOCK_MS] as const),
      ...(['STREAMS', this.keys.journal, this.last ?? '$'] as const),
    ]);
    const entries = entriesOf(reply);
    this.last = entries.at(-1)?.[0] ?? this.last;
    return entries.map(parseJournalEntry);
  }

  private tell(entries: readonly JournalEntry[]): void {
    if (entries.length === 0) return;
    for (const listener of this.listeners) {
      try {
        listener(entries);
      } catch (fault) {
        this.options.log.error({ err: fault }, 'a listener of the journal threw');
      }
    }
  }
}

/** XREAD answers null, or stream and entries: as a pair in a list, or flat as the newer protocol does. */
function entriesOf(reply: unknown): StreamEntry[] {
  if (!Array.isArray(reply)) return [];
  const pair = (typeof reply[0] === 'string' ? reply : reply[0]) as [stream: string, entries: StreamEntry[]];
  return pair[1];
}
