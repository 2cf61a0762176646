import { useCallback, useMemo, useState } from 'react';

/** Which rows are marked, and how that is changed. */
export interface Marks {
  /** Those that were marked one by one. */
  users: ReadonlySet<string>;
  /** Whether everybody in the list is, those who join it too; nobody can be taken out of that. */
  all: boolean;
  toggle: (user: string) => void;
  markAll: () => void;
  clear: () => void;
}

const NOBODY: ReadonlySet<string> = new Set();

/** Marks on the rows of one list; none at first. */
export function useMarks(): Marks {
  const [users, setUsers] = useState(NOBODY);
  const [all, setAll] = useState(false);
  const toggle = useCallback((user: string) => {
    setUsers((now) => {
      const next = new Set(now);
      if (!next.delete(user)) next.add(user);
      return next;
    });
  }, []);
  return useMemo(
    () => ({
      users,
      all,
      toggle,
      markAll: () => setAll(true),
      clear: () => {
        setUsers(NOBODY);
        setAll(false);
      },
    }),
    [users, all, toggle],
  );
}
