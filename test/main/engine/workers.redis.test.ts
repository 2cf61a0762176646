import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../src/main/engine/engine';
import { Workers } from '../../../src/main/engine/workers';
import { silentLogger } from '../../../src/main/lib/log';
import { STORE_KINDS, startStore, type TestStore } from '../../support/store';
import { until } from '../../support/until';

describe.each(STORE_KINDS)('workers on %s', (kind) => {
  let redis: TestStore;
  const running: Workers[] = [];
  beforeAll(async () => {
    redis = await startStore(kind);
  });
  beforeEach(() => redis.flush());
  afterEach(async () => {
    await Promise.all(running.splice(0).map((workers) => workers.stop()));
  });
  afterAll(() => redis.stop());

  /** A process of the service. */
  function process(pool: string, everyMs: number | undefined = 20): Engine {
    const engine = new Engine({ store: redis.store, log: silentLogger });
    const workers = new Workers({ engine, log: silentLogger, ...(everyMs !== undefined && { everyMs }) });
    running.push(workers);
    workers.start(pool);
    return engine;
  }
  async function queueTwo(
    pool: string,
    through = new Engine({ store: redis.store, log: silentLogger }),
  ): Promise<void> {
    const { machine } = through.pool(pool);
    await machine.startMatching('a');
    await machine.startMatching('b');
  }
  const paired = async (engine: Engine, pool: string) =>
    (await engine.pool(pool).states.getUserCountInState('CONNECTING')) === 2;

  it('pair in their own pool and, for the default one, in every pool that others begin to use', async () => {
    const engine = process('default');
    await queueTwo('default');
    await queueTwo('eu');
    await until(() => paired(engine, 'default'));
    await until(() => paired(engine, 'eu'));
  });

  it('begin at once with a pool that this process begins to use', async () => {
    const engine = process('default', 3_600_000);
    await queueTwo('eu', engine);
    await until(() => paired(engine, 'eu'));
  });

  it('leave other pools alone when they were given one', async () => {
    const engine = process('eu');
    await queueTwo('default');
    await queueTwo('us');
    await queueTwo('eu');
    await until(() => paired(engine, 'eu'));
    expect(await paired(engine, 'default')).toBe(false);
    expect(await paired(engine, 'us')).toBe(false);
    expect(engine.pool('default').matcher.metrics.rounds).toBe(0);
  });

  it('sweep on: what one process leaves when it is killed, another one settles', async () => {
    const engine = process('default');
    await redis.client.zadd('matching:disconnecting', Date.now() - 60_000, 'left-behind');
    await running[0]?.stop();
    process('default');
    await until(async () => await engine.pool().states.isUserInState('left-behind', 'IDLE'));
  });
});
