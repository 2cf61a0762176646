import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Engine } from '../../../src/main/engine/engine';
import { silentLogger } from '../../../src/main/lib/log';
import { STORE_KINDS, startStore, type TestStore } from '../../support/store';
import { until } from '../../support/until';

describe.each(STORE_KINDS)('pools on %s', (kind) => {
  let redis: TestStore;
  let engine: Engine;
  beforeAll(async () => {
    redis = await startStore(kind);
  });
  beforeEach(async () => {
    await redis.flush();
    engine = new Engine({ store: redis.store, log: silentLogger });
  });
  afterAll(() => redis.stop());

  it('are known to every process once something moved in them, and not before', async () => {
    expect(await engine.pools()).toEqual(['default']);
    await engine.pool('eu').overview.read();
    expect(await engine.pools()).toEqual(['default']);
    await engine.pool('eu').machine.startMatching('a');
    await engine.pool().machine.startMatching('a');
    const other = new Engine({ store: redis.store, log: silentLogger });
    await until(async () => (await other.pools()).length === 2);
    expect(await other.pools()).toEqual(['default', 'eu']);
  });

  it('of other programs are found by the names of their sets', async () => {
    await redis.client.zadd('{matching:asia}:in_call', 1, 'a');
    await redis.client.zadd('{matching:not a pool}:idle', 1, 'a');
    await redis.client.hset('{matching:eu}:user:b', 'state', 'IDLE');
    for (let index = 0; index < 50; index += 1) await redis.client.set(`matching:noise${index}`, '1');
    expect(await engine.registry.discover()).toEqual(['asia']);
    expect(await engine.pools()).toEqual(['default', 'asia']);
    expect(await redis.client.exists('matching:pools')).toBe(0);
  });

  it('keep their people apart', async () => {
    await engine.pool('eu').machine.startMatching('a');
    await engine.pool('us').machine.startMatching('b');
    await engine.registry.register('eu');
    await engine.registry.register('us');
    const round = await engine.pool('eu').matcher.matchOnce();
    expect(round.pairs).toEqual([]);
    const overviews = await engine.overviews();
    expect(overviews.map(({ pool, states }) => [pool, states.WAITING.count])).toEqual([
      ['default', 0],
      ['eu', 1],
      ['us', 1],
    ]);
  });

  it('shows no name that cannot be a pool', async () => {
    await redis.client.sadd('matching:pools', 'eu', 'Not A Pool', '');
    expect(await engine.pools()).toEqual(['default', 'eu']);
  });
});
