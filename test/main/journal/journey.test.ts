import { describe, expect, it } from 'vitest';
import { kindOf } from '../../../src/main/journal/journey';

describe('a move in the journey of its user', () => {
  it.each([
    ['IN_CALL', 'DISCONNECTING', 'skip', 'skipped'],
    ['IN_CALL', 'DISCONNECTING', 'partner-skip', 'parted'],
    ['IN_CALL', 'DISCONNECTING', 'sweep-heartbeat', 'vanished'],
    // Whoever is left alone has not vanished: the partner has.
    ['IN_CALL', 'DISCONNECTING', 'sweep-alone', 'parted'],
    ['IN_CALL', 'DISCONNECTING', 'partner-disconnect', 'parted'],
    ['DISCONNECTING', 'WAITING', 'sweep-alone', 'returned'],
    ['CONNECTING', 'WAITING', 'sweep-connecting', 'failed'],
    ['WAITING', 'IDLE', 'sweep-heartbeat', 'vanished'],
    ['WAITING', 'IDLE', 'leave', 'left'],
    [null, 'WAITING', 'queue', 'queued'],
    [null, 'IDLE', 'arrive', 'arrived'],
    ['DISCONNECTING', 'IDLE', 'sweep-disconnecting', 'moved'],
  ] as const)('from %s to %s by %s is called %s', (from, to, cause, kind) => {
    expect(kindOf({ from, to, cause })).toBe(kind);
  });
});
