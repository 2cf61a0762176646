import { Redis } from 'ioredis';
import type { EngineSettings } from '../../src/main/engine/settings';
import { createIoredisStore } from '../../src/main/redis/ioredis-store';
import { startApiServer } from './api-server';

/** The second argument of this program, as JSON. */
export interface ApiProgramOptions {
  /** The pool that its matcher and sweeper work in. */
  pool?: string;
  settings?: Partial<EngineSettings>;
}

/** A server process of the API with its matcher and sweeper, on the Redis of its first argument; prints its address. */
const [url = '', json = '{}'] = process.argv.slice(2);
const { pool, settings = {} } = JSON.parse(json) as ApiProgramOptions;
const client = new Redis(url, { enableOfflineQueue: false, lazyConnect: true });
await client.connect();
const server = await startApiServer(
  {
    url,
    client,
    store: createIoredisStore({ layout: 'single', client: () => client, failure: { address: url } }),
  },
  { matching: true, sweeping: true, checkOutputs: false, settings, ...(pool !== undefined && { pool }) },
);
console.log(server.url);
