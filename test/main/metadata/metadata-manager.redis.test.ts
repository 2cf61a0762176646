import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Transitions } from '../../../src/main/engine/transitions';
import { UserMetadataManager } from '../../../src/main/metadata/metadata-manager';
import { testContext } from '../../support/engine';
import { STORE_KINDS, startStore, type TestStore } from '../../support/store';

describe.each(STORE_KINDS)('UserMetadataManager on %s', (kind) => {
  let redis: TestStore;
  let metadata: UserMetadataManager;
  let transitions: Transitions;
  beforeAll(async () => {
    redis = await startStore(kind);
    const context = testContext(redis.store);
    metadata = new UserMetadataManager(context);
    transitions = new Transitions(context);
  });
  beforeEach(() => redis.flush());
  afterAll(() => redis.stop());

  const arrive = (user: string) => transitions.performTransition(user, 'IDLE', { cause: 'arrive' });
  const keys = async () => (await redis.client.keys('*')).sort();

  it('gives whoever arrives the whole set of defaults', async () => {
    await arrive('a');
    const record = await metadata.getUserMetadata('a');
    expect(record?.values).toMatchObject({ state: 'IDLE', totalMatches: 0, totalSkips: 0, totalEnds: 0 });
    expect(record?.values.createdAt).toBe(record?.values.sessionStartTime);
    expect(record?.unreadable).toEqual([]);
  });

  it('creates metadata for somebody whom another program put into a set, in step with the set', async () => {
    await redis.client.zadd('matching:waiting', 1_700_000_000_000, 'a');
    await metadata.createUserMetadata('a', { lastIP: '192.0.2.1', premium: 'yes' });
    const record = await metadata.getUserMetadata('a');
    expect(record).toMatchObject({
      values: { state: 'WAITING', lastStateChange: 1_700_000_000_000, isActive: true, lastIP: '192.0.2.1' },
      unknown: { premium: 'yes' },
    });
    await expect(metadata.createUserMetadata('a')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('brings nobody into being', async () => {
    await expect(metadata.createUserMetadata('nobody')).rejects.toMatchObject({ code: 'unknown_user' });
    await expect(metadata.updateUserMetadata('nobody', { lastIP: 'x' })).rejects.toMatchObject({
      code: 'unknown_user',
    });
    expect((await metadata.heartbeat(['nobody'])).unknown).toEqual(['nobody']);
    expect(await keys()).toEqual([]);
  });

  it('patches the fields given and keeps all others, unknown and unreadable ones too', async () => {
    await arrive('a');
    await redis.client.hset('user:a', { premium: '1', totalEnds: 'broken' });
    await metadata.updateUserMetadata('a', { userAgent: 'Firefox', totalSkips: 4, debugInfo: { build: 7 } });
    expect(
      await redis.client.hmget('user:a', 'premium', 'totalEnds', 'userAgent', 'totalSkips', 'debugInfo'),
    ).toEqual(['1', 'broken', 'Firefox', '4', '{"build":7}']);
    await metadata.updateUserMetadata('a', { userAgent: null });
    expect(await redis.client.hexists('user:a', 'userAgent')).toBe(0);
  });

  it.each(['state', 'previousState', 'lastStateChange', 'matchedWith', 'currentRoom'])(
    'refuses to patch %s, which follows from moves',
    async (field) => {
      await arrive('a');
      const before = await redis.client.hgetall('user:a');
      await expect(metadata.updateUserMetadata('a', { [field]: 'WAITING' })).rejects.toMatchObject({
        code: 'bad_input',
      });
      expect(await redis.client.hgetall('user:a')).toEqual(before);
    },
  );

  it('refuses a value that could not be read again', async () => {
    await arrive('a');
    await expect(metadata.updateUserMetadata('a', { totalSkips: -1 })).rejects.toMatchObject({
      code: 'bad_input',
    });
    await expect(metadata.updateUserMetadata('a', { isActive: 'maybe' })).rejects.toMatchObject({
      code: 'bad_input',
    });
  });

  it('patches many with an outcome for each', async () => {
    await arrive('a');
    await redis.client.zadd('matching:idle', 1, 'twice');
    await redis.client.zadd('matching:waiting', 1, 'twice');
    const { outcomes, transactions } = await metadata.updateUserMetadataBatch(
      ['a', 'nobody', 'twice'].map((user) => ({ user, patch: { lastIP: '192.0.2.7' } })),
    );
    expect(outcomes).toEqual([
      { user: 'a', outcome: 'done' },
      { user: 'nobody', outcome: 'unknown' },
      { user: 'twice', outcome: 'split' },
    ]);
    expect(transactions).toHaveLength(1);
  });

  it('reads many in the order asked, with null for whoever has none', async () => {
    await arrive('a');
    await arrive('b');
    const records = await metadata.getUserMetadataBatch(['b', 'nobody', 'a']);
    expect(records.map((record) => record?.user ?? null)).toEqual(['b', null, 'a']);
  });

  it('audits an operator’s patch, and undo takes it back unless somebody wrote since', async () => {
    await arrive('a');
    await metadata.updateUserMetadata('a', { lastIP: 'old' });
    const audit = { action: 'users.patch', reason: 'a wrong address' };
    const { transaction, undoableUntil } = await metadata.updateUserMetadata(
      'a',
      { lastIP: 'new', userAgent: 'x' },
      { by: 'ann', audit },
    );
    expect(undoableUntil).not.toBeNull();
    const [entry] = await redis.client.xrange('matching:audit', '-', '+');
    expect(entry?.[1]).toEqual(expect.arrayContaining(['ann', 'users.patch', 'a wrong address']));
    await transitions.rollbackTransaction(transaction, { by: 'ann' });
    expect(await redis.client.hmget('user:a', 'lastIP', 'userAgent')).toEqual(['old', null]);

    const first = await metadata.updateUserMetadata('a', { lastIP: 'one' }, { now: 1_900_000_000_000 });
    await metadata.updateUserMetadata('a', { lastIP: 'two' }, { now: 1_900_000_000_001 });
    await expect(
      transitions.rollbackTransaction(first.transaction, { now: 1_900_000_000_002 }),
    ).rejects.toMatchObject({ code: 'moved_on' });
    expect(await redis.client.hget('user:a', 'lastIP')).toBe('two');
  });

  it('repeats a patch with the same transaction id without doing it twice', async () => {
    await arrive('a');
    const transaction = 'patch-once-1';
    await metadata.updateUserMetadata('a', { lastIP: 'one' }, { transaction });
    await redis.client.hset('user:a', 'lastIP', 'meanwhile');
    const again = await metadata.updateUserMetadata('a', { lastIP: 'one' }, { transaction });
    expect(again.repeated).toBe(true);
    expect(await redis.client.hget('user:a', 'lastIP')).toBe('meanwhile');
    await expect(metadata.updateUserMetadata('a', { lastIP: 'two' }, { transaction })).rejects.toMatchObject({
      code: 'transaction_id_reused',
    });
  });

  it('notes heartbeats in index, hash and heartbeat:<id>, and renews how long they are kept', async () => {
    await arrive('a');
    await redis.client.pexpire('user:a', 5000);
    await redis.client.zadd('matching:waiting', 1, 'bare');
    const { at, unknown } = await metadata.heartbeat(['a', 'bare', 'nobody']);
    expect(unknown).toEqual(['nobody']);
    expect(await redis.client.hmget('user:a', 'lastHeartbeat', 'isActive')).toEqual([String(at), 'true']);
    expect(await redis.client.get('heartbeat:a')).toBe(String(at));
    expect(await redis.client.pttl('heartbeat:a')).toBeGreaterThan(25_000);
    expect(await redis.client.pttl('user:a')).toBeGreaterThan(3_500_000);
    expect(await redis.client.zmscore('matching:heartbeats', 'a', 'bare', 'nobody')).toEqual([
      String(at),
      String(at),
      null,
    ]);
    expect(await redis.client.exists('user:bare')).toBe(0);
  });

  it('removes metadata only of those who are in no state', async () => {
    await arrive('a');
    await expect(metadata.removeUserMetadata('a')).rejects.toMatchObject({ code: 'wrong_state' });
    await redis.client.zrem('matching:idle', 'a');
    const before = await redis.client.hgetall('user:a');
    const { transaction } = await metadata.removeUserMetadata('a');
    expect(await redis.client.exists('user:a')).toBe(0);
    expect(await redis.client.zscore('matching:heartbeats', 'a')).toBeNull();
    await transitions.rollbackTransaction(transaction);
    expect(await redis.client.hgetall('user:a')).toMatchObject({
      ...before,
      updatedAt: expect.any(String) as string,
    });
  });

  it('finds users by state and by silence', async () => {
    await arrive('a');
    await redis.client.zadd('matching:idle', 5, 'bare');
    expect((await metadata.getUsersByState('IDLE')).map(({ user }) => user)).toEqual(['bare', 'a']);
    await redis.client.zadd('matching:heartbeats', Date.now() - 90_000, 'a');
    expect((await metadata.getStaleUsers()).map(({ user }) => user)).toEqual(['a']);
    expect(await metadata.getStaleUsers(120_000)).toEqual([]);
  });

  it('protects by a grace period, and takes it away', async () => {
    await arrive('a');
    await metadata.setGracePeriod('a', true);
    expect((await metadata.getUserMetadata('a'))?.values.gracePeriod).toBe(true);
    await metadata.setGracePeriod('a', null);
    expect((await metadata.getUserMetadata('a'))?.values.gracePeriod).toBeUndefined();
  });

  it('adds a session up', async () => {
    await arrive('a');
    await redis.client.hset('user:a', { totalCalls: 3, averageCallDuration: 2000, totalSkips: 2 });
    expect(await metadata.getSessionStatistics('a')).toMatchObject({
      totalCalls: 3,
      averageCallDuration: 2000,
      totalSkips: 2,
      totalEnds: 0,
    });
    expect(await metadata.getSessionStatistics('nobody')).toBeNull();
  });
});
