import type { State } from '@shared/states';

/** Moves that go one way between two states, and how a person calls them. */
export interface Return {
  to: State;
  edges: readonly string[];
  label: string;
}

/** What arrives in a state from the one drawn left of it. */
export const FORWARD: Partial<Record<State, Return>> = {
  WAITING: { to: 'WAITING', edges: ['IDLE>WAITING', 'UNKNOWN>WAITING'], label: 'joined the queue' },
  CONNECTING: { to: 'CONNECTING', edges: ['WAITING>CONNECTING'], label: 'matched' },
  IN_CALL: { to: 'IN_CALL', edges: ['CONNECTING>IN_CALL'], label: 'connected' },
  DISCONNECTING: { to: 'DISCONNECTING', edges: ['IN_CALL>DISCONNECTING'], label: 'left the call' },
};

/** What goes back over the same gap. */
export const RETURNS: Partial<Record<State, Return>> = {
  WAITING: { to: 'IDLE', edges: ['WAITING>IDLE'], label: 'left the queue' },
  CONNECTING: { to: 'WAITING', edges: ['CONNECTING>WAITING'], label: 'connection failed, back to the queue' },
};

/** The way from a finished call back to the beginning, drawn below the states. */
export const LOOPS: readonly Return[] = [
  { to: 'WAITING', edges: ['DISCONNECTING>WAITING'], label: 'back to the queue' },
  { to: 'IDLE', edges: ['DISCONNECTING>IDLE'], label: 'back to idle' },
];

/** The moves per minute over several edges together. */
export function edgeSum(rates: Readonly<Record<string, number>>, edges: readonly string[]): number {
  return edges.reduce((sum, edge) => sum + (rates[edge] ?? 0), 0);
}
