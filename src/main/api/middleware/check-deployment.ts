import type { Health } from '@shared/contract/session';
import { SwitchboardError } from '@shared/errors';
import type { Middleware } from '../pipeline';

/** What decides whether commands may run at all. */
export interface DeploymentState {
  readOnly: boolean;
  connection: Health['status'];
  /** Asks for one attempt to reach Redis: after giving up, the next action is as good as a person's retry. */
  wake?: () => void;
}

/**
 * Refuses commands on a read-only profile and while Redis is away, so that nothing pretends to have worked and
 * nothing waits to happen later. Commands marked `local` touch this process only and pass.
 */
export function checkDeployment(deployment: () => DeploymentState): Middleware {
  return (call, next) => {
    if (call.type === 'feed' || call.spec.kind === 'query' || call.spec.local) return next();
    const { readOnly, connection, wake } = deployment();
    if (readOnly)
      throw new SwitchboardError(
        'read_only_profile',
        `"${call.name}" was not carried out: this connection is read-only. Allow changes in its profile first.`,
      );
    if (connection === 'ready') return next();
    if (connection === 'gave-up') wake?.();
    throw new SwitchboardError(
      'redis_away',
      `"${call.name}" was not carried out: Redis is not reachable (${connection}). Nothing is kept to run later; ask again when the connection is back.`,
      { connection },
    );
  };
}
