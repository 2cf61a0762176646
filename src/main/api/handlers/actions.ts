import type { Engine } from '../../engine/engine';
import type { Handlers } from '../dispatch';

/** The admin's moves and undo. The scripts write the audit trail in the same breath as the change. */
export function actionHandlers(engine: Engine): Pick<Handlers, 'transitions.force' | 'transitions.rollback'> {
  return {
    'transitions.force': ({ pool, users, to, reason, transaction, dryRun }, { actor, requestId }) =>
      engine
        .pool(pool)
        .transitions.forceTransition(users, to, reason, { by: actor, requestId, transaction, dryRun }),

    'transitions.rollback': ({ pool, transaction }, { actor, requestId }) =>
      engine.pool(pool).transitions.rollbackTransaction(transaction, { by: actor, requestId }),
  };
}
