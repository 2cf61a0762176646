import { useSyncExternalStore } from 'react';
import { START } from '@shared/contract/connections';
import { live } from '../store/live';
import { ui } from '../store/ui';

/** To which connection and pool an address belongs; null where it does not say. */
export interface Belonging {
  connection: string | null;
  pool: string | null;
}

/**
 * Where in the console we are, kept after the `#` so that it works from any host: `#/users/u_1?state=WAITING`.
 * Unlike wouter's own hash hook it keeps the query after the `#` too, so that it ends with its screen. What the
 * address belongs to stands in the query as well, and no screen ever sees or loses it.
 */
export function useHashLocation(): [string, (to: string, options?: { replace?: boolean }) => void] {
  return [useSyncExternalStore(subscribe, currentPath), navigate];
}

/** For wouter: what a link's `href` is, and how the query is read. */
useHashLocation.hrefs = hrefOf;
useHashLocation.searchHook = useHashSearch;

function useHashSearch(): string {
  return useSyncExternalStore(subscribe, currentSearch);
}

/** Goes to a place such as `/users?state=WAITING`. */
export function navigate(to: string, { replace = false }: { replace?: boolean } = {}): void {
  const oldURL = location.href;
  history[replace ? 'replaceState' : 'pushState'](null, '', hrefOf(to));
  dispatchEvent(new HashChangeEvent('hashchange', { oldURL, newURL: location.href }));
}

/**
 * The address of a place, with the pool and the connection that are shown where they are not those that one comes to
 * without saying so.
 */
export function hrefOf(to: string): string {
  const { session } = live.getState();
  const { pool } = ui.getState();
  const belonging = new URLSearchParams();
  if (session && pool !== session.deployment.pool) belonging.set('pool', pool);
  if (session && session.deployment.connection !== START)
    belonging.set('connection', session.deployment.connection);
  if (belonging.size === 0) return `#${to}`;
  return `#${to}${to.includes('?') ? '&' : '?'}${belonging.toString()}`;
}

/** What the address says of where it belongs. */
export function readBelonging(): Belonging {
  const query = new URLSearchParams(parts()[1]);
  return { connection: query.get('connection'), pool: query.get('pool') };
}

/** The place that is shown, with its query and without what it belongs to. */
export function currentPlace(): string {
  const search = currentSearch();
  return search === '' ? currentPath() : `${currentPath()}?${search}`;
}

const listeners = new Set<() => void>();

/**
 * Everybody is told from one listener: between several of them the browser would let React draw, and a screen that has
 * heard of the new address would be drawn inside of what has not.
 */
function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) addEventListener('hashchange', tellEverybody);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) removeEventListener('hashchange', tellEverybody);
  };
}

function tellEverybody(): void {
  for (const listener of listeners) listener();
}

function parts(): [path: string, search: string] {
  const [path = '', search = ''] = location.hash.slice(1).split('?');
  return [path.startsWith('/') ? path : `/${path}`, search];
}

function currentPath(): string {
  return parts()[0];
}

function currentSearch(): string {
  const query = new URLSearchParams(parts()[1]);
  query.delete('connection');
  query.delete('pool');
  return query.toString();
}
