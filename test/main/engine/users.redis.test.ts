import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { userDetails, waitingExplanation } from '@shared/contract/users';
import { STATES, type State } from '@shared/states';
import { Matcher } from '../../../src/main/engine/matcher';
import { StateMachine } from '../../../src/main/engine/state-machine';
import { Users } from '../../../src/main/engine/users';
import { seededRandom } from '../../../src/main/lib/random';
import { testContext } from '../../support/engine';
import { STORE_KINDS, startStore, type TestStore } from '../../support/store';

const setOf = (state: State) => `matching:${state.toLowerCase()}`;

describe.each(STORE_KINDS)('Users on %s', (kind) => {
  let redis: TestStore;
  let users: Users;
  let machine: StateMachine;
  beforeAll(async () => {
    redis = await startStore(kind);
    const context = testContext(redis.store);
    users = new Users(context, new Matcher(context));
    machine = new StateMachine(context);
  });
  beforeEach(() => redis.flush());
  afterAll(() => redis.stop());

  describe('list', () => {
    /** Random users in all states, many of whom entered at the very same time, one at a fraction of a millisecond. */
    async function populate(count: number): Promise<{ user: string; state: State; since: number }[]> {
      const random = seededRandom(7);
      const everybody: { user: string; state: State; since: number }[] = [];
      for (let index = 0; index < count; index += 1) {
        const state = STATES[Math.floor(random() * STATES.length)] ?? 'IDLE';
        const since = 1_700_000_000_000 + Math.floor(random() * 20);
        everybody.push({ user: `u${String(index).padStart(3, '0')}`, state, since });
      }
      for (const { user, state, since } of everybody) await redis.client.zadd(setOf(state), since, user);
      const rank = (state: State) => STATES.indexOf(state);
      return everybody.sort(
        (a, b) => a.since - b.since || rank(a.state) - rank(b.state) || (a.user < b.user ? -1 : 1),
      );
    }
    const window = async (state: State | null, order: 'oldest' | 'newest', offset: number, limit: number) =>
      (await users.list({ state, order, offset, limit })).rows.map(({ user }) => user);

    it.each(['oldest', 'newest'] as const)(
      'merges all states, %s first, whatever the offset',
      async (order) => {
        const everybody = (await populate(150)).map(({ user }) => user);
        if (order === 'newest') everybody.reverse();
        for (let offset = 0; offset < 160; offset += 7)
          expect(await window(null, order, offset, 10)).toEqual(everybody.slice(offset, offset + 10));
      },
    );

    it('pages through one state by rank', async () => {
      const waiting = (await populate(150))
        .filter(({ state }) => state === 'WAITING')
        .map(({ user }) => user);
      expect(await window('WAITING', 'oldest', 3, 5)).toEqual(waiting.slice(3, 8));
      expect(await window('WAITING', 'newest', 0, 4)).toEqual(waiting.reverse().slice(0, 4));
    });

    it('shows what a table needs of each', async () => {
      await machine.startMatching('a');
      await redis.client.hset('user:a', { totalSkips: 3, matchedWith: 'b', totalEnds: 'broken' });
      const { rows, total, at } = await users.list({ state: null, order: 'oldest', offset: 0, limit: 10 });
      expect(total).toBe(1);
      expect(rows).toMatchObject([
        { user: 'a', state: 'WAITING', partner: 'b', room: null, totalSkips: 3, totalEnds: null },
      ]);
      expect(Math.abs(at - (rows[0]?.lastHeartbeat ?? 0))).toBeLessThan(10_000);
    });

    it('goes on past a user whose metadata is damaged', async () => {
      await redis.client.zadd('matching:idle', 1, 'a');
      await redis.client.set('user:a', 'not a hash');
      expect(await window('IDLE', 'oldest', 0, 10)).toEqual(['a']);
    });
  });

  describe('get', () => {
    it('tells everything about somebody in a pair', async () => {
      await machine.startMatching('a');
      await machine.startMatching('b');
      await machine.createMatch('a', 'b');
      await redis.client.hset('user:a', { premium: '1', totalEnds: 'broken' });
      const details = await users.get('a');
      expect(userDetails.parse(details)).toEqual(details);
      expect(details).toMatchObject({
        state: 'CONNECTING',
        allowedMoves: ['IN_CALL', 'WAITING'],
        partner: { user: 'b', state: 'CONNECTING', mutual: true },
        queue: null,
        heartbeat: { stale: false },
        metadata: { exists: true, unknown: { premium: '1' }, unreadable: [{ field: 'totalEnds' }] },
      });
      expect(details.history.map(({ to }) => to)).toEqual(['CONNECTING', 'WAITING']);
      expect(details.metadata.expiresInMs).toBeGreaterThan(3_000_000);
    });

    it('tells the place in the queue and the cooldown with the last partner', async () => {
      await machine.startMatching('a');
      await machine.startMatching('b');
      await machine.createMatch('a', 'b');
      await machine.failConnection('a');
      const details = await users.get('b');
      expect(details.queue).toEqual({ position: 2, length: 2 });
      expect(details.cooldown?.partner).toBe('a');
      expect(details.cooldown?.remainingMs).toBeGreaterThan(20_000);
    });

    it('shows a damaged user in all the sets', async () => {
      await redis.client.zadd('matching:idle', 5, 'x');
      await redis.client.zadd('matching:in_call', 7, 'x');
      expect(await users.get('x')).toMatchObject({
        state: null,
        states: [
          { state: 'IDLE', since: 5 },
          { state: 'IN_CALL', since: 7 },
        ],
        allowedMoves: [],
      });
    });

    it('says that nobody is known under an id', async () => {
      await expect(users.get('nobody')).rejects.toMatchObject({ code: 'unknown_user' });
    });
  });

  describe('find', () => {
    beforeEach(async () => {
      for (let index = 0; index < 40; index += 1)
        await redis.client.zadd('matching:idle', index, `ann-${index}`);
      await redis.client.zadd('matching:waiting', 1, 'ann');
      await redis.client.zadd('matching:in_call', 1, 'joanna');
      await redis.client.zadd('matching:in_call', 1, 'a*n');
    });
    const find = async (text: string, match: 'prefix' | 'contains' = 'prefix', limit = 100) =>
      await users.find(text, { match, limit });

    it('finds by prefix, the exact id first', async () => {
      const { users: found, complete } = await find('ann');
      expect(found[0]).toMatchObject({ user: 'ann', state: 'WAITING', since: 1, totalSkips: null });
      expect(found).toHaveLength(41);
      expect(complete).toBe(true);
    });

    it('tells as much of whom it finds as the list does', async () => {
      await redis.client.zadd('matching:heartbeats', 7, 'joanna');
      await redis.client.hset('user:joanna', { matchedWith: 'ben', totalSkips: '3', totalEnds: 'many' });
      expect((await find('joanna')).users).toEqual([
        {
          ...{ user: 'joanna', state: 'IN_CALL', since: 1, lastHeartbeat: 7, partner: 'ben', room: null },
          ...{ totalMatches: null, totalSkips: 3, totalEnds: null },
        },
      ]);
    });

    it('finds the damaged in each of their states, and by the whole id who is in none', async () => {
      await redis.client.zadd('matching:idle', 5, 'joanna');
      await redis.client.hset('user:departed', 'state', 'IDLE');
      const placesOf = async (text: string) =>
        (await find(text)).users.map(({ user, state, since }) => [user, state, since]);
      expect(await placesOf('joan')).toEqual([
        ['joanna', 'IDLE', 5],
        ['joanna', 'IN_CALL', 1],
      ]);
      expect(await placesOf('departed')).toEqual([['departed', null, null]]);
      expect(await placesOf('depart')).toEqual([]);
    });

    it('finds what an id contains', async () => {
      const { users: found } = await find('ann', 'contains');
      expect(found.map(({ user }) => user)).toContain('joanna');
    });

    it('takes every character as itself', async () => {
      expect((await find('a*')).users.map(({ user }) => user)).toEqual(['a*n']);
      expect((await find('ann-1')).users).toHaveLength(11);
    });

    it('says when there may be more', async () => {
      expect(await find('ann', 'prefix', 5)).toMatchObject({ complete: false });
      expect((await find('ann', 'prefix', 5)).users).toHaveLength(5);
    });

    it('ends when nobody wants to know any more', async () => {
      const { complete } = await users.find('j', { match: 'prefix', limit: 5, signal: AbortSignal.abort() });
      expect(complete).toBe(false);
    });

    // The in-memory store is slow with many members.
    if (kind === 'redis')
      it('meets everybody among many more than one look holds, also of one and the same moment', async () => {
        const same = Array.from({ length: 5_000 }, (_, index) => [700, `crowd-${index}`]).flat();
        const later = Array.from({ length: 2_500 }, (_, index) => [800 + index, `later-${index}`]).flat();
        await redis.client.zadd('matching:in_call', ...same, ...later);
        expect(await users.find('crowd-4321', { match: 'prefix', limit: 5 })).toMatchObject({
          users: [{ user: 'crowd-4321', state: 'IN_CALL' }],
          complete: true,
        });
        const { users: found } = await users.find('-', { match: 'contains', limit: 10_000 });
        expect(found.filter(({ state }) => state === 'IN_CALL')).toHaveLength(7_500);
      });
  });

  describe('explain', () => {
    const why = async (user: string) => {
      const explanation = await users.explain(user);
      expect(waitingExplanation.parse(explanation)).toEqual(explanation);
      return explanation;
    };
    const kinds = async (user: string) => (await why(user)).reasons.map(({ kind: word }) => word);

    it('knows who does not wait, who is unknown and who is damaged', async () => {
      await machine.arrive('idle');
      await redis.client.zadd('matching:waiting', 1, 'idle-too');
      await redis.client.zadd('matching:idle', 1, 'idle-too');
      expect(await kinds('idle')).toEqual(['not-waiting']);
      expect(await kinds('nobody')).toEqual(['unknown']);
      expect(await kinds('idle-too')).toEqual(['split']);
    });

    it('knows who is alone in the queue', async () => {
      await machine.startMatching('a');
      expect(await why('a')).toMatchObject({ position: 1, queueLength: 1, nextPartner: null });
      expect(await kinds('a')).toEqual(['alone-in-queue']);
    });

    it('knows whom cooldowns keep apart, and for how long', async () => {
      await machine.startMatching('a');
      await machine.startMatching('b');
      await redis.client.set('cooldown:a:b', '1', 'PX', 20_000);
      expect(await kinds('a')).toEqual(['all-on-cooldown']);
      const { cooldowns } = await why('b');
      expect(cooldowns).toMatchObject([{ user: 'a' }]);
      expect(cooldowns[0]?.remainingMs).toBeGreaterThan(10_000);
    });

    it('knows who is next, who is behind others, and when nobody seems to match', async () => {
      await machine.startMatching('b');
      await redis.client.zadd('matching:waiting', 1000, 'a');
      const { reasons } = await why('a');
      expect(reasons.map(({ kind }) => kind)).toEqual(['matcher-idle', 'next-in-line']);
      expect(reasons[0]?.message).toMatch(/None runs in this process: look at .* --workers/);
      expect(await why('b')).toMatchObject({ position: 2, nextPartner: 'a' });
      expect(await kinds('b')).toEqual(['queue-ahead']);
    });

    it('knows who will be swept', async () => {
      await machine.startMatching('a');
      await redis.client.zadd('matching:heartbeats', 1000, 'a');
      await redis.client.hset('user:a', 'lastHeartbeat', 1000);
      expect(await kinds('a')).toContain('heartbeat-stale');
    });
  });
});
