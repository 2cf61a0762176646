import { Redis } from 'ioredis';
import { createIoredisStore } from '../../src/main/redis/ioredis-store';
import type { Store } from '../../src/main/redis/store';

/** A further connection to a server, with a Store on it: what another process would have. */
export async function secondStore(url: string): Promise<{ store: Store; client: Redis; end: () => void }> {
  const client = new Redis(url, {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    retryStrategy: null,
    lazyConnect: true,
  });
  await client.connect();
  return {
    store: createIoredisStore({ layout: 'single', client: () => client, failure: { address: url } }),
    client,
    end: () => client.disconnect(),
  };
}
