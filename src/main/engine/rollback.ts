import type { TransactionResult } from '@shared/contract/transitions';
import { SwitchboardError } from '@shared/errors';
import { type Acting, defineMovingScript, toResult } from './core';
import { refusal } from './refusal';
import rollbackLua from './rollback.lua?raw';

export interface RollbackInput {
  acting: Acting;
  /** The transaction to undo. */
  target: string;
  /** Kept in the audit trail. */
  reason?: string;
}

const REASONS: Readonly<Record<string, string>> = {
  gone: 'it was made too long ago (or never, or in another pool)',
  undone: 'it was undone already',
  is_undo: 'it is an undo itself: act anew instead',
  was_damage: 'it repaired a user who was in several states at once',
  nothing: 'it moved nobody',
};

/**
 * Undoes a transaction while it can be undone, from any process.
 * @throws SwitchboardError `moved_on` naming everybody who is not where the transaction put them any more;
 *   `not_undoable` with the reason when it is too late, was undone before, or is an undo itself.
 */
export const rollbackScript = defineMovingScript<RollbackInput, TransactionResult>({
  name: 'rollback',
  body: rollbackLua,
  keys: ({ acting, target }) => [acting.keys.transaction(target)],
  args: ({ target, reason }) => [target, reason ?? ''],
  decode(reply, { acting, target }) {
    const [word, json] = reply as [string, string];
    if (word === 'moved_on') throw refusal(json);
    if (word === 'refused')
      throw new SwitchboardError(
        'not_undoable',
        `Transaction ${target} cannot be undone: ${REASONS[json] ?? json}.`,
        { reason: json },
      );
    return toResult(word, json, acting);
  },
});
