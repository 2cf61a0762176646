import type { PoolEngine } from '../../engine/engine';
import type { Handlers } from '../dispatch';
import { toldOf } from './told';

type UserHandlers = Pick<
  Handlers,
  | 'users.list'
  | 'users.get'
  | 'users.whereabouts'
  | 'users.find'
  | 'users.explain'
  | 'users.remove'
  | 'users.patch'
>;

/** What is known about users, and what an operator may change of it beside moving them. */
export function userHandlers(engine: { pool(name: string): PoolEngine }): UserHandlers {
  return {
    'users.list': ({ pool, ...window }) => engine.pool(pool).users.list(window),
    'users.get': ({ pool, user }) => engine.pool(pool).users.get(user),
    'users.whereabouts': async ({ pool, users }) => {
      const seen = await engine.pool(pool).overview.whereabouts(users);
      return { users: seen.map(({ user, states, matchedWith }) => ({ user, states, matchedWith })) };
    },
    'users.find': ({ pool, text, match, limit }, { signal }) =>
      engine.pool(pool).users.find(text, { match, limit, signal }),
    'users.explain': ({ pool, user }) => engine.pool(pool).users.explain(user),
    'users.remove': async ({ pool, users, from, reason, dryRun }, { actor, requestId, signal }) => {
      const outcome = await engine.pool(pool).transitions.removeUsers(users, reason, {
        by: actor,
        requestId,
        dryRun,
        ...(from && { expectedFrom: from }),
        ...(signal && { signal }),
      });
      const { moved, ...rest } = toldOf(outcome);
      return { removed: moved, ...rest };
    },
    'users.patch': ({ pool, user, patch, reason, transaction }, { actor, requestId }) =>
      engine.pool(pool).metadata.updateUserMetadata(user, patch, {
        by: actor,
        requestId,
        transaction,
        audit: { action: 'users.patch', reason },
      }),
  };
}
