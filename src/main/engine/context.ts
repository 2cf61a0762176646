import { DEFAULT_POOL } from '@shared/contract/common';
import { type Clock, systemClock } from '../lib/clock';
import { type Logger, silentLogger } from '../lib/log';
import { type PoolKeys, poolKeys } from '../redis/keys';
import type { Store } from '../redis/store';
import { TransitionEvents } from './events';
import { DEFAULT_SETTINGS, type EngineSettings } from './settings';

/** What each part of the engine is given: one pool of one Redis. */
export interface EngineContext {
  readonly store: Store;
  readonly keys: PoolKeys;
  readonly settings: EngineSettings;
  readonly log: Logger;
  /** For timers and for ages on this machine; entry times come from the server's clock. */
  readonly clock: Clock;
  /** What this process does to the users of the pool. */
  readonly events: TransitionEvents;
}

/** A context with everything that is not given as usual. */
export function engineContext(given: {
  store: Store;
  pool?: string;
  settings?: Partial<EngineSettings>;
  log?: Logger;
  clock?: Clock;
}): EngineContext {
  const { store, pool = DEFAULT_POOL, log = silentLogger, clock = systemClock } = given;
  return {
    store,
    keys: poolKeys(pool, store.layout),
    settings: { ...DEFAULT_SETTINGS, ...given.settings },
    log,
    clock,
    events: new TransitionEvents(log),
  };
}
