import type { Engine } from '../../engine/engine';
import type { Handlers } from '../dispatch';

/** Reading what operators did. */
export function auditHandlers(engine: Engine): Pick<Handlers, 'audit.list'> {
  return {
    'audit.list': ({ pool, ...options }) => engine.pool(pool).audit.list(options),
  };
}
