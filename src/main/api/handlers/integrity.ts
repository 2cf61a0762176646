import { REPAIR_PAGE } from '@shared/contract/integrity';
import type { Engine } from '../../engine/engine';
import type { Handlers } from '../dispatch';

type IntegrityHandlers = Pick<
  Handlers,
  'integrity.start' | 'integrity.cancel' | 'integrity.findings' | 'integrity.repair' | 'integrity.repairAll'
>;

/** Scanning a pool for damage, and repairing it. */
export function integrityHandlers(engine: Engine): IntegrityHandlers {
  const of = (pool: string) => engine.pool(pool).integrity;
  return {
    'integrity.start': ({ pool }) => Promise.resolve(of(pool).start()),
    'integrity.cancel': ({ pool }) => of(pool).cancel(),
    'integrity.findings': ({ pool, ...window }) => Promise.resolve(of(pool).findings(window)),
    'integrity.repair': async ({ pool, users, reason, kinds, dryRun }, { actor, requestId }) => {
      const options = { kinds, dryRun, by: actor, requestId };
      return { outcomes: await of(pool).repairSome(users, reason, options) };
    },
    'integrity.repairAll': ({ pool, reason, ...options }, { actor, requestId, signal }) =>
      of(pool).repairAll(reason, { ...options, limit: REPAIR_PAGE, by: actor, requestId, signal }),
  };
}
