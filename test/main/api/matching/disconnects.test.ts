import { describe, expect, it } from 'vitest';
import type { HistoryEntry } from '@shared/contract/transitions';
import { explainDisconnect, lastDisconnect } from '../../../../src/main/api/matching/disconnects';

const entry = (more: Partial<HistoryEntry>): HistoryEntry => ({
  at: 1_000,
  from: 'IN_CALL',
  to: 'DISCONNECTING',
  cause: 'skip',
  by: 'api',
  transaction: 'transaction-1',
  spent: 500,
  partner: 'bob',
  ...more,
});

describe('explainDisconnect', () => {
  it.each([
    ['skip', 'skip', 'you'],
    ['partner-skip', 'skip', 'partner'],
    ['end', 'end', 'you'],
    ['partner-end', 'end', 'partner'],
    ['disconnect', 'leave', 'you'],
    ['partner-disconnect', 'leave', 'partner'],
    ['fail', 'failed', 'you'],
    ['sweep-connecting', 'timeout', 'system'],
    ['sweep-heartbeat', 'timeout', 'system'],
    ['sweep-alone', 'timeout', 'system'],
    ['force', 'operator', 'system'],
    ['rollback', 'operator', 'system'],
    ['something-new', 'other', 'system'],
  ])('says of %s: %s by %s', (cause, reason, by) => {
    expect(explainDisconnect(entry({ cause }))).toEqual({
      ...{ at: 1_000, reason, by, partner: 'bob', durationMs: 500, wasInCall: true },
    });
  });
});

describe('lastDisconnect', () => {
  const history = [
    entry({ at: 5_000, from: 'CONNECTING', to: 'IN_CALL', cause: 'connected', partner: 'carl' }),
    entry({ at: 4_000, from: 'WAITING', to: 'CONNECTING', cause: 'match', partner: 'carl' }),
    entry({ at: 3_000, from: 'DISCONNECTING', to: 'WAITING', cause: 'partner-skip', partner: null }),
    entry({ at: 3_000, cause: 'partner-skip' }),
    entry({ at: 1_000, from: 'CONNECTING', to: 'WAITING', cause: 'sweep-connecting', partner: 'dora' }),
  ];

  it('is the newest move out of a pair, however much happened since', () => {
    expect(lastDisconnect(history, {})).toMatchObject({ at: 3_000, partner: 'bob', by: 'partner' });
  });

  it('can be asked for one partner, or a time', () => {
    expect(lastDisconnect(history, { partner: 'dora' })).toMatchObject({ at: 1_000, wasInCall: false });
    expect(lastDisconnect(history, { partner: 'carl' })).toBeNull();
    expect(lastDisconnect(history, { since: 3_001 })).toBeNull();
    expect(lastDisconnect([], {})).toBeNull();
  });
});
