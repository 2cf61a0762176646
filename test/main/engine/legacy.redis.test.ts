import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PoolEngine, Engine } from '../../../src/main/engine/engine';
import { mergeNewest, Observer } from '../../../src/main/engine/observer';
import { silentLogger } from '../../../src/main/lib/log';
import { LegacyProgram } from '../../support/legacy-program';
import { STORE_KINDS, startStore, type TestStore } from '../../support/store';

describe.each(STORE_KINDS)('a deployment of another program on %s', (kind) => {
  let redis: TestStore;
  let engine: PoolEngine;
  let program: LegacyProgram;
  let observer: Observer;
  beforeAll(async () => {
    redis = await startStore(kind);
  });
  beforeEach(async () => {
    await redis.flush();
    engine = new Engine({ store: redis.store, log: silentLogger }).pool();
    observer = new Observer(engine.context, { everyMs: 0 });
    program = new LegacyProgram(redis.client);
  });
  afterAll(() => redis.stop());

  /** A couple in a call, one who waits, one who idles. */
  async function populate(): Promise<void> {
    for (const user of ['ann', 'bob', 'cyd', 'dan']) await program.arrive(user);
    for (const user of ['ann', 'bob', 'cyd']) await program.move(user, 'IDLE', 'WAITING');
    await program.match('ann', 'bob');
  }
  const findings = async () => {
    const found: string[] = [];
    for await (const event of engine.integrity.scan({ confirmAfterMs: 5 }))
      if (event.type === 'finding') found.push(`${event.finding.user} ${event.finding.kind}`);
    return found;
  };
  const consistent = async () => {
    for (const user of ['ann', 'bob', 'cyd', 'dan']) {
      const { states } = await engine.states.getUserCurrentState(user);
      expect(states).toHaveLength(1);
      expect(await redis.client.hmget(`user:${user}`, 'state', 'plan')).toEqual([states[0], 'gold']);
    }
    expect(await findings()).toEqual([]);
  };

  describe('is read without a change', () => {
    it('counts, waits, users and damage', async () => {
      await populate();
      const before = await redis.client.keys('*');
      const { states } = await engine.overview.read();
      expect(Object.values(states).map(({ count }) => count)).toEqual([1, 1, 0, 2, 0]);
      const rows = (await engine.users.list({ state: null, order: 'oldest', offset: 0, limit: 10 })).rows;
      expect(rows.map(({ user }) => user).sort()).toEqual(['ann', 'bob', 'cyd', 'dan']);
      expect(await engine.users.get('ann')).toMatchObject({
        state: 'IN_CALL',
        partner: { user: 'bob', mutual: true },
        heartbeat: { lastAt: null, stale: false },
        metadata: { unknown: { plan: 'gold' }, expiresInMs: null, unreadable: [] },
        history: [],
      });
      expect(await engine.users.explain('cyd')).toMatchObject({ position: 1, queueLength: 1 });
      expect(await findings()).toEqual([]);
      await observer.observe();
      expect((await redis.client.keys('*')).sort()).toEqual(before.sort());
    });
  });

  describe('is observed', () => {
    const told = async () =>
      [...(await observer.observe()).entries].reverse().map(({ user, from, to }) => `${user} ${from} ${to}`);

    it('says nothing of what was there before the first look', async () => {
      await program.arrive('old');
      expect(await told()).toEqual([]);
    });

    it('tells moves from the changes of the sets, and labels them', async () => {
      await observer.observe();
      await program.arrive('ann');
      expect(await told()).toEqual(['ann null IDLE']);
      await program.move('ann', 'IDLE', 'WAITING');
      expect(await told()).toEqual(['ann null IDLE', 'ann IDLE WAITING']);
      await program.move('ann', 'WAITING', 'CONNECTING', { matchedWith: 'bob' });
      const { entries, total } = await observer.observe();
      expect(entries[0]).toMatchObject({
        user: 'ann',
        from: 'WAITING',
        to: 'CONNECTING',
        cause: 'observed',
        by: 'observed',
        partner: 'bob',
      });
      expect(entries[0]?.spent).toBeGreaterThanOrEqual(0);
      expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
      expect(total).toBe(3);
    });

    it('tells each move once, however often it looks', async () => {
      await observer.observe();
      await program.arrive('ann');
      for (let looks = 0; looks < 3; looks += 1) await observer.observe();
      expect((await observer.observe()).total).toBe(1);
    });

    it('does not take somebody at a nonsensical time for a newcomer at each look', async () => {
      await observer.observe();
      await redis.client.zadd('matching:waiting', '+inf', 'ann');
      await redis.client.zadd('matching:waiting', Date.now() * 1_000, 'bob');
      for (let looks = 0; looks < 3; looks += 1) await observer.observe();
      expect(await told()).toEqual(['bob null WAITING']);
    });

    it('sees who left', async () => {
      await observer.observe();
      await program.arrive('ann');
      await observer.observe();
      await program.leave('ann', 'IDLE');
      expect(await told()).toEqual(['ann null IDLE', 'ann IDLE null']);
    });

    it('does not tell again what the journal tells', async () => {
      await observer.observe();
      await engine.machine.startMatching('a');
      await engine.machine.startMatching('b');
      await engine.machine.createMatch('a', 'b');
      await engine.machine.failConnection('a');
      await engine.transitions.removeUsers(['b'], 'a test');
      expect(await told()).toEqual([]);
      await program.move('a', 'WAITING', 'IDLE');
      expect(await told()).toEqual(['a WAITING IDLE']);
    });

    it('stays within its bounds when there is too much to see, and says so', async () => {
      const narrow = new Observer(engine.context, { everyMs: 0, perState: 5 });
      await narrow.observe();
      for (let index = 0; index < 12; index += 1) await program.arrive(`u${index}`);
      const { entries, missed } = await narrow.observe();
      expect(entries).toHaveLength(5);
      expect(missed).toBe(7);
    });

    it('looks no more often than it may, however many ask', async () => {
      const slow = new Observer(engine.context, { everyMs: 60_000 });
      await slow.observe();
      await program.arrive('ann');
      const all = await Promise.all([slow.observe(), slow.observe()]);
      expect(all.map(({ total }) => total)).toEqual([0, 0]);
    });

    it('is shown among the journalled moves in the order of time', () => {
      const entry = (at: number) => ({ at }) as never;
      expect(mergeNewest([entry(5), entry(3)], [entry(4), entry(2)], 3)).toEqual([
        entry(5),
        entry(4),
        entry(3),
      ]);
    });
  });

  describe('is left consistent by the actions of the console', () => {
    it.each<[string, () => Promise<unknown>]>([
      ['a legal move', () => engine.transitions.performTransition('dan', 'WAITING')],
      ['a match', () => engine.machine.startMatching('dan').then(() => engine.matcher.matchOnce())],
      ['a skip', () => engine.machine.handleSkip('ann')],
      ['an end', () => engine.machine.handleEndCall('bob')],
      ['a forced move', () => engine.transitions.forceTransition(['cyd'], 'IDLE', 'a test')],
      ['a patch', () => engine.metadata.updateUserMetadata('cyd', { lastIP: '192.0.2.1' })],
      ['a sweep', () => engine.sweeper.sweep()],
      [
        'a removal that was undone',
        async () => {
          const { transactions } = await engine.transitions.removeUsers(['cyd'], 'a test');
          await engine.transitions.rollbackTransaction(transactions[0] ?? '');
        },
      ],
    ])('after %s', async (_name, act) => {
      await populate();
      await act();
      await consistent();
    });

    it('and the program goes on with its own commands', async () => {
      await populate();
      await engine.machine.handleSkip('ann');
      await program.move('ann', 'WAITING', 'IDLE');
      await engine.transitions.performTransition('ann', 'WAITING');
      await consistent();
    });

    it('and nobody is swept whose heartbeats only heartbeat:<id> knows', async () => {
      await populate();
      for (const user of ['ann', 'bob', 'cyd', 'dan']) {
        await redis.client.hset(`user:${user}`, 'lastHeartbeat', Date.now() - 120_000);
        await program.heartbeat(user);
      }
      await engine.sweeper.sweep();
      await engine.sweeper.sweep();
      await consistent();
      expect(await redis.client.zcard('matching:in_call')).toBe(2);
    });
  });
});
