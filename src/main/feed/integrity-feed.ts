import type { FindingKind } from '@shared/contract/integrity';
import type { Attention } from '@shared/contract/overview';
import type { Integrity } from '../engine/integrity';
import type { Feed, FeedSources } from './feed';
import { atLeastEvery } from './health-feed';

const EVERY_MS = 1000;
/** Steps of a scan follow each other faster than anybody can read. */
const LEAST_MS = 100;

/** How far the scan of a pool is: at once, as it goes, and at least once a second. */
export function integrityFeed({ engine, clock }: FeedSources): Feed<'integrity'> {
  return ({ pool }, _context, publish) => {
    const { integrity } = engine.pool(pool);
    let toldAt = -Infinity;
    return atLeastEvery(
      clock,
      EVERY_MS,
      () => {
        toldAt = clock.now();
        publish(integrity.status);
      },
      (tell) =>
        integrity.onStatus(({ status }) => {
          if (status !== 'running' || clock.now() - toldAt >= LEAST_MS) tell();
        }),
    );
  };
}

const TOLD: Partial<Record<FindingKind, Attention['kind']>> = {
  split: 'split-users',
  'alone-in-call': 'alone-in-call',
};

/** What of the last scan wants a person's eye. */
export function attentionFromScan(integrity: Pick<Integrity, 'status' | 'findings'>): Attention[] {
  return (Object.entries(TOLD) as [FindingKind, Attention['kind']][]).map(([finding, kind]) => ({
    kind,
    severity: 'critical',
    count: integrity.status.counts[finding],
    since: integrity.status.startedAt,
    example: integrity.findings({ kind: finding, limit: 1 }).findings[0]?.user ?? null,
  }));
}
