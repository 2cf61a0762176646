import { afterEach, describe, expect, it } from 'vitest';
import type { Health } from '@shared/contract/session';
import { openClient } from '../../../src/main/redis/client';
import {
  connectionManager,
  openConnectionManager,
  type RedisConnectionManager,
} from '../../../src/main/redis/connection-manager';
import { parseRedisUrl } from '../../../src/main/redis/target';
import { silentLogger } from '../../../src/main/lib/log';
import { manage, untilStatus } from '../../support/redis-manager';
import { freePort, startRedisServer, type TestRedis } from '../../support/redis-server';
import { until } from '../../support/until';

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(cleanups.splice(0).map((cleanup) => cleanup()));
});

async function server(...options: Parameters<typeof startRedisServer>): Promise<TestRedis> {
  const redis = await startRedisServer(...options);
  cleanups.push(() => redis.stop());
  return redis;
}

function managed(...args: Parameters<typeof manage>): RedisConnectionManager {
  const manager = manage(...args);
  cleanups.push(() => manager.shutdown());
  return manager;
}

describe('a connection to a Redis that is there', () => {
  it('is ready after start, and knows the server', async () => {
    const redis = await server();
    const health = await managed(redis.url).start();
    expect(health).toMatchObject({ status: 'ready', attempts: 0, lastError: null });
    expect(health.server).toMatchObject({ topology: 'standalone' });
    expect(health.server?.version).toMatch(/^\d+\.\d+/);
    expect(health.server?.memoryBytes).toBeGreaterThan(100_000);
    expect(Math.abs(health.server?.clockOffsetMs ?? Infinity)).toBeLessThan(1_000);
  });

  it('measures the round trip when asked, and by itself each second', async () => {
    const redis = await server();
    const manager = managed(redis.url);
    await manager.start();
    expect((await manager.healthCheck()).roundTripMs).toBeGreaterThan(0);
    const heard: Health[] = [];
    manager.onHealth((health) => heard.push(health));
    await until(() => heard.length >= 2);
    expect(heard.at(-1)?.roundTripMs).toBeGreaterThan(0);
  });

  it('works over a unix socket', async () => {
    const redis = await server({ unixSocket: true });
    const manager = managed(redis.url);
    expect((await manager.start()).status).toBe('ready');
    expect(await manager.store.command(['PING'])).toBe('PONG');
  });

  it('uses the database of the address, and refuses one that is not there', async () => {
    const redis = await server();
    const manager = managed(`${redis.url}/3`);
    await manager.start();
    await manager.store.command(['SET', 'where', 'three']);
    const other = managed(redis.url);
    await other.start();
    expect(await other.store.command(['GET', 'where'])).toBeNull();
    const outside = await managed(`${redis.url}/99`).start();
    expect(outside.status).toBe('reconnecting');
    expect(outside.lastError?.message).toMatch(/no database of this number/);
  });

  it('says of a replica that it is one, and that it refuses changes', async () => {
    const primary = await server();
    const replica = await server({ args: ['--replicaof', '127.0.0.1', String(primary.port)] });
    const manager = managed(replica.url);
    await manager.start();
    expect(manager.getHealth().server?.topology).toBe('replica');
    await expect(manager.store.command(['SET', 'a', 1])).rejects.toMatchObject({ code: 'redis_read_only' });
  });

  it('reports a full memory, and still reads', async () => {
    const redis = await server({ args: ['--maxmemory', '1'] });
    const manager = managed(redis.url);
    await manager.start();
    await expect(manager.store.command(['SET', 'a', 1])).rejects.toMatchObject({
      code: 'redis_out_of_memory',
    });
    expect(await manager.store.command(['GET', 'a'])).toBeNull();
    expect(manager.getHealth().status).toBe('ready');
  });

  it('keeps blocking reads and subscriptions away from commands', async () => {
    const redis = await server();
    const manager = managed(redis.url);
    await manager.start();
    const reader = await manager.openBlocking();
    const read = reader.command(['BLPOP', 'list', 0]);
    const heard: string[] = [];
    const stop = manager.subscribe('news', (message) => heard.push(message));
    await until(async () => Number(await manager.store.command(['PUBLISH', 'news', 'hello'])) === 1);
    await until(() => heard.includes('hello'));
    await manager.store.command(['RPUSH', 'list', 'x']);
    expect(await read).toEqual(['list', 'x']);
    reader.close();
    stop();
    await until(async () => Number(await manager.store.command(['PUBLISH', 'news', 'again'])) === 0);
    const names = String(await manager.store.command(['CLIENT', 'LIST']));
    expect(names).toContain('name=switchboard:commands');
    expect(names).toContain('name=switchboard:subscriptions');
  });
});

