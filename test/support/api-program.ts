import { Redis } from 'ioredis';
import { createIoredisStore } from '../../src/main/redis/ioredis-store';
import { startApiServer } from './api-server';

/** A server process of the API with its matcher and sweeper, on the Redis of its first argument; prints its address. */
const url = process.argv[2] ?? '';
const client = new Redis(url, { enableOfflineQueue: false, lazyConnect: true });
await client.connect();
const server = await startApiServer(
  {
    url,
    client,
    store: createIoredisStore({ layout: 'single', client: () => client, failure: { address: url } }),
  },
  {
    matching: true,
    sweeping: true,
    checkOutputs: false,
    settings: { heartbeatLimitMs: 3_000, connectingLimitMs: 3_000 },
  },
);
console.log(server.url);
