import type { Client } from '@shared/client';
import type { AuditEntry } from '@shared/contract/audit';
import { undoAll } from './commands/bulk';
import { formatThings } from './format';
import { live } from './store/live';
import { showToast, withdrawAction } from './store/toasts';
import { ui } from './store/ui';

/** What somebody else has just done, as one message. */
export interface ColleagueAction {
  by: string;
  action: string;
  users: number;
  /** Who it is, where it is one. */
  user: string | null;
  /** The newest first, as the trail has them. */
  transactions: string[];
  /** Until when the first of them can be undone, by the server's clock. */
  undoableUntil: number;
}

/**
 * What others have done since the last look that can still be undone; many transactions of one action are one. Those
 * that were there already when the console was opened are in the trail, and call nobody.
 */
export function newActionsOfOthers(
  before: readonly AuditEntry[] | null,
  now: readonly AuditEntry[],
  me: string,
): ColleagueAction[] {
  if (before === null) return [];
  const known = new Set(before.map(({ id }) => id));
  const found = new Map<string, ColleagueAction>();
  for (const { id, by, action, users, userCount, transaction, undoableUntil } of now) {
    if (known.has(id) || by === me || transaction === null || undoableUntil === null) continue;
    const same = found.get(`${by} ${action}`);
    found.set(`${by} ${action}`, {
      by,
      action,
      users: userCount + (same?.users ?? 0),
      user: !same && userCount === 1 ? (users[0] ?? null) : null,
      transactions: [...(same?.transactions ?? []), transaction],
      undoableUntil: Math.min(undoableUntil, same?.undoableUntil ?? Infinity),
    });
  }
  return [...found.values()];
}

/** What others have taken back since the last look, and who had done that. */
export function newUndoingsByOthers(
  before: readonly AuditEntry[] | null,
  now: readonly AuditEntry[],
  me: string,
): { by: string; transaction: string; done: AuditEntry | null }[] {
  if (before === null) return [];
  const known = new Set(before.map(({ id }) => id));
  return now.flatMap(({ id, by, outcome, undoes }) => {
    if (known.has(id) || by === me || outcome !== 'done' || undoes === null) return [];
    return [{ by, transaction: undoes, done: now.find(({ transaction }) => transaction === undoes) ?? null }];
  });
}

const ACTION_WORDS: Record<string, string> = {
  'transitions.force': 'forced',
  'users.remove': 'removed',
  'users.patch': 'changed the metadata of',
  'users.cleanup': 'cleaned up',
  'integrity.repair': 'repaired',
};

/** Tells what colleagues do while this console looks at the same pool, with Undo for as long as there is one. */
export function startColleagueCalls(client: Client, refresh: () => void): () => void {
  return live.subscribe(({ audit, session, health }, before) => {
    if (!audit || audit === before.audit || !session) return;
    const actions = newActionsOfOthers(before.audit, audit, session.actor);
    const { pool } = ui.getState();
    for (const { by, action, users, user, transactions, undoableUntil } of actions) {
      showToast({
        tone: 'plain',
        title: `${by} ${ACTION_WORDS[action] ?? action} ${user ?? formatThings(users, 'user')}`,
        action: {
          label: 'Undo',
          until: undoableUntil - (health?.server?.clockOffsetMs ?? 0),
          run: () => void undoAll(client, pool, transactions.toReversed(), refresh),
          ...(transactions.length === 1 && { transaction: transactions[0] }),
        },
      });
    }
    for (const { by, transaction, done } of newUndoingsByOthers(before.audit, audit, session.actor)) {
      withdrawAction(transaction);
      if (done?.by !== session.actor) continue;
      const { action, userCount, users } = done;
      const whom = userCount === 1 ? (users[0] ?? '1 user') : formatThings(userCount, 'user');
      showToast({ tone: 'plain', title: `${by} undid that you ${ACTION_WORDS[action] ?? action} ${whom}` });
    }
  });
}
