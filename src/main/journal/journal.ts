import type { HistoryEntry, JournalEntry, JournalFilter } from '@shared/contract/transitions';
import { SwitchboardError } from '@shared/errors';
import type { EngineContext } from '../engine/context';
import readLua from '../engine/read.lua?raw';
import { defineScript } from '../redis/script';
import { parseHistoryEntry, parseJournalEntry, type StreamEntry } from './entry';
import journalledLua from './journalled.lua?raw';
import tailLua from './tail.lua?raw';

/** A page of the journal, newest first, and how many entries are retained. */
export interface JournalPage {
  entries: JournalEntry[];
  total: number;
}

/** What one stretch of a search found. */
export interface SearchStretch extends JournalPage {
  /** Where to go on, or null when everything retained has been searched. */
  cursor: string | null;
  /** Entries looked at. */
  scanned: number;
}

export interface SearchOptions {
  /** Search what is older than this id; from the newest when missing. */
  before?: string | undefined;
  /** Stop when so many entries agree. */
  limit?: number;
  /** Stop after so many entries were looked at, whatever they were. */
  scan?: number;
}

/** How a search of the whole journal goes, and how it is ended early. */
export interface SearchAllOptions {
  signal?: AbortSignal | undefined;
  /** Entries read at once. */
  step?: number;
  onProgress?: (progress: { scanned: number; total: number; found: number }) => void;
}

/** What happened since the last look. */
export interface Tail {
  /** Server time of the look. */
  at: number;
  /** Newest first, no more than were asked for. */
  entries: JournalEntry[];
  /** Moves ever journalled. */
  journalled: number;
}

/** Entries read at once: under a millisecond of Redis. */
const STEP = 250;
const STRETCH = 10_000;
const PAGE = 100;

/** The moves since the last look. */
export const tailScript = defineScript<{ key: string; after: string; limit: number }, Tail>({
  name: 'tail',
  source: [readLua, journalledLua, tailLua].join('\n'),
  encode: ({ key, after, limit }) => ({ keys: [key], args: [after, limit] }),
  decode(reply) {
    const [at, journalled, entries] = reply as [number, number, StreamEntry[]];
    return { at, journalled, entries: entries.map(parseJournalEntry) };
  },
});

/** Reads what the moving scripts wrote down: one entry per user per move, as many as are retained. */
export class Journal {
  constructor(private readonly context: Pick<EngineContext, 'store' | 'keys'>) {}

  /** The newest entries. */
  newest(limit = PAGE): Promise<JournalPage> {
    return this.page(['XREVRANGE', this.key, '+', '-', 'COUNT', limit]);
  }

  /**
   * The entries right before (older than) one. Asked for what is older than the oldest, Redis would walk the whole
   * stream to find nothing, so that is not asked.
   */
  async before(id: string, limit = PAGE): Promise<JournalPage> {
    const { entries, total } = await this.page(['XRANGE', this.key, '-', '+', 'COUNT', 1]);
    const [oldest] = entries;
    if (!oldest || !isLater(id, oldest.id)) return { entries: [], total };
    return this.page(['XREVRANGE', this.key, `(${id}`, '-', 'COUNT', limit]);
  }

  /** The entries right after (newer than) one, newest first. */
  async after(id: string, limit = PAGE): Promise<JournalPage> {
    const { entries, total } = await this.page(['XRANGE', this.key, `(${id}`, '+', 'COUNT', limit]);
    return { entries: entries.reverse(), total };
  }

  /** The entries from one on, itself included if it is still there, oldest first. */
  async from(id: string, limit = PAGE): Promise<JournalEntry[]> {
    return (await this.page(['XRANGE', this.key, id, '+', 'COUNT', limit])).entries;
  }

  /**
   * What happened since the entry `after`, for a live view: the newest entries up to the limit. When more came,
   * the growth of `journalled` tells how many were left out.
   */
  tail(after: string, limit = 2 * STEP): Promise<Tail> {
    return this.context.store.run(tailScript, { key: this.key, after, limit });
  }

  /** The last moves of one user, newest first, kept with the user: one read. */
  async history(user: string): Promise<HistoryEntry[]> {
    const rows = await this.context.store.command(['LRANGE', this.context.keys.history(user), 0, -1]);
    return (rows as string[]).map(parseHistoryEntry).filter((entry) => entry !== null);
  }

  /**
   * Searches one bounded stretch of the journal from newest to oldest: each read is short, and the call ends when
   * enough was found or looked at. Go on with the cursor.
   */
  async search(filter: JournalFilter, options: SearchOptions = {}): Promise<SearchStretch> {
    const { limit = PAGE, scan = STRETCH } = options;
    const entries: JournalEntry[] = [];
    let cursor = options.before ?? null;
    let scanned = 0;
    for (;;) {
      const wanted = Math.min(STEP, scan - scanned);
      const page = await (cursor === null ? this.newest(wanted) : this.before(cursor, wanted));
      for (const entry of page.entries) {
        scanned += 1;
        cursor = entry.id;
        if (matchesFilter(entry, filter)) entries.push(entry);
        if (entries.length === limit) return { entries, cursor, scanned, total: page.total };
      }
      if (page.entries.length < wanted) return { entries, cursor: null, scanned, total: page.total };
      if (scanned >= scan) return { entries, cursor, scanned, total: page.total };
    }
  }

  /**
   * Searches everything retained, newest first, yielding what each stretch found.
   * @throws SwitchboardError `cancelled` when the signal is aborted.
   */
  async *searchAll(
    filter: JournalFilter,
    { signal, onProgress, step = STEP }: SearchAllOptions = {},
  ): AsyncGenerator<JournalEntry[], void> {
    let before: string | undefined;
    let scanned = 0;
    let found = 0;
    for (;;) {
      if (signal?.aborted) throw new SwitchboardError('cancelled', 'The search was cancelled.');
      const stretch = await this.search(filter, { before, limit: step, scan: step });
      scanned += stretch.scanned;
      found += stretch.entries.length;
      onProgress?.({ scanned, total: Math.max(stretch.total, scanned), found });
      if (stretch.entries.length > 0) yield stretch.entries;
      if (stretch.cursor === null) return;
      before = stretch.cursor;
    }
  }

  private get key(): string {
    return this.context.keys.journal;
  }

  private async page(range: readonly [string, ...(string | number)[]]): Promise<JournalPage> {
    const [rows, total] = (await this.context.store.pipeline([range, ['XLEN', this.key]])) as [
      StreamEntry[],
      number,
    ];
    return { entries: rows.map(parseJournalEntry), total };
  }
}

/** Whether a stream id stands behind another. */
function isLater(id: string, other: string): boolean {
  const [ms = 0, sequence = 0] = id.split('-').map(Number);
  const [otherMs = 0, otherSequence = 0] = other.split('-').map(Number);
  return ms > otherMs || (ms === otherMs && sequence > otherSequence);
}

/** Whether an entry agrees with each field of a filter that is given. */
export function matchesFilter(entry: JournalEntry, filter: JournalFilter): boolean {
  return (
    (filter.user === undefined || entry.user === filter.user) &&
    (filter.from === undefined || (entry.from ?? 'UNKNOWN') === filter.from) &&
    (filter.to === undefined || (entry.to ?? 'UNKNOWN') === filter.to) &&
    (filter.cause === undefined || entry.cause === filter.cause) &&
    (filter.by === undefined || entry.by === filter.by)
  );
}
