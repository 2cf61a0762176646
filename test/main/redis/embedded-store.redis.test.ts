import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/main/lib/log';
import {
  type EmbeddedStore,
  type EmbeddedStoreOptions,
  startEmbeddedStore,
} from '../../../src/main/redis/embedded-store';
import { forkChild, type ServerChild, type StartChild } from '../../../src/main/redis/memory-server-child';
import type { StoreFate } from '../../../src/main/redis/revived-server';
import type { RedisTarget, ServerTarget } from '../../../src/main/redis/target';
import { buildProgram, type BuiltProgram } from '../../support/built-program';
import { isAlive, runInOtherProcess } from '../../support/other-process';
import { manage } from '../../support/redis-manager';
import { until } from '../../support/until';

let memoryServer: BuiltProgram;
const cleanups: (() => unknown)[] = [];

beforeAll(async () => {
  memoryServer = await buildProgram('src/main/redis/memory-server-process.ts');
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});
afterAll(() => memoryServer.remove());

async function embedded(options: Partial<EmbeddedStoreOptions> = {}): Promise<EmbeddedStore> {
  const store = await startEmbeddedStore({
    log: silentLogger,
    memoryServerProgram: memoryServer.file,
    ...options,
  });
  cleanups.push(() => store.stop());
  return store;
}

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'switchboard-test-'));
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Answers a command on the store, through the product's own connection. */
async function ask(target: RedisTarget, ...command: [string, ...(string | number)[]]): Promise<unknown> {
  const manager = manage('redis://unused', { target });
  cleanups.push(() => manager.shutdown());
  await manager.start();
  return manager.store.command(command);
}

function accepts({ endpoint }: ServerTarget): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(endpoint.kind === 'tcp' ? endpoint : { path: endpoint.path });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

describe('the embedded store with a server on the PATH', () => {
  it('is a real server on a private socket, which keeps nothing', async () => {
    const store = await embedded();
    expect(store).toMatchObject({
      kind: 'redis-server',
      maxUsers: 20_000,
      target: { endpoint: { kind: 'socket' } },
    });
    expect(await ask(store.target, 'PING')).toBe('PONG');
    expect(await ask(store.target, 'CONFIG', 'GET', 'save')).toEqual(['save', '']);
    expect(await ask(store.target, 'CONFIG', 'GET', 'appendonly')).toEqual(['appendonly', 'no']);
  });

  it('is gone after stop, with its directory', async () => {
    const temporaryDirectory = temporary();
    const store = await embedded({ temporaryDirectory });
    expect(readdirSync(temporaryDirectory)).toHaveLength(1);
    await store.stop();
    expect(readdirSync(temporaryDirectory)).toEqual([]);
  });

  it('uses a port with a password where the path is too long for a socket', async () => {
    const long = join(temporary(), 'x'.repeat(100));
    mkdirSync(long);
    const { target } = await embedded({ temporaryDirectory: long });
    expect(target.endpoint).toMatchObject({ kind: 'tcp', host: '127.0.0.1' });
    expect(await ask(target, 'PING')).toBe('PONG');
    const { password: _, ...withoutPassword } = target;
    await expect(ask(withoutPassword, 'PING')).rejects.toMatchObject({ code: 'redis_away' });
  });

  it('says in one sentence that its directory cannot be written', async () => {
    const file = join(temporary(), 'file');
    writeFileSync(file, '');
    await expect(embedded({ temporaryDirectory: file })).rejects.toMatchObject({
      code: 'redis_disk',
      message: expect.stringMatching(/^[^\n]*ENOTDIR[^\n]*TMPDIR[^\n]*$/) as string,
    });
  });

  it('comes back empty at the same address after a drill', async () => {
    const store = await embedded();
    let ended = false;
    void store.ended.then(() => (ended = true));
    const manager = manage('redis://unused', { target: store.target });
    cleanups.push(() => manager.shutdown());
    await manager.start();
    await manager.store.command(['SET', 'before', '1']);
    await store.drill?.restart();
    await until(() => manager.getHealth().status === 'ready');
    await until(async () => (await ask(store.target, 'DBSIZE')) === 0);
    expect(ended).toBe(false);
    await store.stop();
    await store.ended;
  });

  it('comes back by itself after a crash, and is given up when it crashes again and again', async () => {
    const store = await embedded();
    let ended = false;
    void store.ended.then(() => (ended = true));
    const manager = manage('redis://unused', { target: store.target });
    cleanups.push(() => manager.shutdown());
    await manager.start();
    const crash = async () => {
      const info = String(await manager.store.command(['INFO', 'server']));
      const pid = Number(/^process_id:(\d+)/m.exec(info)?.[1]);
      process.kill(pid, 'SIGKILL');
      await until(() => !isAlive(pid));
      return pid;
    };
    for (let crashes = 1; crashes <= 3; crashes += 1) {
      const before = await crash();
      await until(async () => {
        const info = await manager.store.command(['INFO', 'server']).catch(() => '');
        return /process_id:\d+/.test(String(info)) && !String(info).includes(`process_id:${before}\r`);
      });
      expect(ended).toBe(false);
    }
    await crash();
    await store.ended;
  });

  it('stands still for a while, and can be stopped meanwhile', async () => {
    const store = await embedded();
    const paused = store.drill?.pause(300);
    const began = Date.now();
    expect(await ask(store.target, 'PING')).toBe('PONG');
    expect(Date.now() - began).toBeGreaterThan(200);
    await paused;
    const again = store.drill?.pause(60_000);
    await store.stop();
    await again;
  });

  it('gives way to the in-memory store when the server does not start', async () => {
    const folder = temporary();
    writeFileSync(join(folder, 'redis-server'), '#!/bin/sh\necho broken\nexit 1\n', { mode: 0o755 });
    expect((await embedded({ searchPath: folder })).kind).toBe('in-memory');
  });
});

