import { type EngineContext, engineContext } from '../../src/main/engine/context';
import type { EngineSettings } from '../../src/main/engine/settings';
import type { Store } from '../../src/main/redis/store';

/** An engine's context on a test's store. */
export function testContext(
  store: Store,
  settings: Partial<EngineSettings> = {},
  pool?: string,
): EngineContext {
  return engineContext({ store, settings, ...(pool === undefined ? {} : { pool }) });
}
