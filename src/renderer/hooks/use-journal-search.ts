import { SwitchboardError } from '@shared/errors';
import type { JournalEntry, JournalFilter } from '@shared/contract/transitions';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useClient } from './use-command';

/** A search through all that is retained, as far as it has come. */
export interface JournalSearch {
  status: 'running' | 'done' | 'cancelled' | 'failed' | 'more';
  entries: readonly JournalEntry[];
  scanned: number;
  total: number;
  fault: string | null;
}

const BEGINNING: JournalSearch = { status: 'running', entries: [], scanned: 0, total: 0, fault: null };
const STEP = 500;
/** A table that nobody will read to its end stops here and can be gone on with. */
const STOP_AT = 2_000;

/**
 * Searches the retained journal for a filter, newest first, a bounded stretch per call, so that Redis is never held
 * up. It begins at once, can be cancelled, and begins anew when the filter changes.
 */
export function useJournalSearch(pool: string, filter: JournalFilter) {
  const client = useClient();
  const [search, setSearch] = useState(BEGINNING);
  const cursor = useRef<string | undefined>(undefined);
  const running = useRef<AbortController | null>(null);
  const filterText = JSON.stringify(filter);

  const go = useCallback(
    async (from: JournalSearch): Promise<void> => {
      running.current?.abort();
      const own = new AbortController();
      running.current = own;
      let now: JournalSearch = { ...from, status: 'running', fault: null };
      setSearch(now);
      const stopAt = now.entries.length + STOP_AT;
      while (now.status === 'running') {
        const before = cursor.current;
        try {
          const step = await client.call('transitions.search', {
            pool,
            filter: JSON.parse(filterText) as JournalFilter,
            limit: STEP,
            ...(before === undefined ? {} : { before }),
          });
          if (own.signal.aborted) return;
          cursor.current = step.cursor ?? undefined;
          const entries = [...now.entries, ...step.entries];
          const status = step.cursor === null ? 'done' : entries.length >= stopAt ? 'more' : 'running';
          now = { ...now, status, entries, scanned: now.scanned + step.scanned, total: step.total };
        } catch (fault) {
          if (own.signal.aborted) return;
          const words = fault instanceof SwitchboardError ? fault.message : 'The search failed.';
          now = { ...now, status: 'failed', fault: words };
        }
        setSearch(now);
      }
    },
    [client, pool, filterText],
  );

  useEffect(() => {
    cursor.current = undefined;
    // eslint-disable-next-line react-hooks/set-state-in-effect -- a search is begun by what is searched for
    void go(BEGINNING);
    return () => running.current?.abort();
  }, [go]);

  return {
    search,
    goOn: () => void go(search),
    cancel: () => {
      running.current?.abort();
      setSearch((now) => ({ ...now, status: 'cancelled' }));
    },
  };
}
