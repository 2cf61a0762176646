import type { OperationName } from '@shared/contract';

/** Where the admin endpoints live. */
export const ADMIN_PREFIX = '/api/admin';

/** An address of its own for an operation of the contract. */
export interface AdminRoute {
  method: 'GET' | 'POST' | 'PATCH' | 'PUT';
  /** After the prefix; `{name}` is a field of the operation's input. */
  path: string;
  operation: OperationName;
}

/** The admin endpoints: the operations of the console that other programs and people with curl want most. */
export const ADMIN_ROUTES: readonly AdminRoute[] = [
  { method: 'GET', path: '/overview', operation: 'overview.get' },
  { method: 'GET', path: '/pools', operation: 'pools.list' },
  { method: 'GET', path: '/users', operation: 'users.list' },
  { method: 'GET', path: '/users/find', operation: 'users.find' },
  { method: 'GET', path: '/users/{user}', operation: 'users.get' },
  { method: 'PATCH', path: '/users/{user}', operation: 'users.patch' },
  { method: 'GET', path: '/users/{user}/explain', operation: 'users.explain' },
  { method: 'GET', path: '/users/{user}/timeline', operation: 'transitions.history' },
  { method: 'POST', path: '/users/remove', operation: 'users.remove' },
  { method: 'GET', path: '/transitions', operation: 'transitions.list' },
  { method: 'GET', path: '/transitions/search', operation: 'transitions.search' },
  { method: 'GET', path: '/transitions/undoable', operation: 'transitions.undoable' },
  { method: 'POST', path: '/transitions', operation: 'transitions.perform' },
  { method: 'POST', path: '/force', operation: 'transitions.force' },
  { method: 'POST', path: '/force/many', operation: 'transitions.forceMany' },
  { method: 'POST', path: '/rollback', operation: 'transitions.rollback' },
  { method: 'POST', path: '/cleanup', operation: 'cleanup.run' },
  { method: 'POST', path: '/integrity/scan', operation: 'integrity.start' },
  { method: 'POST', path: '/integrity/cancel', operation: 'integrity.cancel' },
  { method: 'GET', path: '/integrity/findings', operation: 'integrity.findings' },
  { method: 'POST', path: '/integrity/repair', operation: 'integrity.repair' },
  { method: 'POST', path: '/integrity/repair-all', operation: 'integrity.repairAll' },
  { method: 'POST', path: '/metadata/rebuild', operation: 'metadata.rebuild' },
  { method: 'POST', path: '/metadata/remove-orphans', operation: 'metadata.removeOrphans' },
  { method: 'GET', path: '/audit', operation: 'audit.list' },
  { method: 'GET', path: '/requests', operation: 'requests.list' },
  { method: 'GET', path: '/requests/slowest', operation: 'requests.slowest' },
  { method: 'GET', path: '/requests/summary', operation: 'requests.summary' },
  { method: 'GET', path: '/analytics', operation: 'analytics.get' },
  { method: 'GET', path: '/analytics/events', operation: 'analytics.events' },
  { method: 'GET', path: '/debug/state', operation: 'debug.state' },
  { method: 'GET', path: '/log', operation: 'log.get' },
  { method: 'PUT', path: '/log', operation: 'log.set' },
];
