import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningCommand, runCommand } from '../support/command';
import { isAlive } from '../support/other-process';
import { freePort, startRedisServer, type TestRedis } from '../support/redis-server';
import { until } from '../support/until';

const cleanups: (() => unknown)[] = [];

/** Builds the bundles where that is needed, so that no test's time includes it. */
beforeAll(async () => {
  const build = runCommand(['--help']);
  expect(await build.ended).toBe(0);
  await build.remove();
}, 180_000);

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function run(args: readonly string[], env?: Record<string, string>): RunningCommand {
  const command = runCommand(args, env);
  cleanups.push(() => command.remove());
  return command;
}

function serve(...args: string[]): RunningCommand {
  return run(['--browser', '--no-open', '--port', '0', ...args]);
}

async function server(...options: Parameters<typeof startRedisServer>): Promise<TestRedis> {
  const redis = await startRedisServer(...options);
  cleanups.push(() => redis.stop());
  return redis;
}

/** Lets a server of the test's own listen. @returns its port */
async function listen(other: Server): Promise<number> {
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => other.close());
  return (other.address() as AddressInfo).port;
}

function expectNoStackTrace(command: RunningCommand): void {
  expect(command.stderr() + command.stdout()).not.toMatch(/^\s+at .*:\d+/m);
}

describe('asking wrongly', () => {
  it('reports every fault at once, each in a line with its name, its value and what is allowed', async () => {
    const command = run(['--port', 'seventy', '--role', 'boss', '--fast'], { REDIS_MAX_RETRIES: '-1' });
    expect(await command.ended).toBe(2);
    const lines = command.stderr().trim().split('\n').sort();
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/--fast.*no such flag/);
    expect(lines[1]).toMatch(/--port.*seventy.*0 to 65535/);
    expect(lines[2]).toMatch(/--role.*boss.*viewer, operator or admin/);
    expect(lines[3]).toMatch(/REDIS_MAX_RETRIES.*-1.*0 to 1000/);
    expectNoStackTrace(command);
  });

  it('refuses a malformed address of a Redis without repeating its password', async () => {
    const command = run(['--redis', 'http://me:top-secret@localhost:6379']);
    expect(await command.ended).toBe(2);
    expect(command.stderr()).toMatch(/--redis "http:\/\/\[removed\]@localhost:6379".*redis:\/\//);
    expect(command.stderr()).not.toContain('top-secret');
    expectNoStackTrace(command);
  });

  it('answers --help on standard output', async () => {
    const command = run(['--help']);
    expect(await command.ended).toBe(0);
    expect(command.stdout()).toContain('--redis URL');
    expect(command.stderr()).toBe('');
  });
});

describe('on a machine with a display', () => {
  /** A runtime that is only a script; as root Electron needs its sandbox off. */
  function withRuntime(script: string): Record<string, string> {
    const folder = mkdtempSync(join(tmpdir(), 'switchboard-runtime-'));
    cleanups.push(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'electron'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return { DISPLAY: ':99', ELECTRON_DISABLE_SANDBOX: '1', ELECTRON_OVERRIDE_DIST_PATH: folder };
  }

  it('hands its flags to the desktop runtime and ends as that does', async () => {
    const command = run(['--role', 'viewer'], withRuntime('echo "window $# $2 $3"; exec sleep 9'));
    await until(() => command.stdout() === 'window 3 --role viewer\n');
    command.signal('SIGTERM');
    expect(await command.ended).toBe(0);
    expect(command.stderr()).toBe('');
  });

  it('serves a browser where the runtime cannot run, and says so in one line', async () => {
    const command = run(['--no-open', '--port', '0'], withRuntime('exit 127'));
    await command.ready();
    expect(command.stderr()).toBe(
      'No desktop window: the desktop runtime ended with code 127. Serving the console to a browser instead.\n',
    );
  });

  /** A machine without a runtime, whose downloads come from a mirror that is this test's own. */
  function withMirror(port: number): Record<string, string> {
    const nothing = mkdtempSync(join(tmpdir(), 'switchboard-runtime-'));
    cleanups.push(() => rmSync(nothing, { recursive: true }));
    return {
      DISPLAY: ':99',
      ELECTRON_DISABLE_SANDBOX: '1',
      ELECTRON_OVERRIDE_DIST_PATH: nothing,
      ELECTRON_MIRROR: `http://127.0.0.1:${port}/`,
    };
  }

  it('serves a browser where the runtime cannot be downloaded', async () => {
    const command = run(['--no-open', '--port', '0'], withMirror(await freePort()));
    await command.ready();
    expect(command.stderr()).toMatch(
      /^Fetching the desktop runtime.*\nNo desktop window: .*could not be downloaded\./,
    );
  });

  it('waits no longer than fifteen seconds for a download that does not come', async () => {
    const silent = createTcpServer((socket) => socket.resume().on('error', () => {}));
    const port = await listen(silent);
    const started = performance.now();
    const command = run(['--no-open', '--port', '0'], withMirror(port));
    await until(() => command.stderr().includes('No desktop window'), { timeoutMs: 60_000 });
    expect(performance.now() - started).toBeLessThan(15_000);
    expect(command.stderr()).toMatch(/still being downloaded; the window opens from the next start on/);
    await command.ready();
    // Ending the console ends the download.
    command.signal('SIGTERM');
    expect(await command.ended).toBe(0);
  });

  it('downloads nothing where that is forbidden', async () => {
    const env = { ...withMirror(await freePort()), ELECTRON_SKIP_BINARY_DOWNLOAD: '1' };
    const command = run(['--no-open', '--port', '0'], env);
    await command.ready();
    expect(command.stderr()).toMatch(/^No desktop window: .*ELECTRON_SKIP_BINARY_DOWNLOAD is set\./);
  });

  it('checks the flags before it opens anything', async () => {
    const command = run(['--port', 'x'], withRuntime('echo opened'));
    expect(await command.ended).toBe(2);
    expect(command.stdout()).toBe('');
  });
});

describe('without a Redis named', () => {
  it('says in one line why there is no window, and is ready on its own store', async () => {
    const command = run(['--no-open', '--port', '0']);
    const address = await command.ready();
    expect(command.stderr()).toMatch(/^No desktop window: there is no display\..*\n$/);
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=\S+$/);
    expect(command.stdout()).toBe(`Switchboard ready: ${address}\n`);
    const page = await fetch(address);
    expect(page.status).toBe(200);
  });

  it('is ready without any server on the PATH', async () => {
    const command = run(['--browser', '--no-open', '--port', '0'], { PATH: '/nowhere' });
    await command.ready();
    expect(command.leftovers()).toEqual([]);
  });

  it('says what to do about a temporary directory that cannot be written', async () => {
    const command = run(['--browser', '--no-open', '--port', '0'], { TMPDIR: '/dev/null' });
    expect(await command.ended).toBe(1);
    expect(command.stderr()).toMatch(/^[^\n]*\/dev\/null[^\n]*TMPDIR[^\n]*\n$/);
    expectNoStackTrace(command);
  });
});

