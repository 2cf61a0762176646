import type { UserRow } from '@shared/contract/users';
import type { State } from '@shared/states';
import { useQueries } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useClient } from './use-command';
import { operationKey, useRefreshMs } from './use-operation';

const PAGE = 100;
const REFRESH_MS = 1_000;

/** Which users are listed, and in which order. */
export interface UserQuery {
  pool: string;
  state: State | null;
  order: 'oldest' | 'newest';
}

/**
 * A list of any length of which only the part in view is read, and read again each second. Rows further away are
 * fetched when they come into view.
 */
export function useUserWindow({ pool, state, order }: UserQuery) {
  const client = useClient();
  const every = useRefreshMs(REFRESH_MS);
  const [{ firstPage, lastPage }, setPages] = useState({ firstPage: 0, lastPage: 0 });
  const pages = Array.from({ length: lastPage - firstPage + 1 }, (_, index) => firstPage + index);

  const answers = useQueries({
    queries: pages.map((page) => {
      const input = { pool, state, order, offset: page * PAGE, limit: PAGE };
      return {
        queryKey: operationKey('users.list', input),
        queryFn: () => client.call('users.list', input),
        refetchInterval: every,
        gcTime: 10_000,
      };
    }),
  });

  const newest = answers.reduce<{ at: number; total: number } | null>(
    (best, { data }) => (data && (!best || data.at > best.at) ? data : best),
    null,
  );
  const [known, setKnown] = useState({ key: '', total: 0, at: 0 });
  const key = `${pool} ${state} ${order}`;
  if (newest && (known.key !== key || known.at !== newest.at))
    setKnown({ key, total: newest.total, at: newest.at });

  const onVisible = useCallback((first: number, last: number) => {
    const firstPage = Math.floor(first / PAGE);
    const lastPage = Math.floor(last / PAGE);
    setPages((now) =>
      now.firstPage === firstPage && now.lastPage === lastPage ? now : { firstPage, lastPage },
    );
  }, []);
  const rowAt = (index: number): UserRow | undefined =>
    answers[Math.floor(index / PAGE) - firstPage]?.data?.rows[index % PAGE];

  return {
    total: known.key === key ? known.total : 0,
    /** Server time of the newest read. */
    at: known.at,
    rowAt,
    onVisible,
    loading: !newest && answers.some(({ isPending }) => isPending),
    fault: answers.find(({ error }) => error)?.error ?? null,
  };
}
