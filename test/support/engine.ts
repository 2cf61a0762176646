import { DEFAULT_POOL } from '@shared/contract/common';
import { systemClock } from '../../src/main/lib/clock';
import { silentLogger } from '../../src/main/lib/log';
import type { EngineContext } from '../../src/main/engine/context';
import { DEFAULT_SETTINGS, type EngineSettings } from '../../src/main/engine/settings';
import { poolKeys } from '../../src/main/redis/keys';
import type { Store } from '../../src/main/redis/store';

/** An engine's context on a test's store. */
export function testContext(
  store: Store,
  settings: Partial<EngineSettings> = {},
  pool = DEFAULT_POOL,
): EngineContext {
  return {
    store,
    keys: poolKeys(pool, store.layout),
    settings: { ...DEFAULT_SETTINGS, ...settings },
    log: silentLogger,
    clock: systemClock,
  };
}
