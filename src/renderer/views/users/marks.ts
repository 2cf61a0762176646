import { useCallback, useMemo, useState } from 'react';
import type { ActionEnd } from '../../store/ui';

/** Which rows are marked. */
interface Marked {
  /** Those that were marked one by one. */
  users: ReadonlySet<string>;
  /** Whether everybody in the list is, those who join it too; nobody can be taken out of that. */
  all: boolean;
}

/** Which rows are marked, and how that is changed. */
export interface Marks extends Marked {
  toggle: (user: string) => void;
  markAll: () => void;
  /** After an action: only those stay marked whom it left out or did not come to, to be seen and tried again. */
  unmarkChanged: (end: ActionEnd) => void;
  clear: () => void;
}

const NOTHING: Marked = { users: new Set(), all: false };

/** Marks on the rows of one list; none at first. */
export function useMarks(): Marks {
  const [marked, setMarked] = useState(NOTHING);
  const toggle = useCallback((user: string) => {
    setMarked(({ users, all }) => {
      const next = new Set(users);
      if (!next.delete(user)) next.add(user);
      return { users: next, all };
    });
  }, []);
  return useMemo(
    () => ({
      ...marked,
      toggle,
      markAll: () => setMarked(({ users }) => ({ users, all: true })),
      unmarkChanged: (end) => setMarked((now) => withoutChanged(now, end, marked.all)),
      clear: () => setMarked(NOTHING),
    }),
    [marked, toggle],
  );
}

/** @param wereAll whether the action was on everybody: since then the marks may have been changed. */
function withoutChanged(now: Marked, { changed, skipped, complete }: ActionEnd, wereAll: boolean): Marked {
  if (now.all) return wereAll && complete ? { users: new Set(skipped), all: false } : now;
  const users = new Set(now.users);
  for (const user of changed) users.delete(user);
  return { users, all: false };
}
