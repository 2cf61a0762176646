import type { Health } from '@shared/contract/session';
import type { ConnectionWatch } from '../../src/main/feed/connection-watch';

/** A connection that is what a test says it is. */
export interface FakeConnection extends ConnectionWatch {
  become(change: Partial<Health>): void;
  readonly watchers: number;
}

export function fakeConnection(): FakeConnection {
  const listeners = new Set<(health: Health) => void>();
  let health: Health = {
    status: 'ready',
    since: 0,
    attempts: 0,
    maxAttempts: 10,
    nextAttemptAt: null,
    lastError: null,
    roundTripMs: 1,
    server: null,
  };
  return {
    getHealth: () => health,
    onHealth(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    become(change) {
      health = { ...health, ...change };
      for (const listener of [...listeners]) listener(health);
    },
    get watchers() {
      return listeners.size;
    },
  };
}
