import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EngineContext } from '../../../src/main/engine/context';
import type { TransitionErrorEvent, TransitionEvent } from '../../../src/main/engine/events';
import { lookScript } from '../../../src/main/engine/look';
import { StateMachine } from '../../../src/main/engine/state-machine';
import { Transitions } from '../../../src/main/engine/transitions';
import { testContext } from '../../support/engine';
import { startStore, STORE_KINDS, type TestStore } from '../../support/store';
import { until } from '../../support/until';

describe.each(STORE_KINDS)('transitions on %s', (kind) => {
  let redis: TestStore;
  let context: EngineContext;
  let transitions: Transitions;
  let machine: StateMachine;

  beforeAll(async () => {
    redis = await startStore(kind);
  });
  beforeEach(async () => {
    await redis.flush();
    context = testContext(redis.store);
    transitions = new Transitions(context);
    machine = new StateMachine(context);
  });
  afterAll(() => redis.stop());

  const stateOf = async (user: string) => {
    const [found] = await redis.store.run(lookScript, { keys: context.keys, users: [user] });
    return found?.state ?? null;
  };
  const waiting = (...users: string[]) =>
    transitions.performBatchTransitions(users.map((user) => ({ user, to: 'WAITING', alive: true })));
  const auditTrail = async (): Promise<Record<string, string>[]> => {
    const entries = await redis.client.xrange(context.keys.audit, '-', '+');
    return entries.map(([, fields]) => {
      const pairs = Array.from({ length: fields.length / 2 }, (_, at) => fields.slice(at * 2, at * 2 + 2));
      return Object.fromEntries(pairs) as Record<string, string>;
    });
  };

  describe('asking beforehand', () => {
    it('tells whether a move is legal now, and what is instead', async () => {
      await waiting('alice');
      expect(await transitions.validateTransition('alice', 'CONNECTING')).toMatchObject({ valid: true });
      expect(await transitions.validateTransition('alice', 'IN_CALL')).toEqual({
        valid: false,
        from: 'WAITING',
        allowed: ['CONNECTING', 'IDLE'],
        message: 'alice is WAITING and may go to CONNECTING or IDLE, not to IN_CALL.',
      });
      expect(await transitions.getValidTransitions('nobody')).toEqual(['IDLE', 'WAITING']);
    });

    it('allows nothing to a user in two states', async () => {
      await waiting('alice');
      await redis.client.zadd(context.keys.sets.IDLE, 1, 'alice');
      expect(await transitions.getValidTransitions('alice')).toEqual([]);
      expect(await transitions.validateTransition('alice', 'IDLE')).toMatchObject({
        valid: false,
        message: 'alice is in IDLE and WAITING at once: repair it first.',
      });
    });
  });

  describe('the state of the whole system', () => {
    it('is sound after whatever the engine does, and tells what somebody broke', async () => {
      await waiting('alice', 'bob', 'carol');
      await machine.createMatch('alice', 'bob');
      await machine.enterCall('alice', { atOnce: true });
      expect(await transitions.validateSystemState()).toEqual({
        sound: true,
        complete: true,
        findings: 0,
        examples: [],
      });
      await redis.client.zadd(context.keys.sets.IDLE, Date.now(), 'carol');
      const verdict = await transitions.validateSystemState({ confirmAfterMs: 1 });
      expect(verdict.sound).toBe(false);
      expect(verdict.examples).toContainEqual(expect.objectContaining({ kind: 'split', user: 'carol' }));
    });
  });

  describe('one and many', () => {
    it('writes sets, metadata, journal, history and statistics together', async () => {
      const now = 1_700_000_000_000;
      await transitions.performTransition('alice', 'WAITING', { now, cause: 'queue' });
      await transitions.performTransition('alice', 'IDLE', {
        now: now + 12_345,
        cause: 'leave',
        by: 'olga',
        requestId: 'request-1',
        patch: { note: 'plain text', level: 3, vip: true },
      });
      expect(await redis.client.zscore(context.keys.sets.IDLE, 'alice')).toBe(String(now + 12_345));
      expect(await redis.client.hgetall(context.keys.user('alice'))).toMatchObject({
        state: 'IDLE',
        previousState: 'WAITING',
        lastStateChange: String(now + 12_345),
        note: 'plain text',
        level: '3',
        vip: 'true',
      });
      const [entry] = await redis.client.xrevrange(context.keys.journal, '+', '-', 'COUNT', 1);
      expect(entry?.[1]).toEqual(
        expect.arrayContaining([
          'from',
          'WAITING',
          'to',
          'IDLE',
          'spent',
          '12345',
          'by',
          'olga',
          'request-1',
        ]),
      );
      expect(await redis.client.llen(context.keys.history('alice'))).toBe(2);
      expect(await redis.client.hgetall(context.keys.stats(Math.floor(now / 60_000)))).toMatchObject({
        'UNKNOWN>WAITING:queue': '1',
        'WAITING>IDLE:leave': '1',
      });
    });

    it('carries out all of a batch or nothing, and names each fault', async () => {
      await waiting('alice', 'bob');
      const before = await redis.client.xlen(context.keys.journal);
      await expect(
        transitions.performBatchTransitions([
          { user: 'alice', to: 'IDLE' },
          { user: 'bob', to: 'IN_CALL' },
          { user: 'carol', to: 'DISCONNECTING' },
        ]),
      ).rejects.toMatchObject({
        code: 'illegal_transition',
        details: {
          faults: [
            { step: 1, user: 'bob' },
            { step: 2, user: 'carol' },
          ],
        },
      });
      expect(await stateOf('alice')).toBe('WAITING');
      expect(await redis.client.xlen(context.keys.journal)).toBe(before);
    });

    it('refuses when a user is not where the caller believes', async () => {
      await waiting('alice');
      await expect(
        transitions.performTransition('alice', 'IDLE', { expectedFrom: 'IN_CALL' }),
      ).rejects.toMatchObject({ code: 'moved_on', details: { faults: [{ currentState: 'WAITING' }] } });
    });

    it('a dry run tells the same and changes nothing', async () => {
      const size = await redis.client.dbsize();
      const plan = await transitions.performBatchTransitions(
        [
          { user: 'alice', to: 'WAITING' },
          { user: 'alice', to: 'IDLE' },
        ],
        { dryRun: true },
      );
      expect(plan.moves.map(({ to }) => to)).toEqual(['WAITING', 'IDLE']);
      expect(plan.undoableUntil).toBeNull();
      expect(await redis.client.dbsize()).toBe(size);
    });

    it('returns the first result to a retry, and refuses the id for anything else', async () => {
      const move = () => transitions.performTransition('alice', 'WAITING', { transaction: 'move-0001' });
      const first = await move();
      expect(await move()).toEqual({ ...first, repeated: true });
      await expect(
        transitions.performTransition('alice', 'IDLE', { transaction: 'move-0001' }),
      ).rejects.toMatchObject({ code: 'transaction_id_reused' });
      await expect(machine.leaveQueue('alice', { transaction: 'move-0001' })).rejects.toMatchObject({
        code: 'transaction_id_reused',
      });
      expect(await stateOf('alice')).toBe('WAITING');
    });
  });

  describe('by force', () => {
    it('goes anywhere, and the audit trail says who and why in the same breath', async () => {
      await waiting('alice');
      const result = await transitions.forceTransition('alice', 'DISCONNECTING', ' seen stuck ', {
        by: 'olga',
      });
      expect(await stateOf('alice')).toBe('DISCONNECTING');
      expect(await auditTrail()).toEqual([
        expect.objectContaining({
          by: 'olga',
          action: 'transitions.force',
          reason: 'seen stuck',
          outcome: 'done',
          tx: result.transaction,
          users: '["alice"]',
        }),
      ]);
    });

    it('needs a reason, and somebody whom it knows', async () => {
      await expect(transitions.forceTransition('alice', 'IDLE', '  ')).rejects.toMatchObject({
        code: 'bad_input',
      });
      await expect(transitions.forceTransition('alcie', 'IDLE', 'a slip')).rejects.toMatchObject({
        code: 'unknown_user',
        message: 'alcie is not known.',
      });
      expect(await redis.client.dbsize()).toBe(0);
    });

    it('warns of whoever is left alone, also in a dry run', async () => {
      await waiting('alice', 'bob');
      await machine.createMatch('alice', 'bob');
      await machine.enterCall('alice', { atOnce: true });
      const dry = await transitions.forceTransition('alice', 'IDLE', 'as a test', { dryRun: true });
      expect(dry.warnings).toEqual([{ kind: 'partner-left-alone', user: 'alice', partner: 'bob' }]);
      expect(await stateOf('alice')).toBe('IN_CALL');
      const both = await transitions.forceTransition(['alice', 'bob'], 'IDLE', 'as a test', { dryRun: true });
      expect(both.warnings).toEqual([]);
      const alone = await transitions.forceTransition('carol', 'IN_CALL', 'as a test').catch(() => null);
      expect(alone).toBeNull();
      await waiting('carol');
      expect((await transitions.forceTransition('carol', 'IN_CALL', 'as a test')).warnings).toEqual([
        { kind: 'alone-in-call', user: 'carol', partner: null },
      ]);
    });

    it('heals a user who is in two states', async () => {
      await waiting('alice');
      await redis.client.zadd(context.keys.sets.IN_CALL, 1, 'alice');
      await expect(transitions.performTransition('alice', 'IDLE')).rejects.toMatchObject({
        code: 'split_user',
      });
      await transitions.forceTransition('alice', 'IDLE', 'as a test');
      expect(await stateOf('alice')).toBe('IDLE');
    });
  });

  describe('many users', () => {
    const crowd = Array.from({ length: kind === 'redis' ? 1_050 : 55 }, (_, index) => `person-${index}`);
    const chunk = kind === 'redis' ? 200 : 10;

    async function gather(): Promise<void> {
      for (let at = 0; at < crowd.length; at += chunk) await waiting(...crowd.slice(at, at + chunk));
    }

    it('are forced in chunks, and whoever is skipped is named with the reason', async () => {
      await gather();
      await machine.leaveQueue('person-7');
      const progress: number[] = [];
      const outcome = await transitions.forceMany([...crowd, 'ghost', 'person-3'], 'IDLE', 'closing time', {
        chunk,
        expectedFrom: ['WAITING', 'UNKNOWN'],
        onProgress: (done) => void progress.push(done),
      });
      expect(outcome.moved).toHaveLength(crowd.length - 1);
      expect(outcome.skipped).toEqual([
        {
          user: 'person-7',
          states: ['IDLE'],
          why: 'expected',
          message: expect.stringContaining('IDLE') as string,
        },
        { user: 'ghost', states: [], why: 'unknown', message: 'ghost is not known.' },
      ]);
      expect(outcome.transactions).toHaveLength(Math.ceil((crowd.length + 1) / chunk));
      expect(progress.at(-1)).toBe(crowd.length + 1);
      expect(await redis.client.zcard(context.keys.sets.IDLE)).toBe(crowd.length);
      expect(await auditTrail()).toHaveLength(outcome.transactions.length);
    });

    it('can be taken back chunk by chunk', async () => {
      await gather();
      const before = await redis.client.zrange(context.keys.sets.WAITING, 0, '-1', 'WITHSCORES');
      const { transactions: chunks } = await transitions.removeUsers(crowd, 'closing time', { chunk });
      expect(await redis.client.zcard(context.keys.sets.WAITING)).toBe(0);
      for (const id of chunks) await transitions.rollbackTransaction(id);
      expect(await redis.client.zrange(context.keys.sets.WAITING, 0, '-1', 'WITHSCORES')).toEqual(before);
    });

    it('stop when told to, and what was done is told', async () => {
      await gather();
      const stop = new AbortController();
      const outcome = await transitions.forceMany(crowd, 'IDLE', 'closing time', {
        chunk,
        signal: stop.signal,
        onProgress: () => stop.abort(),
      });
      expect(outcome.stopped).toMatchObject({ code: 'cancelled' });
      expect(outcome.moved).toHaveLength(chunk);
      expect(outcome.untried).toEqual(crowd.slice(chunk));
    });

    it('a dry run names the same users and writes nothing', async () => {
      await gather();
      const dry = await transitions.removeUsers([...crowd, 'ghost'], 'closing time', { chunk, dryRun: true });
      expect(dry.moved).toEqual(crowd);
      expect(dry.skipped.map(({ user }) => user)).toEqual(['ghost']);
      expect(dry.transactions).toEqual([]);
      expect(await redis.client.zcard(context.keys.sets.WAITING)).toBe(crowd.length);
    });
  });

  describe('listeners', () => {
    it('hear of each transaction once, of refusals with their error, and of nothing after they left', async () => {
      const heard: TransitionEvent[] = [];
      const errors: TransitionErrorEvent[] = [];
      const leave = transitions.onTransition((event) => void heard.push(event));
      transitions.onError((event) => void errors.push(event));
      await machine.startMatching('alice', { transaction: 'queue-001', by: 'api' });
      await machine.startMatching('alice', { transaction: 'queue-001', by: 'api' });
      await transitions.forceTransition('alice', 'IDLE', 'as a test', { dryRun: true });
      await expect(machine.handleSkip('alice', { transaction: 'skip-0001' })).rejects.toThrow();
      await until(() => heard.length > 0 && errors.length > 0);
      leave();
      await machine.leaveQueue('alice');
      expect(heard).toEqual([
        {
          pool: 'default',
          by: 'api',
          result: expect.objectContaining({ transaction: 'queue-001' }) as unknown,
        },
      ]);
      expect(errors).toEqual([
        expect.objectContaining({
          transaction: 'skip-0001',
          error: expect.objectContaining({ code: 'wrong_state' }) as unknown,
        }),
      ]);
    });

    it('that throw, or never finish, harm neither the caller nor each other', async () => {
      const heard: string[] = [];
      transitions.onTransition(() => {
        throw new Error('a listener that throws');
      });
      transitions.onTransition(() => Promise.reject(new Error('a listener that rejects')));
      transitions.onTransition(() => new Promise(() => undefined));
      transitions.onTransition(({ result }) => void heard.push(result.moves[0]?.user ?? ''));
      for (const user of ['alice', 'bob', 'carol']) await machine.startMatching(user);
      await until(() => heard.length === 3);
      expect(heard).toEqual(['alice', 'bob', 'carol']);
    });
  });
});
