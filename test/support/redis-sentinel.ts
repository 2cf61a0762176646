import { Redis } from 'ioredis';
import type { RedisTarget } from '../../src/main/redis/target';
import { startRedisServer, type TestRedis } from './redis-server';
import { until } from './until';

/** Under which name the Sentinels watch the primary. */
export const PRIMARY_NAME = 'matching';
/** Short, so that a failover does not make a test wait (ms). */
const DOWN_AFTER_MS = 1_000;

/** A primary, its replica, and three Sentinels over them, all of the test's own on free ports. */
export interface TestSentinels {
  readonly primary: TestRedis;
  readonly replica: TestRedis;
  readonly sentinels: readonly TestRedis[];
  readonly target: RedisTarget;
  stop(): Promise<void>;
}

/** Starts them, and waits until each Sentinel knows the replica and the other two. */
export async function startSentinels(): Promise<TestSentinels> {
  const primary = await startRedisServer();
  const replica = await startRedisServer({ args: ['--replicaof', `127.0.0.1 ${primary.port}`] });
  const sentinels = await Promise.all(
    Array.from({ length: 3 }, () => startRedisServer({ args: ['--sentinel'] })),
  );
  const clients = sentinels.map(({ url }) => new Redis(url, { lazyConnect: true, retryStrategy: null }));
  const settings = [
    ['MONITOR', PRIMARY_NAME, '127.0.0.1', primary.port, 2],
    ['SET', PRIMARY_NAME, 'down-after-milliseconds', DOWN_AFTER_MS],
    ['SET', PRIMARY_NAME, 'failover-timeout', 5_000],
  ];
  for (const client of clients) for (const setting of settings) await client.call('SENTINEL', ...setting);
  for (const client of clients)
    await until(
      async () => {
        const reply = (await client.call('SENTINEL', 'MASTER', PRIMARY_NAME)) as
          Record<string, string> | string[];
        const text = JSON.stringify(reply);
        return /"num-slaves"[:,]"1"/.test(text) && /"num-other-sentinels"[:,]"2"/.test(text);
      },
      { timeoutMs: 30_000, what: 'the Sentinels know each other and the replica' },
    );
  for (const client of clients) client.disconnect();
  return {
    primary,
    replica,
    sentinels,
    target: {
      endpoint: {
        kind: 'sentinel',
        primary: PRIMARY_NAME,
        sentinels: sentinels.map(({ port }) => ({ host: '127.0.0.1', port })),
      },
      db: 0,
      tls: null,
    },
    async stop() {
      await Promise.all([...sentinels, replica, primary].map((server) => server.stop()));
    },
  };
}
