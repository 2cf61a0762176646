import type { Redis } from 'ioredis';
import { startMemoryServer } from '../../src/main/redis/memory-server';
import type { Store } from '../../src/main/redis/store';
import { plainClient } from './clients';
import { startRedisServer, type TestRedis } from './redis-server';

/** The kinds of server that the product runs on, for suites that hold for each: `describe.each(STORE_KINDS)`. */
export const STORE_KINDS = ['redis', 'in-memory'] as const;
export type StoreKind = (typeof STORE_KINDS)[number];

/** A private server with a Store on it. */
export interface TestStore {
  readonly store: Store;
  /** A plain client on the same server, to look at keys and to write as another program would. */
  readonly client: Redis;
  /** The address, for a second client or a second process. */
  readonly url: string;
  /** The real server; null for the in-memory one. */
  readonly server: TestRedis | null;
  /** Empties the server. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a private server and a Store on it. In a suite:
 *
 *     let redis: TestStore;
 *     beforeAll(async () => { redis = await startStore(); });
 *     beforeEach(() => redis.flush());
 *     afterAll(() => redis.stop());
 */
export async function startStore(
  kind: StoreKind = 'redis',
  args: readonly string[] = [],
): Promise<TestStore> {
  const { url, server, stop } = kind === 'redis' ? await startReal(args) : await startInMemory();
  const { client, store } = await plainClient(url);
  return {
    store,
    client,
    url,
    server,
    async flush() {
      await client.flushall();
    },
    async stop() {
      // A client whose server was killed has ended already, and will not say so again.
      if (client.status !== 'end') {
        const closed = new Promise((resolve) => client.once('end', resolve));
        client.disconnect();
        await closed;
      }
      await stop();
    },
  };
}

async function startReal(args: readonly string[]) {
  const server = await startRedisServer({ args });
  return { url: server.url, server, stop: () => server.stop() };
}

async function startInMemory() {
  const { port, password, close } = await startMemoryServer();
  return { url: `redis://:${password}@127.0.0.1:${port}`, server: null, stop: close };
}
