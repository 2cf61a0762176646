import { useSyncExternalStore } from 'react';

/**
 * Where in the console we are, kept after the `#` so that it works from any host: `#/users/u_1?state=WAITING`.
 * Unlike wouter's own hash hook it keeps the query after the `#` too, so that it ends with its screen.
 */
export function useHashLocation(): [string, (to: string, options?: { replace?: boolean }) => void] {
  return [useSyncExternalStore(subscribe, currentPath), navigate];
}

/** For wouter: what a link's `href` is, and how the query is read. */
useHashLocation.hrefs = (href: string) => `#${href}`;
useHashLocation.searchHook = useHashSearch;

function useHashSearch(): string {
  return useSyncExternalStore(subscribe, currentSearch);
}

/** Goes to a place such as `/users?state=WAITING`. */
export function navigate(to: string, { replace = false }: { replace?: boolean } = {}): void {
  const oldURL = location.href;
  history[replace ? 'replaceState' : 'pushState'](null, '', `#${to}`);
  dispatchEvent(new HashChangeEvent('hashchange', { oldURL, newURL: location.href }));
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

function parts(): [path: string, search: string] {
  const [path = '', search = ''] = location.hash.slice(1).split('?');
  return [path.startsWith('/') ? path : `/${path}`, search];
}

function currentPath(): string {
  return parts()[0];
}

function currentSearch(): string {
  return parts()[1];
}
