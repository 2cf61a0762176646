import { expect, it } from 'vitest';
import { FINDING_KINDS, type FindingKind, type IntegrityStatus } from '@shared/contract/integrity';
import { sayNothingFound } from '../../src/renderer/found-words';

const STATUS: IntegrityStatus = {
  ...{
    pool: 'default',
    status: 'done',
    startedAt: 0,
    tookMs: 9,
    phase: null,
    lookedAt: 3_002,
    total: 60_000,
  },
  counts: Object.fromEntries(FINDING_KINDS.map((kind) => [kind, 0])) as Record<FindingKind, number>,
  error: null,
};

it('calls a pool sound only when everybody was looked at', () => {
  expect(sayNothingFound(STATUS)).toContain('Nothing is wrong');
  for (const status of ['failed', 'cancelled'] as const) {
    const words = sayNothingFound({ ...STATUS, status });
    expect(words).not.toContain('Nothing is wrong');
    expect(words).toMatch(/first 3,002 users.*nobody has looked at the rest/);
  }
});
