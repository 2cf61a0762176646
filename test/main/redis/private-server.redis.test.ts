import { existsSync, mkdtempSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findServer, type PrivateServer, startPrivateServer } from '../../../src/main/redis/private-server';
import { freePort, startRedisServer, type TestRedis } from '../../support/redis-server';
import { isAlive } from '../../support/other-process';

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

async function testRedis(...options: Parameters<typeof startRedisServer>): Promise<TestRedis> {
  const server = await startRedisServer(...options);
  stops.push(() => server.stop());
  return server;
}

/** What the server at an address answers to PING; null while nobody accepts. */
function ping(address: { port: number; host: string } | { path: string }): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect(address, () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      resolve(data.toString().trim());
      socket.destroy();
    });
    socket.once('error', () => resolve(null));
  });
}

describe('a private server', () => {
  it('answers on its port as soon as it is started', async () => {
    const server = await testRedis();
    expect(await ping({ host: '127.0.0.1', port: server.port })).toBe('+PONG');
  });

  it('listens on a socket that only its owner can reach', async () => {
    const server = await testRedis({ unixSocket: true });
    expect(await ping({ path: server.socket ?? '' })).toBe('+PONG');
  });

  it('is gone with its directory after stop, also when it hangs', async () => {
    const server = await testRedis({ unixSocket: true });
    server.pause();
    await server.stop();
    expect(isAlive(server.pid)).toBe(false);
    expect(existsSync(join(server.socket ?? '', '..'))).toBe(false);
  });

  it('returns at the same address after a crash', async () => {
    const server = await testRedis();
    await server.kill();
    expect(await ping({ host: '127.0.0.1', port: server.port })).toBeNull();
    await server.restart();
    expect(await ping({ host: '127.0.0.1', port: server.port })).toBe('+PONG');
  });

  it('says in one line why it did not start', async () => {
    const server = await testRedis();
    await expect(startRedisServer({ port: server.port })).rejects.toThrow(/^[^\n]*Failed listening[^\n]*$/);
    await expect(startRedisServer({ args: ['--maxmemory', 'much'] })).rejects.toThrow(/maxmemory/);
  });

  it('passes the system’s error on when its directory cannot be written', async () => {
    const installed = findServer(process.env['PATH']);
    if (!installed) throw new Error('no server on the PATH');
    const start = startPrivateServer({
      server: installed,
      directory: '/dev/null/switchboard',
      listen: { port: await freePort() },
    });
    await expect(start).rejects.toMatchObject({ code: 'ENOTDIR' });
  });

  it('asks for its password where one is set', async () => {
    const installed = findServer(process.env['PATH']);
    if (!installed) throw new Error('no server on the PATH');
    const port = await freePort();
    const server: PrivateServer = await startPrivateServer({
      server: installed,
      directory: mkdtempSync(join(tmpdir(), 'switchboard-test-')),
      listen: { port },
      password: 'kept-from-others',
    });
    stops.push(() => server.stop());
    expect(await ping({ host: '127.0.0.1', port })).toMatch(/^-NOAUTH/);
  });
});

describe('findServer', () => {
  it('finds nothing on an empty or unset PATH', () => {
    expect(findServer('')).toBeNull();
    expect(findServer(undefined)).toBeNull();
    expect(findServer('/nowhere')).toBeNull();
  });
});
