import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Matcher, type MatcherOptions } from '../../../src/main/engine/matcher';
import { testContext } from '../../support/engine';
import { STORE_KINDS, startStore, type TestStore } from '../../support/store';
import { until } from '../../support/until';

const NOW = 1_800_000_000_000;

describe.each(STORE_KINDS)('Matcher on %s', (kind) => {
  let redis: TestStore;
  const started: Matcher[] = [];
  beforeAll(async () => {
    redis = await startStore(kind);
  });
  beforeEach(() => redis.flush());
  afterEach(async () => {
    await Promise.all(started.splice(0).map((matcher) => matcher.stop()));
  });
  afterAll(() => redis.stop());

  function matcher(options: Partial<MatcherOptions> = {}): Matcher {
    const made = new Matcher(testContext(redis.store), options);
    started.push(made);
    return made;
  }
  async function queue(...ids: string[]) {
    for (const [index, id] of ids.entries())
      await redis.client.zadd('matching:waiting', NOW - 100_000 + index, id);
  }
  const waiting = () => redis.client.zcard('matching:waiting');

  it('pairs the longest waiting first', async () => {
    await queue('a', 'b', 'c');
    const round = await matcher().matchOnce({ now: NOW });
    expect(round.pairs).toEqual([['a', 'b']]);
    expect(await redis.client.zrange('matching:waiting', 0, '-1')).toEqual(['c']);
  });

  it('passes over couples that a cooldown keeps apart, and counts them', async () => {
    await queue('a', 'b', 'c', 'd');
    await redis.client.set('cooldown:a:b', '1');
    const one = matcher();
    const round = await one.matchOnce({ now: NOW });
    expect(round.pairs).toEqual([
      ['a', 'c'],
      ['b', 'd'],
    ]);
    expect(one.metrics).toMatchObject({ rounds: 1, pairs: 2, passedOver: 1, failures: 0 });
  });

  it('goes on round after round while more can be paired', async () => {
    await queue(...Array.from({ length: 41 }, (_, index) => `u${index}`));
    const one = matcher({ pairsPerRound: 4, everyMs: 3_600_000 });
    one.start();
    await until(async () => (await waiting()) === 1);
    await one.stop();
    expect(one.metrics.pairs).toBe(20);
    expect(one.metrics.rounds).toBeGreaterThanOrEqual(5);
    expect(one.metrics.running).toBe(false);
  });

  it('works at once when somebody entered the queue, without waiting for its timer', async () => {
    const one = matcher({ everyMs: 3_600_000 });
    one.start();
    await until(() => one.metrics.rounds === 1);
    await queue('a', 'b');
    for (let nudges = 0; nudges < 100; nudges += 1) one.nudge();
    await until(async () => (await waiting()) === 0);
    await one.stop();
    // A hundred nudges at once are one reason to look, not a hundred.
    expect(one.metrics.rounds).toBeLessThanOrEqual(3);
  });

  it('pairs nobody twice when many work at once', async () => {
    const ids = Array.from({ length: 60 }, (_, index) => `u${index}`);
    await queue(...ids);
    const many = Array.from({ length: 4 }, () => matcher({ pairsPerRound: 3 }));
    for (const one of many) one.start();
    await until(async () => (await waiting()) === 0);
    await Promise.all(many.map((one) => one.stop()));
    expect(many.reduce((sum, one) => sum + one.metrics.pairs, 0)).toBe(30);
    for (const id of ids) {
      const partner = await redis.client.hget(`user:${id}`, 'matchedWith');
      expect(await redis.client.hget(`user:${partner ?? ''}`, 'matchedWith')).toBe(id);
    }
  });

  it('outlives failures and goes on when Redis can be used again', async () => {
    await redis.client.set('matching:waiting', 'of the wrong type');
    const one = matcher({ everyMs: 20 });
    one.start();
    await until(() => one.metrics.failures > 1);
    await redis.client.del('matching:waiting');
    await queue('a', 'b');
    await until(async () => (await redis.client.zcard('matching:connecting')) === 2);
  });
});
