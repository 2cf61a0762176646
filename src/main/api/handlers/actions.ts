import type { Engine } from '../../engine/engine';
import type { Handlers } from '../dispatch';
import { toldOf } from './told';

type ActionHandlers = Pick<
  Handlers,
  | 'transitions.perform'
  | 'transitions.force'
  | 'transitions.forceMany'
  | 'transitions.rollback'
  | 'transitions.undoable'
  | 'pools.list'
>;

/** The operators' moves, their undo and their trail. The scripts write the trail in the same breath as the change. */
export function actionHandlers(engine: Engine): ActionHandlers {
  return {
    'transitions.perform': ({ pool, user, from, to, transaction }, { actor, requestId }) =>
      engine.pool(pool).transitions.performTransition(user, to, {
        expectedFrom: from ?? 'UNKNOWN',
        by: actor,
        requestId,
        transaction,
      }),

    'transitions.force': ({ pool, users, to, reason, transaction, dryRun }, { actor, requestId }) =>
      engine
        .pool(pool)
        .transitions.forceTransition(users, to, reason, { by: actor, requestId, transaction, dryRun }),

    async 'transitions.forceMany'({ pool, users, from, to, reason, dryRun }, { actor, requestId, signal }) {
      const outcome = await engine.pool(pool).transitions.forceMany(users, to, reason, {
        by: actor,
        requestId,
        dryRun,
        ...(from && { expectedFrom: from }),
        ...(signal && { signal }),
      });
      return toldOf(outcome);
    },

    async 'transitions.rollback'({ pool, transaction }, { actor, requestId }) {
      const { transitions, integrity } = engine.pool(pool);
      const result = await transitions.rollbackTransaction(transaction, { by: actor, requestId });
      // It may have been a repair.
      void integrity.lookAgain();
      return result;
    },

    'transitions.undoable': ({ pool, limit }) => engine.pool(pool).transitions.listUndoable(limit),

    'pools.list': async () => ({ pools: await engine.pools() }),
  };
}
