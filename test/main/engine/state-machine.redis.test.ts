import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Flows, flowsOn } from '../../support/flows';
import { startStore, STORE_KINDS, type TestStore } from '../../support/store';

describe.each(STORE_KINDS)('the flows of the product on %s', (kind) => {
  let redis: TestStore;
  let flows: Flows;

  beforeAll(async () => {
    redis = await startStore(kind);
    flows = flowsOn(redis);
  });
  beforeEach(() => redis.flush());
  afterAll(() => redis.stop());

  describe('arriving and queueing', () => {
    it('brings a new person to the landing page with default metadata', async () => {
      await flows.machine.arrive('alice', { patch: { lastIP: '192.0.2.1', userAgent: 'Firefox' } });
      expect(await flows.stateOf('alice')).toBe('IDLE');
      expect(await redis.client.hgetall(flows.context.keys.user('alice'))).toMatchObject({
        state: 'IDLE',
        lastIP: '192.0.2.1',
        userAgent: 'Firefox',
        totalMatches: '0',
        isActive: 'true',
      });
    });

    it('queues someone who is idle, and someone who never arrived', async () => {
      await flows.machine.arrive('alice');
      await flows.machine.startMatching('alice');
      await flows.machine.startMatching('bob');
      expect(await flows.stateOf('alice')).toBe('WAITING');
      expect(await flows.stateOf('bob')).toBe('WAITING');
      expect(await flows.field('alice', 'lastAction')).toBe('queue');
    });

    it('refuses to queue someone who is connecting, so that no partner is left alone', async () => {
      await flows.pair();
      await expect(flows.machine.startMatching('alice')).rejects.toMatchObject({
        code: 'wrong_state',
        message: 'alice is CONNECTING and cannot join the queue.',
        details: { faults: [{ currentState: 'CONNECTING', allowedStates: ['IN_CALL', 'WAITING'] }] },
      });
      expect(await flows.stateOf('bob')).toBe('CONNECTING');
    });

    it('lets a waiting person leave, and nobody else', async () => {
      await flows.machine.startMatching('alice');
      await flows.machine.leaveQueue('alice');
      expect(await flows.stateOf('alice')).toBe('IDLE');
      await expect(flows.machine.leaveQueue('alice')).rejects.toMatchObject({
        code: 'wrong_state',
        message: 'alice is IDLE and cannot leave the queue.',
      });
    });
  });

  describe('pairing', () => {
    it('gives both a room and each other', async () => {
      await flows.pair();
      const [alice, bob] = [await flows.look('alice'), await flows.look('bob')];
      expect(alice).toMatchObject({ state: 'CONNECTING', matchedWith: 'bob' });
      expect(bob).toMatchObject({ state: 'CONNECTING', matchedWith: 'alice' });
      expect(alice.room).toBe(bob.room);
      expect(await flows.field('alice', 'totalMatches')).toBe('1');
    });

    it('refuses two who were together a moment ago', async () => {
      await flows.call();
      await flows.machine.handleSkip('alice');
      await expect(flows.machine.createMatch('bob', 'alice')).rejects.toMatchObject({ code: 'on_cooldown' });
      expect(await flows.stateOf('alice')).toBe('WAITING');
    });

    it('names everybody who cannot be paired, and pairs nobody', async () => {
      await flows.machine.arrive('alice');
      await flows.machine.startMatching('bob');
      await expect(flows.machine.createMatch('alice', 'carol')).rejects.toMatchObject({
        code: 'wrong_state',
        message: 'alice is IDLE and cannot be paired; carol is in no state and cannot be paired.',
      });
      await expect(flows.machine.createMatch('bob', 'alice')).rejects.toMatchObject({ code: 'wrong_state' });
      expect(await flows.stateOf('bob')).toBe('WAITING');
    });

    it('never pairs somebody with themselves', async () => {
      await flows.machine.startMatching('alice');
      await expect(flows.machine.createMatch('alice', 'alice')).rejects.toMatchObject({ code: 'bad_input' });
    });
  });

  describe('entering the call', () => {
    it('moves both together when both have said so, and nobody before', async () => {
      await flows.pair();
      expect(await flows.machine.enterCall('alice')).toMatchObject({
        inCall: false,
        partner: 'bob',
        moves: [],
      });
      expect(await flows.stateOf('alice')).toBe('CONNECTING');
      expect(await flows.machine.enterCall('bob')).toMatchObject({ inCall: true, partner: 'alice' });
      expect(await flows.stateOf('alice')).toBe('IN_CALL');
      expect(await flows.stateOf('bob')).toBe('IN_CALL');
    });

    it('does not take the same person saying it twice for both', async () => {
      await flows.pair();
      await flows.machine.enterCall('alice');
      expect(await flows.machine.enterCall('alice')).toMatchObject({ inCall: false });
      expect(await flows.stateOf('bob')).toBe('CONNECTING');
    });

    it('moves both at once where the word of one is enough', async () => {
      await flows.pair();
      expect(await flows.machine.enterCall('alice', { atOnce: true })).toMatchObject({ inCall: true });
      expect(await flows.stateOf('bob')).toBe('IN_CALL');
    });

    it('says so calmly when the two are in the call already', async () => {
      await flows.call();
      expect(await flows.machine.enterCall('alice')).toMatchObject({
        inCall: true,
        partner: 'bob',
        moves: [],
      });
    });

    it('does not count a word that was said in an earlier pair', async () => {
      await flows.pair();
      await flows.machine.enterCall('alice');
      await flows.machine.failConnection('alice');
      await redis.client.del(flows.context.keys.cooldown('alice', 'bob'));
      await flows.machine.createMatch('alice', 'bob');
      expect(await flows.machine.enterCall('bob')).toMatchObject({ inCall: false });
    });

    it('refuses when the partner is not there any more', async () => {
      await flows.pair();
      await redis.client.zrem(flows.context.keys.sets.CONNECTING, 'bob');
      await expect(flows.machine.enterCall('alice', { atOnce: true })).rejects.toMatchObject({
        code: 'wrong_state',
        message: expect.stringContaining('the partner is not there any more') as string,
      });
      expect(await flows.stateOf('alice')).toBe('CONNECTING');
    });
  });

  describe('parting', () => {
    it('skip sends both back to the queue through DISCONNECTING, once, and keeps them apart', async () => {
      await flows.call();
      const result = await flows.machine.handleSkip('alice');
      expect(result.partner).toBe('bob');
      expect(result.moves.map(({ user, from, to }) => [user, from, to])).toEqual([
        ['alice', 'IN_CALL', 'DISCONNECTING'],
        ['alice', 'DISCONNECTING', 'WAITING'],
        ['bob', 'IN_CALL', 'DISCONNECTING'],
        ['bob', 'DISCONNECTING', 'WAITING'],
      ]);
      expect(await flows.onCooldown('alice', 'bob')).toBe(true);
      expect(await flows.field('alice', 'totalSkips')).toBe('1');
      expect(await flows.field('bob', 'totalSkips')).toBe('0');
      expect(await flows.field('bob', 'matchedWith')).toBeNull();
      expect(await flows.field('bob', 'lastPartner')).toBe('alice');
    });

    it('end sends the one to the landing page and the partner to the queue', async () => {
      await flows.call();
      await flows.machine.handleEndCall('bob');
      expect(await flows.stateOf('bob')).toBe('IDLE');
      expect(await flows.stateOf('alice')).toBe('WAITING');
      expect(await flows.field('bob', 'totalEnds')).toBe('1');
    });

    it('a failed connection gives both their old place in the queue', async () => {
      await flows.machine.startMatching('alice');
      await flows.machine.startMatching('bob');
      const before = [(await flows.look('alice')).since, (await flows.look('bob')).since];
      await flows.machine.createMatch('alice', 'bob');
      await flows.machine.failConnection('bob');
      expect([(await flows.look('alice')).since, (await flows.look('bob')).since]).toEqual(before);
    });

    it('skip and end while connecting leave through the queue', async () => {
      await flows.pair();
      await flows.machine.handleEndCall('alice');
      expect(await flows.stateOf('alice')).toBe('IDLE');
      expect(await flows.stateOf('bob')).toBe('WAITING');
    });

    it('a disconnect never strands the partner, from whatever state', async () => {
      await flows.call();
      await flows.machine.disconnectUser('alice');
      expect(await flows.stateOf('alice')).toBe('IDLE');
      expect(await flows.field('alice', 'isActive')).toBe('false');
      expect(await flows.stateOf('bob')).toBe('WAITING');
      expect(await flows.machine.disconnectUser('alice')).toMatchObject({ moves: [], superseded: false });
      await expect(flows.machine.disconnectUser('nobody')).rejects.toMatchObject({ code: 'wrong_state' });
    });
  });

  describe('emergency cleanup', () => {
    it('puts a user in two states to IDLE, frees the partner, and is audited', async () => {
      await flows.call();
      await redis.client.zadd(flows.context.keys.sets.WAITING, 1, 'alice');
      await expect(flows.machine.handleSkip('alice')).rejects.toMatchObject({ code: 'split_user' });
      await flows.machine.emergencyCleanup('alice', 'seen twice', { by: 'olga' });
      expect(await flows.look('alice')).toMatchObject({ state: 'IDLE', states: ['IDLE'] });
      expect(await flows.stateOf('bob')).toBe('WAITING');
      const [entry] = (await redis.client.xrange(flows.context.keys.audit, '-', '+')).map(
        ([, fields]) => fields,
      );
      expect(entry).toEqual(
        expect.arrayContaining(['by', 'olga', 'reason', 'seen twice', 'action', 'users.cleanup']),
      );
    });

    it('does not create a user whom nobody knows', async () => {
      await expect(flows.machine.emergencyCleanup('ghost', 'tidy up')).rejects.toMatchObject({
        code: 'wrong_state',
      });
      expect(await redis.client.dbsize()).toBe(0);
    });
  });

  describe('the system', () => {
    it('shows the live numbers, and puts right who stayed too long', async () => {
      await flows.call();
      await flows.machine.startMatching('carol');
      const { states } = await flows.machine.getSystemOverview();
      expect([states.IN_CALL.count, states.WAITING.count]).toEqual([2, 1]);
      const now = Date.now() + 60_000;
      const plan = await flows.machine.performSystemCleanup({ dryRun: true, now });
      expect(plan.moved.heartbeat).toBeGreaterThan(0);
      expect(await flows.stateOf('alice')).toBe('IN_CALL');
      await flows.machine.performSystemCleanup({ now });
      expect(await flows.stateOf('alice')).not.toBe('IN_CALL');
    });

    it('tells beforehand whether a move is legal', async () => {
      await flows.machine.arrive('alice');
      expect(await flows.machine.validateUserTransition('alice', 'IN_CALL')).toMatchObject({
        valid: false,
        from: 'IDLE',
        allowed: ['WAITING'],
      });
    });
  });

  describe('prospects', () => {
    it('finds the longest waiting who is not on cooldown', async () => {
      await flows.call();
      await flows.machine.handleSkip('alice');
      await flows.machine.startMatching('carol');
      expect(await flows.machine.getNextAvailableMatch('alice')).toMatchObject({ user: 'carol' });
      expect(await flows.machine.canUserBeMatched('alice')).toEqual({ possible: true, partner: 'carol' });
    });

    it('says why somebody cannot be matched', async () => {
      expect(await flows.machine.canUserBeMatched('alice')).toMatchObject({ reason: 'unknown' });
      await flows.machine.startMatching('alice');
      expect(await flows.machine.canUserBeMatched('alice')).toMatchObject({ reason: 'nobody_else_waiting' });
      await flows.machine.startMatching('bob');
      await flows.machine.createMatch('alice', 'bob');
      expect(await flows.machine.canUserBeMatched('alice')).toMatchObject({
        reason: 'not_waiting',
        state: 'CONNECTING',
      });
      await flows.machine.handleSkip('alice');
      expect(await flows.machine.canUserBeMatched('alice')).toMatchObject({ reason: 'all_on_cooldown' });
      await redis.client.zadd(flows.context.keys.sets.IDLE, 1, 'alice');
      expect(await flows.machine.canUserBeMatched('alice')).toMatchObject({ reason: 'split' });
    });

    it('knows who is in a call with whom', async () => {
      await flows.call();
      await flows.call('carol', 'dave');
      expect(await flows.machine.areUsersInCall('alice', 'bob')).toBe(true);
      expect(await flows.machine.areUsersInCall('alice', 'carol')).toBe(false);
    });
  });
});
