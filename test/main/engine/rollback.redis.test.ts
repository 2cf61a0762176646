import type { TransactionResult } from '@shared/contract/transitions';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EngineContext } from '../../../src/main/engine/context';
import { matchScript } from '../../../src/main/engine/match';
import { acting } from '../../../src/main/engine/core';
import { StateMachine } from '../../../src/main/engine/state-machine';
import { Transitions } from '../../../src/main/engine/transitions';
import { testContext } from '../../support/engine';
import { pictureOf } from '../../support/picture';
import { startStore, STORE_KINDS, type TestStore } from '../../support/store';

/** A fixed day, so that places in the queue can be compared to the millisecond. */
const T = 1_700_000_000_000;

describe.each(STORE_KINDS)('undoing a transaction on %s', (kind) => {
  let redis: TestStore;
  let context: EngineContext;
  let machine: StateMachine;
  let transitions: Transitions;

  beforeAll(async () => {
    redis = await startStore(kind);
    context = testContext(redis.store);
    machine = new StateMachine(context);
    transitions = new Transitions(context);
  });
  beforeEach(() => redis.flush());
  afterAll(() => redis.stop());

  const picture = () => pictureOf(redis.client, context.keys);
  const match = async (now: number): Promise<TransactionResult> => {
    const round = await redis.store.run(matchScript, {
      acting: acting(context.keys, context.settings, { now }),
      pairs: 10,
      window: 20,
      checks: 20,
    });
    if (!round.transaction) throw new Error('somebody must have been paired');
    return round.transaction;
  };

  /** Alice and bob in a call, carol waiting, dave idle. */
  async function settle(): Promise<void> {
    await machine.startMatching('alice', { now: T });
    await machine.startMatching('bob', { now: T + 5 });
    await machine.createMatch('alice', 'bob', { now: T + 100 });
    await machine.enterCall('alice', { atOnce: true, now: T + 200 });
    await machine.startMatching('carol', { now: T + 250 });
    await machine.arrive('dave', { now: T + 300 });
  }

  const ACTIONS: Record<string, (now: number) => Promise<TransactionResult>> = {
    skip: (now) => machine.handleSkip('alice', { now }),
    end: (now) => machine.handleEndCall('bob', { now }),
    disconnect: (now) => machine.disconnectUser('bob', { now }),
    'leaving the queue': (now) => machine.leaveQueue('carol', { now }),
    queueing: (now) => machine.startMatching('dave', { now }),
    'the arrival of somebody new': (now) => machine.arrive('erin', { now }),
    'a forced move': (now) => transitions.forceTransition('carol', 'IN_CALL', 'as a test', { now }),
    'a forced move of a pair': (now) =>
      transitions.forceTransition(['alice', 'bob'], 'IDLE', 'as a test', { now }),
    'an emergency cleanup': (now) => machine.emergencyCleanup('alice', 'as a test', { now }),
    'a batch in which one moves twice': (now) =>
      transitions.performBatchTransitions(
        [
          { user: 'dave', to: 'WAITING', patch: { note: 'hello', level: 3 } },
          { user: 'carol', to: 'IDLE' },
          { user: 'dave', to: 'IDLE' },
        ],
        { now },
      ),
  };

  it.each(Object.keys(ACTIONS))('brings everything back as it was before: %s', async (name) => {
    await settle();
    const before = await picture();
    const result = await ACTIONS[name]?.(T + 1_000);
    expect(await picture()).not.toEqual(before);
    await transitions.rollbackTransaction(result?.transaction ?? '', { now: T + 2_000 });
    expect(await picture()).toEqual(before);
  });

  it('brings a removed user back with all metadata, place and sign of life', async () => {
    await settle();
    await redis.client.hset(context.keys.user('carol'), { unknownField: '{broken', debugInfo: '{"a":1}' });
    const before = await picture();
    const whole = await redis.client.hgetall(context.keys.user('carol'));
    const heartbeat = await redis.client.zscore(context.keys.heartbeats, 'carol');
    const outcome = await transitions.removeUsers(['carol', 'alice', 'nobody'], 'asked to be forgotten');
    expect(outcome.moved).toEqual(['carol', 'alice']);
    expect(outcome.skipped).toEqual([
      { user: 'nobody', states: [], why: 'unknown', message: 'nobody is not known.' },
    ]);
    expect(await redis.client.exists(context.keys.user('carol'))).toBe(0);
    expect(await redis.client.zscore(context.keys.sets.WAITING, 'bob')).not.toBeNull();
    await transitions.rollbackTransaction(outcome.transactions[0] ?? '');
    expect(await picture()).toEqual(before);
    expect(await redis.client.hgetall(context.keys.user('carol'))).toEqual(whole);
    expect(await redis.client.zscore(context.keys.heartbeats, 'carol')).toBe(heartbeat);
  });

  it('gives back the place in the queue to the millisecond', async () => {
    await machine.startMatching('alice', { now: T + 17 });
    await machine.startMatching('bob', { now: T + 4_711 });
    const { transaction } = await match(T + 10_000);
    await transitions.rollbackTransaction(transaction, { now: T + 12_345 });
    expect(await redis.client.zrange(context.keys.sets.WAITING, 0, '-1', 'WITHSCORES')).toEqual([
      'alice',
      String(T + 17),
      'bob',
      String(T + 4_711),
    ]);
  });

  it('takes away the cooldown that the transaction set', async () => {
    await settle();
    const { transaction } = await machine.handleSkip('alice');
    await transitions.rollbackTransaction(transaction);
    expect(await redis.client.exists(context.keys.cooldown('alice', 'bob'))).toBe(0);
  });

  it('refuses when somebody moved on, names them all, and changes nothing', async () => {
    await settle();
    const { transaction } = await machine.handleSkip('alice', { now: T + 1_000 });
    await machine.leaveQueue('bob', { now: T + 1_100 });
    const before = await picture();
    await expect(transitions.rollbackTransaction(transaction, { now: T + 2_000 })).rejects.toMatchObject({
      code: 'moved_on',
      message: 'bob is IDLE by now.',
      details: { faults: [{ user: 'bob', currentState: 'IDLE' }] },
    });
    expect(await picture()).toEqual(before);
  });

  it('refuses when somebody left and came back to the same state', async () => {
    await settle();
    const { transaction } = await machine.startMatching('dave', { now: T + 1_000 });
    await machine.leaveQueue('dave', { now: T + 1_001 });
    await machine.startMatching('dave', { now: T + 1_002 });
    await expect(transitions.rollbackTransaction(transaction, { now: T + 2_000 })).rejects.toMatchObject({
      code: 'moved_on',
    });
  });

  it('does not put anybody back into a pair that the partner has left', async () => {
    await settle();
    const forced = await transitions.forceTransition('alice', 'IDLE', 'as a test', { now: T + 1_000 });
    expect(forced.warnings).toEqual([{ kind: 'partner-left-alone', user: 'alice', partner: 'bob' }]);
    await machine.disconnectUser('bob', { now: T + 1_500 });
    await expect(
      transitions.rollbackTransaction(forced.transaction, { now: T + 2_000 }),
    ).rejects.toMatchObject({
      code: 'moved_on',
      message: 'bob is IDLE by now and would be missing in the pair.',
    });
  });

  it('refuses after 30 seconds, and for an id that never was', async () => {
    await settle();
    const { transaction, undoableUntil } = await machine.leaveQueue('carol', { now: T + 1_000 });
    expect(undoableUntil).toBe(T + 31_000);
    for (const [id, now] of [
      [transaction, T + 31_000],
      ['never-was', T + 2_000],
    ] as const)
      await expect(transitions.rollbackTransaction(id, { now })).rejects.toMatchObject({
        code: 'not_undoable',
        details: { reason: 'gone' },
      });
    await transitions.rollbackTransaction(transaction, { now: T + 30_999 });
  });

  it('forgets a transaction by itself, so that Redis is not filled', async () => {
    const { transaction } = await machine.startMatching('alice');
    const rest = await redis.client.pttl(context.keys.transaction(transaction));
    expect(rest).toBeGreaterThan(20_000);
    expect(rest).toBeLessThanOrEqual(30_000);
  });

  it('happens once only, and is not undone itself', async () => {
    await settle();
    const { transaction } = await machine.leaveQueue('carol');
    const undo = await transitions.rollbackTransaction(transaction);
    expect(undo.undoableUntil).toBeNull();
    await expect(transitions.rollbackTransaction(transaction)).rejects.toMatchObject({
      code: 'not_undoable',
      details: { reason: 'undone' },
    });
    await expect(transitions.rollbackTransaction(undo.transaction)).rejects.toMatchObject({
      code: 'not_undoable',
      details: { reason: 'is_undo' },
    });
  });

  it('is safe to repeat, and the undone transaction does not come back by a late retry', async () => {
    await settle();
    const skip = () => machine.handleSkip('alice', { transaction: 'skip-0001' });
    await skip();
    const undo = () => transitions.rollbackTransaction('skip-0001', { transaction: 'undo-0001' });
    const first = await undo();
    expect(await undo()).toEqual({ ...first, repeated: true });
    expect(await skip()).toMatchObject({ repeated: true, undoableUntil: null });
    expect(await redis.client.zscore(context.keys.sets.IN_CALL, 'alice')).not.toBeNull();
  });

  it('lets exactly one of many at once undo it', async () => {
    await settle();
    const { transaction } = await machine.handleSkip('alice');
    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, () => transitions.rollbackTransaction(transaction)),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('leaves its own traces in journal, history and audit trail', async () => {
    await settle();
    const { transaction } = await machine.leaveQueue('carol');
    const undo = await transitions.rollbackTransaction(transaction, { by: 'olga', reason: 'slipped' });
    const [entry] = await redis.client.xrevrange(context.keys.journal, '+', '-', 'COUNT', 1);
    expect(entry?.[1]).toEqual(
      expect.arrayContaining([
        'user',
        'carol',
        'from',
        'IDLE',
        'to',
        'WAITING',
        'cause',
        'rollback',
        'by',
        'olga',
      ]),
    );
    const [newest] = await redis.client.lrange(context.keys.history('carol'), 0, 0);
    expect(JSON.parse(newest ?? '[]')).toEqual(expect.arrayContaining(['IDLE', 'WAITING', 'rollback']));
    const [audit] = await redis.client.xrevrange(context.keys.audit, '+', '-', 'COUNT', 1);
    expect(audit?.[1]).toEqual(
      expect.arrayContaining([
        'by',
        'olga',
        'reason',
        'slipped',
        'tx',
        undo.transaction,
        'undoes',
        transaction,
      ]),
    );
  });

  describe('the list of what can be undone', () => {
    it('has the newest first, with who, what and until when, and drops what was undone', async () => {
      await settle();
      const skip = await machine.handleSkip('alice', { by: 'api' });
      const force = await transitions.forceTransition('dave', 'WAITING', 'as a test', { by: 'olga' });
      const list = await transitions.listUndoable();
      expect(list.complete).toBe(true);
      expect(list.transactions.slice(0, 2)).toEqual([
        {
          transaction: force.transaction,
          at: force.at,
          until: force.at + 30_000,
          by: 'olga',
          kind: 'force',
          users: ['dave'],
        },
        {
          transaction: skip.transaction,
          at: skip.at,
          until: skip.at + 30_000,
          by: 'api',
          kind: 'skip',
          users: ['alice', 'bob'],
        },
      ]);
      await transitions.rollbackTransaction(force.transaction);
      const left = (await transitions.listUndoable()).transactions.map(({ transaction }) => transaction);
      expect(left).not.toContain(force.transaction);
      expect(left[0]).toBe(skip.transaction);
    });

    it('says so when it is not the whole list', async () => {
      for (const user of ['alice', 'bob', 'carol']) await machine.arrive(user);
      const list = await transitions.listUndoable(2);
      expect(list.transactions).toHaveLength(2);
      expect(list.complete).toBe(false);
    });
  });
});
