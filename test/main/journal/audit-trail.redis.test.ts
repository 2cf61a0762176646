import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Engine, type PoolEngine } from '../../../src/main/engine/engine';
import { silentLogger } from '../../../src/main/lib/log';
import { poolKeys } from '../../../src/main/redis/keys';
import { startStore, STORE_KINDS, type TestStore } from '../../support/store';

describe.each(STORE_KINDS)('the audit trail on %s', (kind) => {
  let redis: TestStore;
  let pool: PoolEngine;

  beforeAll(async () => {
    redis = await startStore(kind);
  });
  beforeEach(async () => {
    await redis.flush();
    pool = new Engine({ store: redis.store, log: silentLogger }).pool();
  });
  afterAll(() => redis.stop());

  const force = (user: string, by = 'ada') => pool.transitions.forceTransition(user, 'IDLE', 'stuck', { by });

  it('tells a forced move with its reason, its user and how long it can be undone', async () => {
    await pool.machine.startMatching('u1');
    const { transaction, undoableUntil } = await force('u1');
    const { entries, total, cursor } = await pool.audit.list();
    expect(entries).toEqual([
      expect.objectContaining({
        by: 'ada',
        action: 'transitions.force',
        reason: 'stuck',
        outcome: 'done',
        detail: 'IDLE',
        users: ['u1'],
        userCount: 1,
        transaction,
        undoneBy: null,
        undoableUntil,
      }),
    ]);
    expect({ total, cursor }).toEqual({ total: 1, cursor: null });
  });

  it('tells who took an action back, and offers neither the action nor its undo for undo again', async () => {
    await pool.machine.startMatching('u1');
    const { transaction } = await force('u1');
    await pool.transitions.rollbackTransaction(transaction, { by: 'bob' });
    const { entries } = await pool.audit.list();
    expect(entries.map(({ action }) => action)).toEqual(['transitions.rollback', 'transitions.force']);
    expect(entries[0]).toMatchObject({ by: 'bob', undoes: transaction, undoableUntil: null });
    expect(entries[1]).toMatchObject({ undoneBy: { by: 'bob' }, undoableUntil: null });
  });

  it('knows of an undo that stands on a newer page', async () => {
    await pool.machine.startMatching('u1');
    const { transaction } = await force('u1');
    await pool.transitions.rollbackTransaction(transaction, { by: 'bob' });
    const first = await pool.audit.list({ limit: 1 });
    const second = await pool.audit.list({ limit: 1, before: first.cursor ?? '' });
    expect(second.entries).toEqual([
      expect.objectContaining({ undoneBy: expect.objectContaining({ by: 'bob' }) as unknown }),
    ]);
    expect(second.cursor).toBeNull();
  });

  it('does not offer an action for undo once its time is over', async () => {
    await pool.machine.startMatching('u1');
    const { transaction } = await force('u1');
    await redis.client.del(poolKeys('default').transaction(transaction));
    expect((await pool.audit.list()).entries[0]).toMatchObject({ undoableUntil: null, undoneBy: null });
  });

  it('pages and filters through everything, each entry once', async () => {
    for (let number = 0; number < 30; number++)
      await pool.audit.record({
        by: number % 3 === 0 ? 'ada' : 'bob',
        action: 'simulator.start',
        outcome: number % 2 === 0 ? 'done' : 'refused',
        users: [`u${number}`],
      });
    const seen: string[] = [];
    let before: string | undefined;
    do {
      const page = await pool.audit.list({ limit: 7, before, filter: { by: 'ada' } });
      seen.push(...page.entries.flatMap(({ users }) => users));
      before = page.cursor ?? undefined;
    } while (before);
    expect(seen).toEqual(['u27', 'u24', 'u21', 'u18', 'u15', 'u12', 'u9', 'u6', 'u3', 'u0']);
    expect((await pool.audit.list({ filter: { user: 'u4' } })).entries).toHaveLength(1);
    expect((await pool.audit.list({ filter: { outcome: 'refused', by: 'ada' } })).entries).toHaveLength(5);
    expect((await pool.audit.list({ filter: { action: 'none' } })).entries).toEqual([]);
  });

  it('reads what other programs left there without guessing', async () => {
    await redis.client.xadd(
      poolKeys('default').audit,
      '1700000000000-0',
      'note',
      'by hand',
      'users',
      '{broken',
    );
    expect((await pool.audit.list()).entries).toEqual([
      expect.objectContaining({ at: 1_700_000_000_000, by: '', action: '', users: [], transaction: null }),
    ]);
  });
});
