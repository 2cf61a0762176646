import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createRedisCommandExecutor, RedisServerState, Resp2Server } from 'js-redis-server/core';
import type { MemoryServerAddress } from './memory-server-address';

/** A running in-memory server. */
export interface MemoryServer extends MemoryServerAddress {
  close: () => Promise<void>;
}

const COMPATIBILITY = 'redis-7.0';

/**
 * Starts the in-memory server in this process, on a free port of the loopback address. It is put together here from
 * the package's parts, because the package's own start listens to the whole network and sets no password.
 * @param address where to listen instead: in the place of one that has ended
 */
export async function startMemoryServer(address?: MemoryServerAddress): Promise<MemoryServer> {
  const password = address?.password ?? randomBytes(24).toString('hex');
  const { server: listener } = new Resp2Server({
    server: new RedisServerState({ requirepass: password, compatibility: COMPATIBILITY }),
    executor: createRedisCommandExecutor({ compatibility: COMPATIBILITY }),
  });
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen({ host: '127.0.0.1', port: address?.port ?? 0 }, resolve);
  });
  return {
    port: (listener.address() as AddressInfo).port,
    password,
    close: () => new Promise((resolve) => listener.close(() => resolve())),
  };
}
