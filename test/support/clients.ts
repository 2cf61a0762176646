import { Redis } from 'ioredis';
import { createIoredisStore } from '../../src/main/redis/ioredis-store';
import type { Store } from '../../src/main/redis/store';

/** A connection that does nothing by itself: it neither waits for a server nor comes back. */
export async function plainClient(url: string): Promise<{ client: Redis; store: Store }> {
  const client = new Redis(url, {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    retryStrategy: null,
    lazyConnect: true,
  });
  await client.connect();
  return {
    client,
    store: createIoredisStore({ layout: 'single', client: () => client, failure: { address: url } }),
  };
}

/** A further connection to a server, with a Store on it: what another process would have. */
export async function secondStore(url: string): Promise<{ store: Store; client: Redis; end: () => void }> {
  const { client, store } = await plainClient(url);
  return { store, client, end: () => client.disconnect() };
}
