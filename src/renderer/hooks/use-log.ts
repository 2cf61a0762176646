import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { describeFault } from '../commands/run';
import { useRefreshMs } from './use-operation';

/** One page of a log, newest first, and where to go on. */
export interface LogPage<Entry> {
  entries: readonly Entry[];
  cursor: string | null;
  total: number;
}

/** A log as far as it has been read. */
export interface Log<Entry> {
  entries: readonly Entry[];
  /** How many are kept in all. */
  total: number;
  /** Whether anything has been read. */
  known: boolean;
  fault: string | null;
  /** Null when everything that is kept has been read. */
  loadOlder: (() => Promise<void>) | null;
  reading: boolean;
}

interface Older<Entry> {
  key: string;
  entries: ReadonlyMap<string, Entry>;
  /** Where the oldest part ends; undefined while nothing older was asked for. */
  cursor: string | null | undefined;
  reading: boolean;
  fault: string | null;
}

const compareIds = new Intl.Collator('en', { numeric: true }).compare;

/**
 * A log that grows at its newest end: the newest page is read again and again, older pages when asked for. What was
 * seen once stays, so that nothing is lost between the two while the newest page moves on.
 * @param key what is read; a new one begins anew
 */
export function useLog<Entry extends { id: string }>(
  key: string,
  read: (before: string | undefined) => Promise<LogPage<Entry>>,
  refreshMs: number,
): Log<Entry> {
  const every = useRefreshMs(refreshMs);
  const newest = useQuery({ queryKey: ['log', key], queryFn: () => read(undefined), refetchInterval: every });
  const [kept, setOlder] = useState<Older<Entry>>(() => nothing(key));
  const older = kept.key === key ? kept : nothing<Entry>(key);
  const cursor = older.cursor === undefined ? (newest.data?.cursor ?? null) : older.cursor;

  const entries = useMemo(() => {
    const byId = new Map(older.entries);
    for (const entry of newest.data?.entries ?? []) byId.set(entry.id, entry);
    return [...byId.values()].sort((one, other) => compareIds(other.id, one.id));
  }, [older.entries, newest.data]);

  const loadOlder = useCallback(async () => {
    if (cursor === null) return;
    const base = { key, entries: new Map(entries.map((entry) => [entry.id, entry])), cursor };
    setOlder({ ...base, reading: true, fault: null });
    try {
      const page = await read(cursor);
      for (const entry of page.entries) base.entries.set(entry.id, entry);
      setOlder({ ...base, cursor: page.cursor, reading: false, fault: null });
    } catch (fault) {
      setOlder({ ...base, reading: false, fault: describeFault(fault) });
    }
  }, [key, cursor, entries, read]);

  return {
    entries,
    total: newest.data?.total ?? 0,
    known: newest.data !== undefined,
    fault: newest.error ? describeFault(newest.error) : older.fault,
    loadOlder: cursor === null ? null : loadOlder,
    reading: older.reading,
  };
}

function nothing<Entry>(key: string): Older<Entry> {
  return { key, entries: new Map(), cursor: undefined, reading: false, fault: null };
}
