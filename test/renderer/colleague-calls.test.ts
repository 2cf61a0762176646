import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '@shared/contract/audit';
import { newActionsOfOthers, newUndoingsByOthers } from '../../src/renderer/colleague-calls';

const entry = (id: string, more: Partial<AuditEntry> = {}): AuditEntry => ({
  id,
  at: 1_000,
  by: 'ben',
  action: 'transitions.force',
  reason: 'a test',
  outcome: 'done',
  detail: '',
  users: ['u1'],
  userCount: 1,
  transaction: `tx-${id}`,
  requestId: null,
  undoes: null,
  undoneBy: null,
  undoableUntil: 31_000,
  ...more,
});

describe('what colleagues do', () => {
  it('calls nobody for what was there when the console was opened', () => {
    expect(newActionsOfOthers(null, [entry('1')], 'ann')).toEqual([]);
    expect(newActionsOfOthers([entry('1')], [entry('1')], 'ann')).toEqual([]);
  });

  it('is told once, and neither one’s own doing nor what cannot be undone', () => {
    const now = [
      entry('5', { by: 'ann' }),
      entry('4', { undoableUntil: null }),
      entry('3', { transaction: null }),
      entry('2', { userCount: 7 }),
      entry('1'),
    ];
    expect(newActionsOfOthers([entry('1')], now, 'ann')).toEqual([
      {
        by: 'ben',
        action: 'transitions.force',
        users: 7,
        user: null,
        transactions: ['tx-2'],
        undoableUntil: 31_000,
      },
    ]);
  });

  it('is one message for the many transactions of one action', () => {
    const now = [
      entry('3', { userCount: 400, undoableUntil: 32_000 }),
      entry('2', { userCount: 500 }),
      entry('1', { action: 'users.remove' }),
    ];
    expect(newActionsOfOthers([], now, 'ann')).toMatchObject([
      { users: 900, user: null, transactions: ['tx-3', 'tx-2'], undoableUntil: 31_000 },
      { action: 'users.remove', users: 1, user: 'u1' },
    ]);
  });

  it('tells whose action a colleague took back, and nothing of refused undoings and one’s own', () => {
    const mine = entry('1', { by: 'ann' });
    const undo = (id: string, more: Partial<AuditEntry> = {}) =>
      entry(id, { action: 'transitions.rollback', undoes: 'tx-1', undoableUntil: null, ...more });
    const now = [
      undo('5', { undoes: 'tx-0' }),
      undo('4', { by: 'ann' }),
      undo('3', { outcome: 'refused' }),
      undo('2'),
      mine,
    ];
    expect(newUndoingsByOthers(null, now, 'ann')).toEqual([]);
    expect(newUndoingsByOthers([mine], now, 'ann')).toEqual([
      { by: 'ben', transaction: 'tx-0', done: null },
      { by: 'ben', transaction: 'tx-1', done: mine },
    ]);
  });
});
