import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionManagerOptions } from '../../../src/main/redis/connection-manager';
import { describeTarget, parseRedisUrl, type RedisTarget } from '../../../src/main/redis/target';
import { manage, untilStatus } from '../../support/redis-manager';
import { freePort } from '../../support/redis-server';
import { startSentinels, type TestSentinels } from '../../support/redis-sentinel';
import { until } from '../../support/until';

describe('a primary under three Sentinels', () => {
  let world: TestSentinels;
  const managers: ReturnType<typeof manage>[] = [];

  const connect = (target: RedisTarget, options: Partial<ConnectionManagerOptions> = {}) => {
    const manager = manage('redis://unused', { target, ...options });
    managers.push(manager);
    return manager;
  };
  const sentinelsAs = (change: object): RedisTarget => ({
    ...world.target,
    endpoint: { ...world.target.endpoint, ...change },
  });
  /** Why one attempt failed. */
  const refusal = async (target: RedisTarget) =>
    (await connect(target, { maxAttempts: 0 }).start()).lastError;

  beforeAll(async () => {
    world = await startSentinels();
  }, 60_000);
  afterAll(async () => {
    await Promise.all(managers.map((manager) => manager.shutdown()));
    await world.stop();
  });

  it('is found through them, and called by its kind', async () => {
    const health = await connect(world.target).start();
    expect(health).toMatchObject({ status: 'ready', server: { topology: 'sentinel' } });
  });

  it('is found by one address that names the Sentinels and it', async () => {
    const address = describeTarget(world.target);
    expect(address).toMatch(
      /^redis\+sentinel:\/\/127\.0\.0\.1:\d+,127\.0\.0\.1:\d+,127\.0\.0\.1:\d+\/matching$/,
    );
    const health = await connect(parseRedisUrl(address)).start();
    expect(health).toMatchObject({ status: 'ready', server: { topology: 'sentinel' } });
  });

  it('is found by the Sentinels that answer, whichever do not', async () => {
    const { endpoint } = world.target;
    if (endpoint.kind !== 'sentinel') throw new Error('unexpected');
    const sentinels = [{ host: '127.0.0.1', port: await freePort() }, ...endpoint.sentinels];
    expect((await connect(sentinelsAs({ sentinels })).start()).status).toBe('ready');
  });

  it('has a diagnosis for each way of not being found', async () => {
    const nobody = [
      { host: '127.0.0.1', port: await freePort() },
      { host: '127.0.0.1', port: await freePort() },
    ];
    expect(await refusal(sentinelsAs({ sentinels: nobody }))).toMatchObject({
      code: 'redis_refused',
      message: expect.stringMatching(/^None of the 2 Sentinels could help: Nothing is listening/) as string,
    });
    expect(await refusal(sentinelsAs({ primary: 'other' }))).toMatchObject({
      code: 'redis_wrong_server',
      message: expect.stringMatching(/does not know a primary named "other": it watches matching/) as string,
    });
    const server = [{ host: '127.0.0.1', port: world.primary.port }];
    expect(await refusal(sentinelsAs({ sentinels: server }))).toMatchObject({
      code: 'redis_wrong_server',
      message: expect.stringMatching(/is a Redis and not a Sentinel/) as string,
    });
  });

  it('is followed through a failover, with nothing sent twice and nothing acknowledged that was not written', async () => {
    const manager = connect(world.target);
    await manager.start();
    await manager.store.command(['SET', 'before', 'kept']);
    const inStep = async () => Number(await manager.store.command(['WAIT', 1, 100])) === 1;
    await until(inStep, { timeoutMs: 20_000, what: 'the replica has it' });

    await world.primary.kill();
    await untilStatus(manager, 'reconnecting');
    await expect(manager.store.command(['SET', 'meanwhile', 1])).rejects.toMatchObject({
      code: 'redis_away',
    });
    const codes = new Set<string>();
    const stop = manager.onHealth(({ lastError }) => lastError && codes.add(lastError.code));
    await untilStatus(manager, 'ready', 30_000);
    stop();

    expect(codes).toContain('redis_failover');
    expect(await manager.store.command(['GET', 'before'])).toBe('kept');
    await until(async () => (await manager.store.command(['SET', 'after', 1]).catch(() => null)) === 'OK', {
      timeoutMs: 10_000,
      what: 'the new primary takes changes',
    });
    expect(await manager.store.command(['GET', 'meanwhile'])).toBeNull();
  }, 60_000);
});
