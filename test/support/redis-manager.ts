import type { Health } from '@shared/contract/session';
import { silentLogger } from '../../src/main/lib/log';
import {
  type ConnectionManagerOptions,
  RedisConnectionManager,
} from '../../src/main/redis/connection-manager';
import { parseRedisUrl } from '../../src/main/redis/target';
import { until } from './until';

/** A connection manager on an address, with limits that suit tests. */
export function manage(url: string, options: Partial<ConnectionManagerOptions> = {}): RedisConnectionManager {
  return new RedisConnectionManager({
    target: parseRedisUrl(url),
    maxAttempts: 10,
    timeouts: { connectMs: 2_000, commandMs: 1_000 },
    log: silentLogger,
    ...options,
  });
}

/** Waits until the connection has a status. */
export async function untilStatus(
  manager: RedisConnectionManager,
  status: Health['status'],
  timeoutMs = 10_000,
): Promise<Health> {
  await until(() => manager.getHealth().status === status, {
    timeoutMs,
    what: `the connection is ${status}`,
  });
  return manager.getHealth();
}
