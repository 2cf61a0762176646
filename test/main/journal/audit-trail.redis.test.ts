import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EngineContext } from '../../../src/main/engine/context';
import { StateMachine } from '../../../src/main/engine/state-machine';
import { Transitions } from '../../../src/main/engine/transitions';
import { AuditTrail } from '../../../src/main/journal/audit-trail';
import { testContext } from '../../support/engine';
import { startStore, STORE_KINDS, type TestStore } from '../../support/store';

describe.each(STORE_KINDS)('the audit trail on %s', (kind) => {
  let redis: TestStore;
  let context: EngineContext;
  let transitions: Transitions;
  let trail: AuditTrail;

  beforeAll(async () => {
    redis = await startStore(kind);
    context = testContext(redis.store);
    transitions = new Transitions(context);
    trail = new AuditTrail(context);
  });
  beforeEach(async () => {
    await redis.flush();
    const machine = new StateMachine(context);
    for (const user of ['alice', 'bob']) await machine.arrive(user);
  });
  afterAll(() => redis.stop());

  const force = (users: string[], by: string) =>
    transitions.forceTransition(users, 'WAITING', 'a customer asked', { by });

  it('tells who did what to whom and why, newest first', async () => {
    await force(['alice'], 'ann');
    const second = await force(['bob'], 'ben');
    const { entries, cursor, total } = await trail.list({});
    expect(entries.map(({ by }) => by)).toEqual(['ben', 'ann']);
    expect(entries[0]).toMatchObject({
      action: 'transitions.force',
      users: ['bob'],
      reason: 'a customer asked',
      detail: 'WAITING',
      transaction: second.transaction,
      undone: null,
    });
    expect([cursor, total]).toEqual([null, 2]);
  });

  it('names who took an action back, and what an undo undid', async () => {
    const { transaction } = await force(['alice'], 'ann');
    await transitions.rollbackTransaction(transaction, { by: 'ben' });
    const { entries } = await trail.list({});
    expect(entries[0]).toMatchObject({ by: 'ben', undoes: transaction });
    expect(entries[1]?.undone).toMatchObject({ by: 'ben' });
  });

  it('goes on where it stopped, and leaves out what does not agree with the filter', async () => {
    await force(['alice'], 'ann');
    await force(['bob'], 'ben');
    const first = await trail.list({}, { limit: 1 });
    const rest = await trail.list({}, { before: first.cursor ?? '' });
    expect([...first.entries, ...rest.entries].map(({ by }) => by)).toEqual(['ben', 'ann']);
    expect((await trail.list({ user: 'alice' })).entries.map(({ by }) => by)).toEqual(['ann']);
    expect((await trail.list({ by: 'nobody' })).entries).toEqual([]);
  });

  it('reads what other programs wrote there without guessing', async () => {
    await redis.client.xadd(context.keys.audit, '*', 'by', 'someone', 'users', 'not json');
    const [entry] = (await trail.list({})).entries;
    expect(entry).toMatchObject({ by: 'someone', users: [], action: '', requestId: null });
  });
});
