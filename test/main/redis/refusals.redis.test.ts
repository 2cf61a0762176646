import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Health } from '@shared/contract/session';
import { parseRedisUrl, type RedisTarget } from '../../../src/main/redis/target';
import { makeCertificates } from '../../support/certificates';
import { manage } from '../../support/redis-manager';
import { freePort, startRedisServer, type TestRedis } from '../../support/redis-server';

const PASSWORD = 'a secret: never-shown/1';
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function server(...options: Parameters<typeof startRedisServer>): Promise<TestRedis> {
  const redis = await startRedisServer(...options);
  cleanups.push(() => redis.stop());
  return redis;
}

/** What a manager knows after one attempt at an address. */
async function tried(target: RedisTarget | string): Promise<Health & { manager: ReturnType<typeof manage> }> {
  const manager = manage('redis://unused', {
    target: typeof target === 'string' ? parseRedisUrl(target) : target,
    maxAttempts: 0,
    timeouts: { connectMs: 1_000, commandMs: 700 },
  });
  cleanups.push(() => manager.shutdown());
  return { ...(await manager.start()), manager };
}

function withAuth(url: string, user: string, password: string): string {
  return url.replace('://', `://${user}:${encodeURIComponent(password)}@`);
}

function listening(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );
}

describe('each way of being refused has its own code and says what to try', () => {
  it('nobody listens', async () => {
    const { lastError } = await tried(`redis://127.0.0.1:${await freePort()}`);
    expect(lastError).toMatchObject({ code: 'redis_refused' });
    expect(lastError?.message).toMatch(/Start Redis there/);
  });

  it('no such socket', async () => {
    expect((await tried('unix:///nowhere/redis.sock')).lastError?.code).toBe('redis_refused');
  });

  it('an unknown host', async () => {
    expect((await tried('redis://no-such-host.invalid')).lastError?.code).toBe('redis_unknown_host');
  });

  it('a server that accepts and says nothing', async () => {
    const silent = createTcpServer((socket) => socket.resume().on('error', () => {}));
    const port = await listening(silent);
    const { lastError, manager } = await tried(`redis://127.0.0.1:${port}`);
    expect(lastError?.code).toBe('redis_timeout');
    await manager.shutdown();
  });

  it('a server that speaks HTTP', async () => {
    const port = await listening(createServer());
    const { lastError } = await tried(`redis://127.0.0.1:${port}`);
    expect(lastError?.code).toBe('redis_wrong_server');
    expect(lastError?.message).toMatch(/is not a Redis/);
  });

  it('nodes of a cluster of which none is one: as for a single server', async () => {
    const tell = async (nodes: string) => (await tried(`redis+cluster://${nodes}`)).lastError?.code;
    expect(await tell(`127.0.0.1:${await freePort()}`)).toBe('redis_refused');
    expect(await tell('no-such-host.invalid')).toBe('redis_unknown_host');
    const { lastError } = await tried(`redis+cluster://127.0.0.1:${await listening(createServer())}`);
    expect(lastError?.message).toMatch(/is not a Redis/);
  });

  it('a server that hangs up', async () => {
    const port = await listening(createTcpServer((socket) => socket.resume().end()));
    expect((await tried(`redis://127.0.0.1:${port}`)).lastError?.code).toBe('redis_wrong_server');
  });

  it('a server that hung up while it was starting is not taken for anything else, nor waited for', async () => {
    let connections = 0;
    const starting = createTcpServer((socket) => {
      connections += 1;
      socket.on('error', () => {});
      if (connections === 1) socket.resume().end();
      else socket.on('data', () => socket.end('+PONG\r\n'));
    });
    const { lastError } = await tried(`redis://127.0.0.1:${await listening(starting)}`);
    expect(lastError?.message).toMatch(/closed the connection at once/);
    expect(connections, 'one to connect, one to ask').toBe(2);
  });

  it('a Sentinel instead of a server with data', async () => {
    const primary = await server();
    const port = await freePort();
    const sentinel = await server({
      port,
      args: ['--sentinel', '--sentinel', 'monitor', 'one', '127.0.0.1', String(primary.port), '1'],
    });
    const { lastError } = await tried(sentinel.url);
    expect(lastError?.code).toBe('redis_wrong_server');
    expect(lastError?.message).toContain('Sentinel');
  });

  it('a missing, a wrong and a right password; none is ever shown', async () => {
    const redis = await server({ args: ['--requirepass', PASSWORD] });
    expect((await tried(redis.url)).lastError?.code).toBe('redis_auth');
    const wrong = await tried(withAuth(redis.url, '', `${PASSWORD}2`));
    expect(wrong.lastError?.code).toBe('redis_auth');
    expect(JSON.stringify(wrong.lastError)).not.toContain(PASSWORD);
    expect((await tried(withAuth(redis.url, '', PASSWORD))).status).toBe('ready');
  });

  it('a Redis user without a permission, who is connected all the same', async () => {
    const redis = await server({ args: ['--user', 'reader', 'on', '>pw', '~*', '-@all', '+get'] });
    const { status, server: facts, manager } = await tried(withAuth(redis.url, 'reader', 'pw'));
    expect({ status, facts }).toEqual({ status: 'ready', facts: null });
    await expect(manager.store.command(['SET', 'a', 1])).rejects.toMatchObject({
      code: 'redis_no_permission',
      message: expect.stringMatching(/'set' command.*ACL SETUSER/) as string,
    });
    expect((await manager.healthCheck()).status).toBe('ready');
  });

  it('no room for another client', async () => {
    const redis = await server({ args: ['--maxclients', '1'] });
    expect((await tried(redis.url)).status).toBe('ready');
    expect((await tried(redis.url)).lastError?.code).toBe('redis_refused');
  });

  it('a disk that Redis cannot write', async () => {
    const redis = await server({ args: ['--save', '1 1'] });
    const { manager } = await tried(redis.url);
    const [, directory] = (await manager.store.command(['CONFIG', 'GET', 'dir'])) as [string, string];
    rmSync(directory, { recursive: true });
    await manager.store.command(['SET', 'a', 1]);
    await manager.store.command(['BGSAVE']);
    await expect(
      (async () => {
        for (;;) await manager.store.command(['SET', 'a', 1]);
      })(),
    ).rejects.toMatchObject({ code: 'redis_disk' });
    // Such a Redis refuses even PING, and is there all the same.
    expect((await manager.healthCheck()).status).toBe('ready');
    expect(await manager.store.command(['GET', 'a'])).toBe('1');
    expect((await tried(redis.url)).status).toBe('ready');
  });
});

