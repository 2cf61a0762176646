import type { PermissionBook } from '../../connections/permission-book';
import type { Engine } from '../../engine/engine';
import { STATES } from '@shared/states';
import type { Handlers } from '../dispatch';

/** What spans the pools of a deployment, and what its Redis user may do there. */
export function poolHandlers(
  engine: Engine,
  permissions: PermissionBook,
): Pick<Handlers, 'connections.permissions' | 'pools.overview'> {
  return {
    'connections.permissions': ({ pool }) => permissions.read(pool),

    async 'pools.overview'() {
      const overviews = await engine.overviews();
      const pools = overviews.map(async ({ pool, states, waiting, stuck }) => {
        const { store, keys } = engine.pool(pool).context;
        const node = store.layout === 'cluster' ? (await store.nodeOf(keys.sets.WAITING)).address : null;
        const counts = Object.fromEntries(STATES.map((state) => [state, states[state].count]));
        return {
          pool,
          counts: counts as Record<(typeof STATES)[number], number>,
          longestWaitMs: waiting.longestMs,
          stuck: stuck.connecting + stuck.disconnecting + stuck.staleHeartbeats,
          node,
        };
      });
      return { pools: await Promise.all(pools) };
    },
  };
}
