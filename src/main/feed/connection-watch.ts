import type { Health } from '@shared/contract/session';
import type { Unsubscribe } from '@shared/transport';

/** What feeds know of the connection to Redis. */
export interface ConnectionWatch {
  getHealth(): Health;
  /** Calls back at each change; the returned function ends that. */
  onHealth(listener: (health: Health) => void): Unsubscribe;
}