describe('with a Redis that cannot be used', () => {
  async function whatItSays(url: string): Promise<string> {
    const command = serve('--redis', url);
    await command.ready();
    expectNoStackTrace(command);
    return command.stderr();
  }

  it('starts all the same, and says that nobody listens there', async () => {
    expect(await whatItSays(`redis://127.0.0.1:${await freePort()}`)).toMatch(/^Nothing is listening at/m);
  });

  it('starts all the same, and says that the password is wrong, without showing it', async () => {
    const redis = await server({ args: ['--requirepass', 'right'] });
    const said = await whatItSays(redis.url.replace('://', '://:wrong-one@'));
    expect(said).toMatch(/did not accept the user name or password/);
    expect(said).not.toContain('wrong-one');
  });

  it('starts all the same, and says that this is no Redis', async () => {
    const port = await listen(createServer());
    expect(await whatItSays(`redis://127.0.0.1:${port}`)).toMatch(/is not a Redis/);
  });
});

describe('a port that is in use', () => {
  it('is named, with what to do, and the store is not left behind', async () => {
    const port = await listen(createServer());
    const command = run(['--browser', '--no-open', '--port', String(port)]);
    expect(await command.ended).toBe(1);
    expect(command.stderr()).toMatch(
      new RegExp(`^Port ${port} of 127\\.0\\.0\\.1 is in use\\..*--port.*\\n$`),
    );
    expect(command.leftovers()).toEqual([]);
  });
});

describe('a terminal that was closed', () => {
  it('does not end the console that was started in it', async () => {
    const command = run(['--browser', '--no-open', '--port', '0'], { SWITCHBOARD_LOG: 'trace' });
    const address = await command.ready();
    command.deafen();
    for (let visit = 0; visit < 5; visit += 1) expect((await fetch(address)).status).toBeLessThan(500);
    command.signal('SIGTERM');
    expect(await command.ended).toBe(0);
  });
});

describe('the end', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'comes within two seconds of %s, and nothing stays',
    async (name) => {
      const command = serve();
      const address = await command.ready();
      expect(command.leftovers()).toHaveLength(1);
      // A browser that keeps its connection open does not hold it up.
      await fetch(address);
      const asked = performance.now();
      command.signal(name);
      expect(await command.ended).toBe(0);
      expect(performance.now() - asked).toBeLessThan(2_000);
      expect(command.leftovers()).toEqual([]);
      expectNoStackTrace(command);
    },
  );

  it('leaves a Redis alone that somebody else started', async () => {
    const redis = await server();
    const command = serve('--redis', redis.url);
    await command.ready();
    command.signal('SIGTERM');
    expect(await command.ended).toBe(0);
    expect(isAlive(redis.pid)).toBe(true);
  });

  it('takes the private store along also when the console is killed', async () => {
    const command = serve();
    await command.ready();
    expect(command.leftovers()).toHaveLength(1);
    command.signal('SIGKILL');
    await command.ended;
    await until(() => command.leftovers().length === 0);
  });
});