describe('a Redis that goes away', () => {
  it('is noticed at once when it is killed, and used again when it is back, by itself', async () => {
    const redis = await server();
    const manager = managed(redis.url);
    await manager.start();
    await redis.kill();
    const away = await untilStatus(manager, 'reconnecting', 2_000);
    expect(away.lastError?.code).toBe('redis_away');
    await expect(manager.store.command(['SET', 'late', 1])).rejects.toMatchObject({
      code: 'redis_away',
      message: expect.stringContaining('Nothing was changed') as string,
    });
    await redis.restart();
    const back = await untilStatus(manager, 'ready', 5_000);
    expect(back).toMatchObject({ attempts: 0, lastError: null });
    expect(await manager.store.command(['EXISTS', 'late'])).toBe(0);
  });

  it('is used within five seconds of its return, however long the backoff has grown', async () => {
    const redis = await server();
    // Chance at its highest, and attempts enough to be deep in the backoff: waits of 2, 4, 8 s and more.
    const manager = managed(redis.url, { random: () => 0.999 });
    await manager.start();
    await redis.kill();
    await until(() => manager.getHealth().attempts >= 2, { timeoutMs: 15_000 });
    await redis.restart();
    await untilStatus(manager, 'ready', 5_000);
  });

  it('is noticed when it hangs, and used again when it goes on', async () => {
    const redis = await server();
    const manager = managed(redis.url);
    await manager.start();
    redis.pause();
    const command = manager.store.command(['SET', 'a', 1]);
    await expect(command).rejects.toMatchObject({
      code: 'redis_timeout',
      message: expect.stringContaining('may have happened') as string,
    });
    const away = await untilStatus(manager, 'reconnecting', 5_000);
    expect(away.lastError?.code).toBe('redis_timeout');
    redis.resume();
    await untilStatus(manager, 'ready', 10_000);
  });

  it('ends a blocking read that was waiting on it', async () => {
    const redis = await server();
    const manager = managed(redis.url);
    await manager.start();
    const reader = await manager.openBlocking();
    const read = reader.command(['BLPOP', 'list', 0]);
    const refused = expect(read).rejects.toMatchObject({ code: 'redis_away' });
    redis.pause();
    await untilStatus(manager, 'reconnecting');
    await refused;
    redis.resume();
  });

  it('is heard again on its channels when it is back', async () => {
    const redis = await server();
    const manager = managed(redis.url);
    await manager.start();
    const heard: string[] = [];
    manager.subscribe('news', (message) => heard.push(message));
    await redis.restart();
    await untilStatus(manager, 'ready');
    await until(async () => Number(await manager.store.command(['PUBLISH', 'news', 'back'])) === 1);
    await until(() => heard.includes('back'));
  });
});

