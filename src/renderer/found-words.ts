import type { IntegrityStatus } from '@shared/contract/integrity';
import { formatThings } from './format';

/** That a search for users has found nobody, and how they are found. */
export function sayNobodyFound(text: string, pool: string): string {
  return `No user’s id in the pool ${pool} begins with “${text}”, written exactly so.`;
}

/** That no fault is known in a pool, as far as it was looked at: a scan that ended early knows nothing of the rest. */
export function sayNothingFound({ status, lookedAt }: IntegrityStatus): string {
  switch (status) {
    case 'never':
      return 'Nobody has looked yet. A scan reads everybody in short steps and changes nothing.';
    case 'running':
      return 'Nothing found so far.';
    case 'done':
      return 'Nothing is wrong: every user is in one state, with metadata and a partner that agree.';
    case 'cancelled':
    case 'failed':
      return `Nothing was found among the first ${formatThings(lookedAt, 'user')}, and nobody has looked at the rest: scan again.`;
  }
}
