import type { Clock } from '../lib/clock';
import type { Logger } from '../lib/log';
import type { PoolKeys } from '../redis/keys';
import type { Store } from '../redis/store';
import type { EngineSettings } from './settings';

/** What each part of the engine is given: one pool of one Redis. */
export interface EngineContext {
  readonly store: Store;
  readonly keys: PoolKeys;
  readonly settings: EngineSettings;
  readonly log: Logger;
  /** For timers and for ages on this machine; entry times come from the server's clock. */
  readonly clock: Clock;
}
