import type { FindingKind } from '@shared/contract/integrity';

/** What each fault is called on the screen, worst first. */
export const KIND_NAMES: Record<FindingKind, string> = {
  split: 'in two states',
  'alone-in-call': 'alone in a call',
  'partner-mismatch': 'partner does not agree',
  'metadata-mismatch': 'metadata disagree',
  'no-metadata': 'without metadata',
  'orphaned-metadata': 'metadata in no state',
  'stale-heartbeat': 'silent',
  'time-in-future': 'time in the future',
  'damaged-key': 'damaged key',
};
