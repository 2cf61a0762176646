import type { Engine } from '../../engine/engine';
import type { Handlers } from '../dispatch';

/** Reading the moves that happened. */
export function journalHandlers(
  engine: Engine,
): Pick<Handlers, 'transitions.list' | 'transitions.search' | 'transitions.history'> {
  return {
    async 'transitions.list'({ pool, before, after, limit }) {
      const { journal } = engine.pool(pool);
      if (before !== undefined) return await journal.before(before, limit);
      return await (after === undefined ? journal.newest(limit) : journal.after(after, limit));
    },

    async 'transitions.search'({ pool, filter, before, limit }) {
      return await engine.pool(pool).journal.search(filter, { before, limit });
    },

    async 'transitions.history'({ pool, user }) {
      return { entries: await engine.pool(pool).journal.history(user) };
    },
  };
}
