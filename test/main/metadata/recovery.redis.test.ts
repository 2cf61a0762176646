import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Engine, type PoolEngine } from '../../../src/main/engine/engine';
import { silentLogger } from '../../../src/main/lib/log';
import { STORE_KINDS, startStore, type TestStore } from '../../support/store';

describe.each(STORE_KINDS)('recovery of metadata on %s', (kind) => {
  let redis: TestStore;
  let engine: PoolEngine;
  beforeAll(async () => {
    redis = await startStore(kind);
    engine = new Engine({ store: redis.store, log: silentLogger }).pool();
  });
  beforeEach(() => redis.flush());
  afterAll(() => redis.stop());

  it('gives metadata to everybody in a state without, and touches nobody else', async () => {
    await engine.machine.arrive('whole');
    await redis.client.zadd('matching:waiting', 5000, 'bare', 6000, 'bare-too');
    const whole = await redis.client.hgetall('user:whole');
    const planned = await engine.recovery.rebuildFromSets({ dryRun: true });
    expect(planned).toMatchObject({ dryRun: true, complete: true, recovered: 2, transactions: [] });
    expect(await redis.client.exists('user:bare')).toBe(0);

    const report = await engine.recovery.rebuildFromSets();
    expect(report.examples.sort()).toEqual(['bare', 'bare-too']);
    expect(await redis.client.hmget('user:bare', 'state', 'lastStateChange')).toEqual(['WAITING', '5000']);
    expect(await redis.client.hgetall('user:whole')).toEqual(whole);
    expect((await engine.recovery.rebuildFromSets()).recovered).toBe(0);
  });

  it('removes metadata of those who are in no state, whether the index knows them or not', async () => {
    await engine.machine.arrive('whole');
    await redis.client.hset('user:known', { state: 'IDLE', createdAt: 1 });
    await redis.client.zadd('matching:heartbeats', 1000, 'known');
    await redis.client.hset('user:unknown', { state: 'IDLE', createdAt: 1 });
    const planned = await engine.recovery.removeOrphans({ dryRun: true });
    expect(planned).toMatchObject({ recovered: 2, transactions: [] });
    expect(await redis.client.exists('user:known', 'user:unknown')).toBe(2);

    const report = await engine.recovery.removeOrphans();
    expect(report.examples.sort()).toEqual(['known', 'unknown']);
    expect(await redis.client.exists('user:known', 'user:unknown')).toBe(0);
    expect(await redis.client.exists('user:whole')).toBe(1);
    for (const transaction of report.transactions) await engine.transitions.rollbackTransaction(transaction);
    expect(await redis.client.exists('user:known', 'user:unknown')).toBe(2);
    expect(await redis.client.zscore('matching:heartbeats', 'known')).toBe('1000');
  });

  it('names who was left as they are, and why', async () => {
    await redis.client.zadd('matching:waiting', 5000, 'bare', 5000, 'torn', 5000, 'damaged');
    await redis.client.zadd('matching:idle', 5000, 'torn');
    await redis.client.set('user:damaged', 'not a hash');
    await redis.client.set('user:nowhere', 'not a hash either');
    const byHand = (user: string) => ({
      user,
      message: `The metadata key of ${user} is of a wrong type: take it away by hand.`,
    });
    for (const dryRun of [true, false]) {
      const report = await engine.recovery.rebuildFromSets({ dryRun });
      expect(report).toMatchObject({ recovered: 1, examples: ['bare'], leftOut: 2 });
      expect(report.skipped).toEqual(
        expect.arrayContaining([
          byHand('damaged'),
          { user: 'torn', message: 'torn is in several states at once: repair that first.' },
        ]),
      );
      // To bring a fault back is no way back.
      expect(report.transactions).toEqual([]);
    }
    expect(await engine.recovery.removeOrphans()).toMatchObject({
      ...{ recovered: 0, leftOut: 1, skipped: [byHand('nowhere')] },
    });
    expect(await redis.client.get('user:nowhere')).toBe('not a hash either');
  });

  it('stops at a limit, says so, and goes on when it is asked again', async () => {
    const many = Array.from({ length: 30 }, (_, index) => [5000 + index, `bare-${index}`]).flat();
    await redis.client.zadd('matching:waiting', ...many);
    await redis.client.zadd('matching:in_call', 6000, 'caller');
    const first = await engine.recovery.rebuildFromSets({ limit: 1 });
    expect(first).toMatchObject({ complete: false, recovered: 30 });
    expect(await redis.client.exists('user:caller')).toBe(0);
    expect(await engine.recovery.rebuildFromSets({ limit: 2 })).toMatchObject({
      complete: true,
      recovered: 1,
    });
    expect(await redis.client.exists('user:caller')).toBe(1);
  });

  it('ends when it is cancelled', async () => {
    await redis.client.zadd('matching:waiting', 5000, 'bare');
    const report = await engine.recovery.rebuildFromSets({ signal: AbortSignal.abort() });
    expect(report).toMatchObject({ complete: false, recovered: 0 });
  });

  it('finds who is in a room and who names a partner', async () => {
    await engine.machine.startMatching('a');
    await engine.machine.startMatching('b');
    await engine.machine.createMatch('a', 'b');
    const room = (await redis.client.hget('user:a', 'currentRoom')) ?? '';
    expect((await engine.metadata.getUsersInRoom(room)).sort()).toEqual(['a', 'b']);
    expect(await engine.metadata.getUsersByPartner('a')).toEqual(['b']);
    expect(await engine.metadata.getUsersByPartner('nobody')).toEqual([]);
  });
});