describe('an encrypted connection', () => {
  const certificates = makeCertificates();
  afterAll(() => certificates.remove());

  async function tlsServer(): Promise<{ redis: TestRedis; port: number }> {
    const port = await freePort();
    const redis = await server({
      args: [
        ...['--tls-port', String(port), '--tls-auth-clients', 'no'],
        ...['--tls-cert-file', certificates.certFile, '--tls-key-file', certificates.keyFile],
        ...['--tls-ca-cert-file', certificates.certFile],
      ],
    });
    return { redis, port };
  }

  it('is made where the certificate is trusted', async () => {
    const { port } = await tlsServer();
    const target = { ...parseRedisUrl(`rediss://localhost:${port}`), tls: { ca: certificates.cert } };
    const { status, manager } = await tried(target);
    expect(status).toBe('ready');
    expect(await manager.store.command(['PING'])).toBe('PONG');
  });

  it('is refused where it is not', async () => {
    const { port } = await tlsServer();
    expect((await tried(`rediss://localhost:${port}`)).lastError?.code).toBe('redis_tls');
  });

  it('is refused for another name', async () => {
    const { port } = await tlsServer();
    const target = {
      ...parseRedisUrl(`rediss://localhost:${port}`),
      tls: { ca: certificates.cert, serverName: 'elsewhere.example' },
    };
    expect((await tried(target)).lastError?.code).toBe('redis_tls');
  });

  it('is told apart from a plain one, both ways', async () => {
    const { redis, port } = await tlsServer();
    expect((await tried(`rediss://localhost:${redis.port}`)).lastError?.code).toBe('redis_tls');
    const plain = await tried(`redis://localhost:${port}`);
    expect(plain.lastError?.code).toBe('redis_tls');
    expect(plain.lastError?.message).toContain('rediss://');
  });
});
