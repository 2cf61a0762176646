import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RecoveryReport } from '@shared/contract/metadata';
import { Engine, type PoolEngine } from '../../../src/main/engine/engine';
import { silentLogger } from '../../../src/main/lib/log';
import type { RecoveryOptions } from '../../../src/main/metadata/recovery';
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
    expect(planned).toMatchObject({ dryRun: true, next: null, recovered: 2, transactions: [] });
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

  /** All pages of a recovery, each as short as can be; `between` runs after each of them. */
  async function pagesOf(
    recover: (options: RecoveryOptions) => Promise<RecoveryReport>,
    between: (page: number) => Promise<unknown> = () => Promise.resolve(),
  ): Promise<RecoveryReport[]> {
    const pages: RecoveryReport[] = [];
    let after: string | null = null;
    do {
      const report = await recover({ after, limit: 1 });
      pages.push(report);
      after = report.next;
      await between(pages.length);
    } while (after !== null);
    return pages;
  }
  const sumOf = (pages: RecoveryReport[], field: 'recovered' | 'leftOut' | 'walked') =>
    pages.reduce((sum, page) => sum + page[field], 0);

  it('goes on page by page, meets everybody once, and lets others change things meanwhile', async () => {
    const many = Array.from({ length: 700 }, (_, index) => [5000 + index, `bare-${index}`]).flat();
    await redis.client.zadd('matching:waiting', ...many, 5000, 'torn');
    await redis.client.zadd('matching:in_call', 6000, 'caller', 6000, 'torn', 6000, 'leaver');
    const rebuild = (options: RecoveryOptions) => engine.recovery.rebuildFromSets(options);
    const planned = await pagesOf((options) => rebuild({ ...options, dryRun: true }));
    expect([sumOf(planned, 'recovered'), sumOf(planned, 'leftOut')]).toEqual([702, 1]);
    expect(planned[0]?.total).toBe(704);

    const audit = { action: 'metadata.rebuild', reason: 'a test' };
    const pages = await pagesOf(
      (options) => rebuild({ ...options, audit, by: 'ann' }),
      async (page) => {
        if (page === 1) await redis.client.zrem('matching:in_call', 'leaver');
      },
    );
    expect(pages.length).toBeGreaterThan(2);
    expect(sumOf(pages, 'recovered')).toBe(701);
    expect(pages.flatMap(({ skipped }) => skipped)).toMatchObject([{ user: 'torn' }]);
    expect(await redis.client.exists('user:caller', 'user:bare-699')).toBe(2);
    expect(await redis.client.exists('user:leaver', 'user:torn')).toBe(0);
    const { entries } = await engine.audit.list({ limit: 100 });
    expect(entries.every(({ by, action }) => by === 'ann' && action === 'metadata.rebuild')).toBe(true);
    expect(entries.reduce((sum, { userCount }) => sum + userCount, 0)).toBe(701);
  });

  it('previews each orphan once, and takes all of them away page by page', async () => {
    for (let index = 0; index < 600; index += 1) {
      await redis.client.hset(`user:orphan-${index}`, { state: 'IDLE' });
      if (index % 2 === 0) await redis.client.zadd('matching:heartbeats', 1000, `orphan-${index}`);
    }
    await engine.machine.arrive('whole');
    const remove = (options: RecoveryOptions) => engine.recovery.removeOrphans(options);
    const planned = await pagesOf((options) => remove({ ...options, dryRun: true }));
    expect(sumOf(planned, 'recovered')).toBe(600);
    const [first, ...rest] = await pagesOf(remove);
    expect(first?.transactions.length).toBeGreaterThan(0);
    expect(sumOf(rest, 'recovered')).toBe(600 - (first?.recovered ?? 0));
    expect(await redis.client.keys('user:*')).toEqual(['user:whole']);
  });

  it('tells what it had done when it cannot go on', async () => {
    await redis.client.zadd('matching:idle', 5000, 'bare');
    await redis.client.set('matching:waiting', 'not a set');
    await expect(engine.recovery.rebuildFromSets({ after: '1:0' })).rejects.toMatchObject({
      code: 'redis_wrong_type',
    });
    await expect(engine.recovery.removeOrphans({ after: '2:0' })).rejects.toMatchObject({
      code: 'bad_input',
    });
  });

  it('ends when it is cancelled', async () => {
    await redis.client.zadd('matching:waiting', 5000, 'bare');
    const report = await engine.recovery.rebuildFromSets({ signal: AbortSignal.abort() });
    expect(report).toMatchObject({ next: '0:0', recovered: 0 });
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
