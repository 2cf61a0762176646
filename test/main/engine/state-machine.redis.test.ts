import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EngineContext } from '../../../src/main/engine/context';
import { lookScript, type Whereabouts } from '../../../src/main/engine/look';
import { StateMachine } from '../../../src/main/engine/state-machine';
import { testContext } from '../../support/engine';
import { startStore, STORE_KINDS, type TestStore } from '../../support/store';

describe.each(STORE_KINDS)('the flows of the product on %s', (kind) => {
  let redis: TestStore;
  let context: EngineContext;
  let machine: StateMachine;

  beforeAll(async () => {
    redis = await startStore(kind);
    context = testContext(redis.store);
    machine = new StateMachine(context);
  });
  beforeEach(() => redis.flush());
  afterAll(() => redis.stop());

  const look = async (user: string): Promise<Whereabouts> => {
    const [found] = await redis.store.run(lookScript, { keys: context.keys, users: [user] });
    if (!found) throw new Error('the script must answer for each user');
    return found;
  };
  const stateOf = async (user: string) => (await look(user)).state;
  const field = (user: string, name: string) => redis.client.hget(context.keys.user(user), name);
  const onCooldown = async (a: string, b: string) =>
    (await redis.client.exists(context.keys.cooldown(a, b))) === 1;

  /** Two people who are connecting with each other; returns their room. */
  async function pair(a = 'alice', b = 'bob'): Promise<string> {
    await machine.startMatching(a);
    await machine.startMatching(b);
    await machine.createMatch(a, b);
    return (await look(a)).room ?? '';
  }

  async function call(a = 'alice', b = 'bob'): Promise<string> {
    const room = await pair(a, b);
    await machine.enterCall(a);
    await machine.enterCall(b);
    return room;
  }

  describe('arriving and queueing', () => {
    it('brings a new person to the landing page with default metadata', async () => {
      await machine.arrive('alice', { patch: { lastIP: '192.0.2.1', userAgent: 'Firefox' } });
      expect(await stateOf('alice')).toBe('IDLE');
      expect(await redis.client.hgetall(context.keys.user('alice'))).toMatchObject({
        state: 'IDLE',
        lastIP: '192.0.2.1',
        userAgent: 'Firefox',
        totalMatches: '0',
        isActive: 'true',
      });
    });

    it('queues someone who is idle, and someone who never arrived', async () => {
      await machine.arrive('alice');
      await machine.startMatching('alice');
      await machine.startMatching('bob');
      expect(await stateOf('alice')).toBe('WAITING');
      expect(await stateOf('bob')).toBe('WAITING');
      expect(await field('alice', 'lastAction')).toBe('queue');
    });

    it('refuses to queue someone who is connecting, so that no partner is left alone', async () => {
      await pair();
      await expect(machine.startMatching('alice')).rejects.toMatchObject({
        code: 'wrong_state',
        message: 'alice is CONNECTING and cannot join the queue.',
        details: { faults: [{ currentState: 'CONNECTING', allowedStates: ['IN_CALL', 'WAITING'] }] },
      });
      expect(await stateOf('bob')).toBe('CONNECTING');
    });

    it('lets a waiting person leave, and nobody else', async () => {
      await machine.startMatching('alice');
      await machine.leaveQueue('alice');
      expect(await stateOf('alice')).toBe('IDLE');
      await expect(machine.leaveQueue('alice')).rejects.toMatchObject({
        code: 'wrong_state',
        message: 'alice is IDLE and cannot leave the queue.',
      });
    });
  });

  describe('pairing', () => {
    it('gives both a room and each other', async () => {
      await pair();
      const [alice, bob] = [await look('alice'), await look('bob')];
      expect(alice).toMatchObject({ state: 'CONNECTING', matchedWith: 'bob' });
      expect(bob).toMatchObject({ state: 'CONNECTING', matchedWith: 'alice' });
      expect(alice.room).toBe(bob.room);
      expect(await field('alice', 'totalMatches')).toBe('1');
    });

    it('refuses two who were together a moment ago', async () => {
      await call();
      await machine.handleSkip('alice');
      await expect(machine.createMatch('bob', 'alice')).rejects.toMatchObject({ code: 'on_cooldown' });
      expect(await stateOf('alice')).toBe('WAITING');
    });

    it('names everybody who cannot be paired, and pairs nobody', async () => {
      await machine.arrive('alice');
      await machine.startMatching('bob');
      await expect(machine.createMatch('alice', 'carol')).rejects.toMatchObject({
        code: 'wrong_state',
        message: 'alice is IDLE and cannot be paired; carol is in no state and cannot be paired.',
      });
      await expect(machine.createMatch('bob', 'alice')).rejects.toMatchObject({ code: 'wrong_state' });
      expect(await stateOf('bob')).toBe('WAITING');
    });

    it('never pairs somebody with themselves', async () => {
      await machine.startMatching('alice');
      await expect(machine.createMatch('alice', 'alice')).rejects.toMatchObject({ code: 'bad_input' });
    });
  });

  describe('entering the call', () => {
    it('moves both together when both have said so, and nobody before', async () => {
      await pair();
      expect(await machine.enterCall('alice')).toMatchObject({ inCall: false, partner: 'bob', moves: [] });
      expect(await stateOf('alice')).toBe('CONNECTING');
      expect(await machine.enterCall('bob')).toMatchObject({ inCall: true, partner: 'alice' });
      expect(await stateOf('alice')).toBe('IN_CALL');
      expect(await stateOf('bob')).toBe('IN_CALL');
    });

    it('does not take the same person saying it twice for both', async () => {
      await pair();
      await machine.enterCall('alice');
      expect(await machine.enterCall('alice')).toMatchObject({ inCall: false });
      expect(await stateOf('bob')).toBe('CONNECTING');
    });

    it('moves both at once where the word of one is enough', async () => {
      await pair();
      expect(await machine.enterCall('alice', { atOnce: true })).toMatchObject({ inCall: true });
      expect(await stateOf('bob')).toBe('IN_CALL');
    });

    it('says so calmly when the two are in the call already', async () => {
      await call();
      expect(await machine.enterCall('alice')).toMatchObject({ inCall: true, partner: 'bob', moves: [] });
    });

    it('does not count a word that was said in an earlier pair', async () => {
      await pair();
      await machine.enterCall('alice');
      await machine.failConnection('alice');
      await redis.client.del(context.keys.cooldown('alice', 'bob'));
      await machine.createMatch('alice', 'bob');
      expect(await machine.enterCall('bob')).toMatchObject({ inCall: false });
    });

    it('refuses when the partner is not there any more', async () => {
      await pair();
      await redis.client.zrem(context.keys.sets.CONNECTING, 'bob');
      await expect(machine.enterCall('alice', { atOnce: true })).rejects.toMatchObject({
        code: 'wrong_state',
        message: expect.stringContaining('the partner is not there any more') as string,
      });
      expect(await stateOf('alice')).toBe('CONNECTING');
    });
  });

  describe('parting', () => {
    it('skip sends both back to the queue through DISCONNECTING, once, and keeps them apart', async () => {
      await call();
      const result = await machine.handleSkip('alice');
      expect(result.partner).toBe('bob');
      expect(result.moves.map(({ user, from, to }) => [user, from, to])).toEqual([
        ['alice', 'IN_CALL', 'DISCONNECTING'],
        ['alice', 'DISCONNECTING', 'WAITING'],
        ['bob', 'IN_CALL', 'DISCONNECTING'],
        ['bob', 'DISCONNECTING', 'WAITING'],
      ]);
      expect(await onCooldown('alice', 'bob')).toBe(true);
      expect(await field('alice', 'totalSkips')).toBe('1');
      expect(await field('bob', 'totalSkips')).toBe('0');
      expect(await field('bob', 'matchedWith')).toBeNull();
      expect(await field('bob', 'lastPartner')).toBe('alice');
    });

    it('end sends the one to the landing page and the partner to the queue', async () => {
      await call();
      await machine.handleEndCall('bob');
      expect(await stateOf('bob')).toBe('IDLE');
      expect(await stateOf('alice')).toBe('WAITING');
      expect(await field('bob', 'totalEnds')).toBe('1');
    });

    it('a failed connection gives both their old place in the queue', async () => {
      await machine.startMatching('alice');
      await machine.startMatching('bob');
      const before = [(await look('alice')).since, (await look('bob')).since];
      await machine.createMatch('alice', 'bob');
      await machine.failConnection('bob');
      expect([(await look('alice')).since, (await look('bob')).since]).toEqual(before);
    });

    it('skip and end while connecting leave through the queue', async () => {
      await pair();
      await machine.handleEndCall('alice');
      expect(await stateOf('alice')).toBe('IDLE');
      expect(await stateOf('bob')).toBe('WAITING');
    });

    it('a disconnect never strands the partner, from whatever state', async () => {
      await call();
      await machine.disconnectUser('alice');
      expect(await stateOf('alice')).toBe('IDLE');
      expect(await field('alice', 'isActive')).toBe('false');
      expect(await stateOf('bob')).toBe('WAITING');
      expect(await machine.disconnectUser('alice')).toMatchObject({ moves: [], superseded: false });
      await expect(machine.disconnectUser('nobody')).rejects.toMatchObject({ code: 'wrong_state' });
    });
  });

  describe('two things at once have one outcome', () => {
    it('skip and skip: both wait, the first one counts, the second is superseded', async () => {
      const room = await call();
      const [first, second] = await Promise.all([
        machine.handleSkip('alice', { room }),
        machine.handleSkip('bob', { room }),
      ]);
      expect([first.superseded, second.superseded].sort()).toEqual([false, true]);
      expect(await stateOf('alice')).toBe('WAITING');
      expect(await stateOf('bob')).toBe('WAITING');
      const skips = [await field('alice', 'totalSkips'), await field('bob', 'totalSkips')];
      expect(skips.sort()).toEqual(['0', '1']);
    });

    it.each(['skip first', 'end first'])(
      'skip against end (%s): who ended is IDLE, who skipped waits',
      async (order) => {
        const room = await call();
        const skip = () => machine.handleSkip('alice', { room });
        const end = () => machine.handleEndCall('bob', { room });
        for (const act of order === 'skip first' ? [skip, end] : [end, skip]) await act();
        expect(await stateOf('alice')).toBe('WAITING');
        expect(await stateOf('bob')).toBe('IDLE');
      },
    );

    it('end and end: both are IDLE', async () => {
      const room = await call();
      await Promise.all([machine.handleEndCall('alice', { room }), machine.handleEndCall('bob', { room })]);
      expect(await stateOf('alice')).toBe('IDLE');
      expect(await stateOf('bob')).toBe('IDLE');
    });

    it.each(['end first', 'death first'])(
      'end against death of the partner (%s): both are IDLE',
      async (order) => {
        const room = await call();
        const end = () => machine.handleEndCall('alice', { room });
        const death = () => machine.disconnectUser('bob');
        for (const act of order === 'end first' ? [end, death] : [death, end]) await act();
        expect(await stateOf('alice')).toBe('IDLE');
        expect(await stateOf('bob')).toBe('IDLE');
      },
    );

    it.each(['skip first', 'death first'])(
      'skip against death of the partner (%s): who skipped waits, the dead one is IDLE',
      async (order) => {
        const room = await call();
        const skip = () => machine.handleSkip('alice', { room });
        const death = () => machine.disconnectUser('bob');
        for (const act of order === 'skip first' ? [skip, death] : [death, skip]) await act();
        expect(await stateOf('alice')).toBe('WAITING');
        expect(await stateOf('bob')).toBe('IDLE');
      },
    );

    it('connected against fail (fail first): both wait, and the other word is refused', async () => {
      const room = await pair();
      await machine.enterCall('alice');
      await machine.failConnection('bob', { room });
      await expect(machine.enterCall('alice')).rejects.toMatchObject({
        code: 'wrong_state',
        message: 'alice is WAITING and cannot enter a call.',
      });
      expect([await stateOf('alice'), await stateOf('bob')]).toEqual(['WAITING', 'WAITING']);
    });

    it('connected against fail (both words first): both are in the call, and fail is refused', async () => {
      const room = await call();
      await expect(machine.failConnection('bob', { room })).rejects.toMatchObject({
        code: 'wrong_state',
        message: 'bob is IN_CALL and cannot fail to connect.',
      });
      expect([await stateOf('alice'), await stateOf('bob')]).toEqual(['IN_CALL', 'IN_CALL']);
    });

    it('match against leave (match first): the couple stands, and who wanted to leave is told', async () => {
      await pair();
      await expect(machine.leaveQueue('alice')).rejects.toMatchObject({
        code: 'wrong_state',
        message: 'alice is CONNECTING and cannot leave the queue.',
      });
      expect([await stateOf('alice'), await stateOf('bob')]).toEqual(['CONNECTING', 'CONNECTING']);
    });

    it('match against leave (leave first): nobody is paired with who left', async () => {
      await machine.startMatching('alice');
      await machine.startMatching('bob');
      await machine.leaveQueue('alice');
      await expect(machine.createMatch('alice', 'bob')).rejects.toMatchObject({ code: 'wrong_state' });
      expect([await stateOf('alice'), await stateOf('bob')]).toEqual(['IDLE', 'WAITING']);
    });

    it('a late skip never hits the next pair', async () => {
      const room = await call();
      await machine.handleSkip('bob', { room });
      await machine.startMatching('carol');
      await machine.createMatch('alice', 'carol');
      expect(await machine.handleSkip('alice', { room })).toMatchObject({ superseded: true, moves: [] });
      expect(await look('alice')).toMatchObject({ state: 'CONNECTING', matchedWith: 'carol' });
      await machine.handleEndCall('alice', { room });
      expect(await stateOf('alice')).toBe('IDLE');
      expect(await stateOf('carol')).toBe('WAITING');
    });

    it('refuses an action about a room that the user was never in', async () => {
      await call();
      await expect(machine.handleSkip('alice', { room: 'elsewhere' })).rejects.toMatchObject({
        code: 'wrong_state',
      });
    });

    it('without a room, the second of two is refused and told where the user is', async () => {
      await call();
      await machine.handleSkip('alice');
      await expect(machine.handleEndCall('bob')).rejects.toMatchObject({
        code: 'wrong_state',
        message: 'bob is WAITING and cannot end a call.',
      });
    });
  });

  describe('emergency cleanup', () => {
    it('puts a user in two states to IDLE, frees the partner, and is audited', async () => {
      await call();
      await redis.client.zadd(context.keys.sets.WAITING, 1, 'alice');
      await expect(machine.handleSkip('alice')).rejects.toMatchObject({ code: 'split_user' });
      await machine.emergencyCleanup('alice', 'seen twice', { by: 'olga' });
      expect(await look('alice')).toMatchObject({ state: 'IDLE', states: ['IDLE'] });
      expect(await stateOf('bob')).toBe('WAITING');
      const [entry] = (await redis.client.xrange(context.keys.audit, '-', '+')).map(([, fields]) => fields);
      expect(entry).toEqual(
        expect.arrayContaining(['by', 'olga', 'reason', 'seen twice', 'action', 'users.cleanup']),
      );
    });

    it('does not create a user whom nobody knows', async () => {
      await expect(machine.emergencyCleanup('ghost', 'tidy up')).rejects.toMatchObject({
        code: 'wrong_state',
      });
      expect(await redis.client.dbsize()).toBe(0);
    });
  });

  describe('the system', () => {
    it('shows the live numbers, and puts right who stayed too long', async () => {
      await call();
      await machine.startMatching('carol');
      const { states } = await machine.getSystemOverview();
      expect([states.IN_CALL.count, states.WAITING.count]).toEqual([2, 1]);
      const now = Date.now() + 60_000;
      const plan = await machine.performSystemCleanup({ dryRun: true, now });
      expect(plan.moved.heartbeat).toBeGreaterThan(0);
      expect(await stateOf('alice')).toBe('IN_CALL');
      await machine.performSystemCleanup({ now });
      expect(await stateOf('alice')).not.toBe('IN_CALL');
    });

    it('tells beforehand whether a move is legal', async () => {
      await machine.arrive('alice');
      expect(await machine.validateUserTransition('alice', 'IN_CALL')).toMatchObject({
        valid: false,
        from: 'IDLE',
        allowed: ['WAITING'],
      });
    });
  });

  describe('prospects', () => {
    it('finds the longest waiting who is not on cooldown', async () => {
      await call();
      await machine.handleSkip('alice');
      await machine.startMatching('carol');
      expect(await machine.getNextAvailableMatch('alice')).toMatchObject({ user: 'carol' });
      expect(await machine.canUserBeMatched('alice')).toEqual({ possible: true, partner: 'carol' });
    });

    it('says why somebody cannot be matched', async () => {
      expect(await machine.canUserBeMatched('alice')).toMatchObject({ reason: 'unknown' });
      await machine.startMatching('alice');
      expect(await machine.canUserBeMatched('alice')).toMatchObject({ reason: 'nobody_else_waiting' });
      await machine.startMatching('bob');
      await machine.createMatch('alice', 'bob');
      expect(await machine.canUserBeMatched('alice')).toMatchObject({
        reason: 'not_waiting',
        state: 'CONNECTING',
      });
      await machine.handleSkip('alice');
      expect(await machine.canUserBeMatched('alice')).toMatchObject({ reason: 'all_on_cooldown' });
      await redis.client.zadd(context.keys.sets.IDLE, 1, 'alice');
      expect(await machine.canUserBeMatched('alice')).toMatchObject({ reason: 'split' });
    });

    it('knows who is in a call with whom', async () => {
      await call();
      await call('carol', 'dave');
      expect(await machine.areUsersInCall('alice', 'bob')).toBe(true);
      expect(await machine.areUsersInCall('alice', 'carol')).toBe(false);
    });
  });
});
