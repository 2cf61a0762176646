import { Redis } from 'ioredis';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningCommand, runCommand } from '../support/command';
import { startRedisServer, type TestRedis } from '../support/redis-server';
import { until } from '../support/until';

describe('users left by a server process that was killed', () => {
  let redis: TestRedis;
  let client: Redis;
  const commands: RunningCommand[] = [];

  /** Builds the bundles where that is needed, so that no test's time includes it. */
  beforeAll(async () => {
    const build = runCommand(['--help']);
    expect(await build.ended).toBe(0);
    await build.remove();
  }, 180_000);

  beforeEach(async () => {
    redis = await startRedisServer();
    client = new Redis(redis.url);
    await leaveTwoBehind();
  });
  afterEach(async () => {
    for (const command of commands.splice(0)) await command.remove();
    client.disconnect();
    await redis.stop();
  });

  async function start(...args: string[]): Promise<string> {
    const command = runCommand(['--port', '0', '--redis', redis.url, ...args]);
    commands.push(command);
    return (await command.ready()).replace(/\/(\?.*)?$/, '');
  }

  const enqueue = (address: string, userId: string) =>
    fetch(`${address}/api/simple-matching/enqueue`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ userId }),
    });
  const isConnecting = async (user: string) => (await client.zscore('matching:connecting', user)) !== null;
  const isWaiting = async (user: string) => (await client.zscore('matching:waiting', user)) !== null;

  /** Two are paired by a process that is killed; then more time passes than a connection may take. */
  async function leaveTwoBehind(): Promise<void> {
    const address = await start('--headless');
    for (const user of ['ann', 'bea']) expect((await enqueue(address, user)).ok).toBe(true);
    await until(() => isConnecting('bea'));
    commands[0]?.signal('SIGKILL');
    await commands[0]?.ended;
    const aMinuteAgo = Date.now() - 60_000;
    await client.zadd('matching:connecting', aMinuteAgo, 'ann', aMinuteAgo, 'bea');
  }

  it('are back in the queue when a process that sweeps is started', async () => {
    await start('--headless');
    await until(async () => (await isWaiting('ann')) && (await isWaiting('bea')));
    expect(await client.zcard('matching:connecting')).toBe(0);
  });

  it('get some time first where that is told', async () => {
    const address = await start('--headless', '--no-clean-up-at-start');
    for (const user of ['cleo', 'dora']) expect((await enqueue(address, user)).ok).toBe(true);
    // By then the workers have begun: they pair at once, and wait with the sweep.
    await until(() => isConnecting('dora'));
    expect(await isConnecting('ann')).toBe(true);
  });

  it.each([
    ['is opened', ['--role', 'admin']],
    ['that may change nothing is told to clean up', ['--clean-up-at-start']],
  ])('stay where they are when a console %s', async (_, args) => {
    await start('--browser', '--no-open', ...args);
    expect(await isConnecting('ann')).toBe(true);
  });

  it('are back in the queue, once, when a console is told to clean up', async () => {
    await start('--browser', '--no-open', '--role', 'admin', '--clean-up-at-start');
    expect(await client.zrange('matching:waiting', 0, '-1')).toEqual(['ann', 'bea']);
    expect(await client.zcard('matching:connecting')).toBe(0);
    const [newest] = await client.xrevrange('matching:journal', '+', '-', 'COUNT', 1);
    expect(newest?.[1].join(' ')).toContain('cause sweep-connecting by sweeper');
  });
});