describe('giving up', () => {
  it('comes after the allowed attempts, and a retry begins them anew', async () => {
    const port = await freePort();
    const manager = managed(`redis://127.0.0.1:${port}`, { maxAttempts: 1 });
    expect((await manager.start()).status).toBe('gave-up');
    expect(manager.getHealth()).toMatchObject({
      attempts: 1,
      maxAttempts: 1,
      nextAttemptAt: null,
      lastError: { code: 'redis_refused' },
    });
    expect((await manager.retryNow()).status).toBe('gave-up');
    await server({ port });
    expect((await manager.retryNow()).status).toBe('ready');
  });

  it('is left by the next action, with one attempt', async () => {
    const port = await freePort();
    const manager = managed(`redis://127.0.0.1:${port}`, { maxAttempts: 0 });
    await manager.start();
    const { lastError } = manager.getHealth();
    manager.wake();
    await until(() => manager.getHealth().lastError !== lastError);
    expect(manager.getHealth().status).toBe('gave-up');
    await server({ port });
    manager.wake();
    await untilStatus(manager, 'ready');
  });

  it('is not left by reads and background work', async () => {
    const port = await freePort();
    const manager = managed(`redis://127.0.0.1:${port}`, { maxAttempts: 0 });
    await manager.start();
    const changes: Health[] = [];
    manager.onHealth((health) => changes.push(health));
    await expect(manager.store.command(['GET', 'a'])).rejects.toMatchObject({ code: 'redis_away' });
    expect(changes).toEqual([]);
  });
});

describe('a server that is loading its data', () => {
  it('is waited for without counting it as a failure', async () => {
    const redis = await server({
      args: ['--enable-debug-command', 'yes', '--loading-process-events-interval-bytes', '1024'],
    });
    const filler = managed(redis.url);
    await filler.start();
    // Enough keys that reloading, slowed down, takes a while.
    await filler.store.command(['DEBUG', 'POPULATE', 2_000]);
    await filler.store.command(['CONFIG', 'SET', 'key-load-delay', 1_000]);
    const reload = filler.store.command(['DEBUG', 'RELOAD']).catch(() => {});
    const manager = managed(redis.url, { maxAttempts: 1 });
    const seen: (string | undefined)[] = [];
    manager.onHealth((health) => seen.push(health.lastError?.code));
    await manager.start();
    await untilStatus(manager, 'ready', 20_000);
    expect(seen).toContain('redis_loading');
    await reload;
  });
});

describe('shutting down', () => {
  it('closes every connection, and is final', async () => {
    const redis = await server();
    const manager = managed(redis.url);
    await manager.start();
    await manager.openBlocking();
    manager.subscribe('news', () => {});
    await manager.healthCheck();
    const started = performance.now();
    await manager.shutdown();
    expect(performance.now() - started).toBeLessThan(1_500);
    expect(manager.getHealth().status).toBe('closed');
    await expect(manager.store.command(['PING'])).rejects.toMatchObject({ code: 'redis_away' });
    expect((await manager.retryNow()).status).toBe('closed');
    const other = managed(redis.url);
    await other.start();
    await until(
      async () =>
        !/name=switchboard:(blocking|subscriptions)/.test(
          String(await other.store.command(['CLIENT', 'LIST'])),
        ),
    );
  });

  it('is not undone by an attempt that was under way', async () => {
    const redis = await server();
    const manager: RedisConnectionManager = managed(redis.url, {
      async open(...args) {
        const client = await openClient(...args);
        // While the server's facts are being read.
        setImmediate(() => void manager.shutdown());
        return client;
      },
    });
    await manager.start();
    expect(manager.getHealth().status).toBe('closed');
    const other = managed(redis.url);
    await other.start();
    await until(async () => {
      const clients = String(await other.store.command(['CLIENT', 'LIST']))
        .trim()
        .split('\n');
      return clients.length === 1;
    });
  });

  it('does not wait for a server that hangs', async () => {
    const redis = await server();
    const manager = managed(redis.url);
    await manager.start();
    redis.pause();
    const started = performance.now();
    await manager.shutdown();
    expect(performance.now() - started).toBeLessThan(1_500);
  });
});

describe('the connection manager of the process', () => {
  it('is one, until it is shut down', async () => {
    const redis = await server();
    const options = {
      target: parseRedisUrl(redis.url),
      maxAttempts: 0,
      timeouts: { connectMs: 1_000, commandMs: 1_000 },
      log: silentLogger,
    };
    expect(() => connectionManager()).toThrow(/openConnectionManager/);
    const manager = openConnectionManager(options);
    expect(connectionManager()).toBe(manager);
    expect(() => openConnectionManager(options)).toThrow(/already/);
    await manager.shutdown();
    await openConnectionManager(options).shutdown();
  });
});
