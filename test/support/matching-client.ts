import { STATES, type State } from '@shared/states';
import type { TestStore } from './store';
import type { ApiServer } from './api-server';

/** An answer of the API, read. */
export interface Answer {
  /** The address that answered. */
  url: string;
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

/** Calls the matching API as a program would: over real HTTP. */
export interface MatchingClient {
  post(endpoint: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  get(endpoint: string, query: Record<string, string>, headers?: Record<string, string>): Promise<Answer>;
  /** Any request below the address of the server. */
  send(path: string, init?: RequestInit): Promise<Answer>;
}

export function matchingClient(base: string): MatchingClient {
  const send = async (path: string, init?: RequestInit): Promise<Answer> => {
    const response = await fetch(base + path, init);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    const body = (isJson ? JSON.parse(text) : { text }) as Record<string, unknown>;
    return { url: response.url, status: response.status, headers: response.headers, body };
  };
  return {
    send,
    post: (endpoint, body, headers = {}) =>
      send(`/api/simple-matching/${endpoint}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    get: (endpoint, query, headers = {}) =>
      send(`/api/simple-matching/${endpoint}?${new URLSearchParams(query).toString()}`, { headers }),
  };
}

/** A place in the life of a user; the last one is nobody. */
export type Place = State | 'UNKNOWN';
export const PLACES: readonly Place[] = [...STATES, 'UNKNOWN'];

/** Brings `ada` (with `bob` where it takes two) to a place through the engine, and returns her partner. */
export async function bringTo(server: ApiServer, place: Place): Promise<string | null> {
  const { machine, transitions, matcher } = server.engine.pool();
  if (place === 'UNKNOWN') return null;
  await machine.arrive('ada');
  if (place === 'IDLE') return null;
  await machine.startMatching('ada');
  if (place === 'WAITING') return null;
  await machine.startMatching('bob');
  await matcher.matchOnce();
  if (place === 'CONNECTING') return 'bob';
  await machine.enterCall('ada', { atOnce: true });
  if (place === 'IN_CALL') return 'bob';
  await transitions.performTransition('ada', 'DISCONNECTING');
  await machine.disconnectUser('bob');
  return null;
}

/** Where a user is, by plain commands: every set that holds the id. */
export async function setsOf({ client }: TestStore, user: string): Promise<string[]> {
  const names = STATES.map((state) => state.toLowerCase());
  const scores = await Promise.all(names.map((name) => client.zscore(`matching:${name}`, user)));
  return STATES.filter((_, index) => scores[index] !== null);
}