describe('the embedded store without a server on the PATH', () => {
  it('is the in-memory one, for fewer people, on this machine only and with a password', async () => {
    const store = await embedded({ searchPath: '' });
    expect(store).toMatchObject({
      kind: 'in-memory',
      drill: null,
      maxUsers: 120,
      target: { endpoint: { host: '127.0.0.1' } },
    });
    expect(await ask(store.target, 'EVAL', "return redis.call('INCR', KEYS[1])", 1, 'n')).toBe(1);
    const { password: _, ...withoutPassword } = store.target;
    await expect(ask(withoutPassword, 'PING')).rejects.toMatchObject({ code: 'redis_away' });
  });

  it('comes back by itself at the same address after a crash, empty, and says so', async () => {
    let child: ServerChild | null = null;
    const startChild: StartChild = async (program, env) => (child = await forkChild(program, env));
    const store = await embedded({ searchPath: '', startChild });
    const fates: StoreFate[] = [];
    store.onFate((fate) => fates.push(fate));
    const manager = manage('redis://unused', { target: store.target });
    cleanups.push(() => manager.shutdown());
    await manager.start();
    for (let crashes = 1; crashes <= 2; crashes += 1) {
      await manager.store.command(['SET', 'before', crashes]);
      const killed = child as ServerChild | null;
      killed?.kill();
      await until(() => fates.length === crashes, { timeoutMs: 15_000 });
      await until(() => manager.getHealth().status === 'ready', { timeoutMs: 15_000 });
      await until(async () => (await manager.store.command(['DBSIZE']).catch(() => -1)) === 0);
    }
    expect(fates.at(-1)).toMatchObject({ restarts: 2, endedForGood: false });
    const last = child as ServerChild | null;
    await store.stop();
    await store.ended;
    expect(await accepts(store.target)).toBe(false);
    expect(child).toBe(last); // what was told to end is not started anew
  });

  it('is gone after stop', async () => {
    const store = await embedded({ searchPath: '' });
    await store.stop();
    await store.ended;
    expect(await accepts(store.target)).toBe(false);
  });

  it('says what to do when not even that starts', async () => {
    await expect(embedded({ searchPath: '', memoryServerProgram: '/nowhere.js' })).rejects.toMatchObject({
      code: 'redis_failed',
      message: expect.stringContaining('--redis') as string,
    });
  });
});

describe.each([
  { kind: 'redis-server', searchPath: process.env['PATH'] ?? '' },
  { kind: 'in-memory', searchPath: '' },
])('a console that is killed ($kind)', ({ kind, searchPath }) => {
  it('takes its store with it, although no code runs', async () => {
    const owner = await runInOtherProcess('test/support/server-owner.ts', [memoryServer.file, searchPath]);
    cleanups.push(() => owner.killHard());
    await until(() => owner.output().endsWith('\n'));
    const said = JSON.parse(owner.output()) as { kind: string; target: ServerTarget };
    expect(said.kind).toBe(kind);
    expect(await accepts(said.target)).toBe(true);
    owner.killHard();
    await until(async () => !(await accepts(said.target)));
    const { endpoint } = said.target;
    if (endpoint.kind === 'socket') await until(() => !existsSync(dirname(endpoint.path)));
  });
});
