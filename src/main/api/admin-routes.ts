import type { OperationName } from '@shared/contract';

/** Where the admin endpoints live. */
export const ADMIN_PREFIX = '/api/admin';

/** An address of its own for an operation of the contract. */
export interface AdminRoute {
  method: 'GET' | 'POST' | 'DELETE';
  /** After the prefix; `{name}` is a field of the operation's input. */
  path: string;
  operation: OperationName;
  /** Fields that the address itself says. */
  fixed?: Record<string, unknown>;
  /** The name in the OpenAPI description, where the operation has two addresses. */
  id?: string;
}

/** The admin endpoints: the operations of the console that other programs and people with curl want most. */
export const ADMIN_ROUTES: readonly AdminRoute[] = [
  { method: 'GET', path: '/transitions', operation: 'transitions.list' },
  { method: 'GET', path: '/transitions/search', operation: 'transitions.search' },
  { method: 'POST', path: '/force', operation: 'transitions.force' },
  { method: 'POST', path: '/rollback', operation: 'transitions.rollback' },
  { method: 'GET', path: '/requests', operation: 'requests.list' },
  { method: 'GET', path: '/requests/slowest', operation: 'requests.slowest' },
  { method: 'GET', path: '/requests/summary', operation: 'requests.summary' },
];
