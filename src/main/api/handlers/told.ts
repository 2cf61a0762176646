import type { BulkResult } from '@shared/contract/actions';
import type { BulkOutcome } from '../../engine/bulk';

/**
 * What a caller is told of an action on many users. What was done stands and is told; nothing done at all is a plain
 * failure.
 * @throws SwitchboardError what stopped the action before it changed anything
 */
export function toldOf({ stopped, skipped, ...outcome }: BulkOutcome): BulkResult {
  if (stopped && outcome.moved.length === 0) throw stopped;
  return {
    ...outcome,
    skipped: skipped.map(({ user, message }) => ({ user, message })),
    stopped: stopped?.message ?? null,
  };
}
