import { Redis } from 'ioredis';
import { type EngineContext, engineContext } from '../../src/main/engine/context';
import { newId } from '../../src/main/lib/ids';
import { createIoredisStore } from '../../src/main/redis/ioredis-store';
import { startRedisServer } from '../support/redis-server';

/** What the command line of a benchmark chose. */
export interface BenchOptions {
  /** A given server instead of a private one. */
  redis?: string;
  /** The parts to run; all where none is named. Only a benchmark that takes long has parts. */
  only: readonly string[];
  json: boolean;
  /** A tenth of the work. */
  quick: boolean;
}

/** A server to measure, with an engine's context in a pool of its own. */
export interface BenchServer {
  client: Redis;
  url: string;
  context: EngineContext;
  /** For the head of the report. */
  about: string;
  stop(): Promise<void>;
}

/** Does the work on a server, and stops that whatever came of it. */
export async function onBenchServer<T>(
  options: BenchOptions,
  work: (server: BenchServer) => Promise<T>,
): Promise<T> {
  const server = await openBenchServer(options);
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}

/** Connects to the given server, or starts a private one. Stopping removes every key of the pool. */
export async function openBenchServer({ redis }: BenchOptions): Promise<BenchServer> {
  const server = redis === undefined ? await startRedisServer() : null;
  const url = redis ?? server?.url ?? '';
  const client = new Redis(url, { retryStrategy: null, lazyConnect: true });
  await client.connect();
  const store = createIoredisStore({ layout: 'single', client: () => client, failure: { address: url } });
  const pool = `bench-${newId().toLowerCase().replaceAll('_', '-')}`;
  const version = /^redis_version:(.*)$/m.exec(await client.info('server'))?.[1]?.trim() ?? 'unknown';
  return {
    client,
    url,
    context: engineContext({ store, pool }),
    about: `Redis ${version}, ${server ? 'a private server' : 'a given server'}`,
    async stop() {
      if (!server) await removePool(client, `{matching:${pool}}:*`);
      client.disconnect();
      await server?.stop();
    },
  };
}

async function removePool(client: Redis, pattern: string): Promise<void> {
  for await (const keys of client.scanStream({ match: pattern, count: 1_000 }) as AsyncIterable<string[]>)
    if (keys.length > 0) await client.unlink(...keys);
}
