import { DEFAULT_POOL, pool as poolName } from '@shared/contract/common';
import { SwitchboardError } from '@shared/errors';
import type { Middleware } from '../pipeline';

/** Why Redis would refuse an operation on a pool, in words, or null when it would not. */
export type FindRefusal = (operation: string, pool: string) => Promise<string | null>;

/**
 * Refuses commands that the Redis user of the connection may not carry out. Redis refuses them too, but in the middle
 * of a script, with a part of the change made: so it is asked beforehand.
 */
export function checkPermissions(find: FindRefusal): Middleware {
  return async (call, next) => {
    if (call.type === 'feed' || call.spec.kind === 'query' || call.spec.local) return next();
    const refusal = await find(call.name, poolOf(call.input));
    if (refusal !== null)
      throw new SwitchboardError('redis_no_permission', `"${call.name}" was not carried out: ${refusal}`);
    return next();
  };
}

/** The pool that a valid input names; commands without one concern the first. */
function poolOf(input: unknown): string {
  const named = typeof input === 'object' && input !== null && 'pool' in input ? input.pool : undefined;
  return poolName.safeParse(named).data ?? DEFAULT_POOL;
}
