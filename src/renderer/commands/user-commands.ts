import { ID_RULE, userId } from '@shared/contract/common';
import { ArrowRight, Pencil, Shuffle, UserX } from 'lucide-react';
import type { MetadataValue } from '@shared/metadata';
import type { State } from '@shared/states';
import { showToast } from '../store/toasts';
import { type MetadataEdit, ui, type UserAction } from '../store/ui';
import type { Command, CommandContext } from './command';
import { offerUndo } from './transaction-commands';

/**
 * Why nothing can be done to one user alone whose id another program wrote against the rule, and what helps; null for
 * every other user.
 */
export function refuseOddId(user: string): string | null {
  if (userId.safeParse(user).success) return null;
  return `No action takes this id: ${ID_RULE}. If a scan finds the user broken, “Repair all…” on the Integrity screen mends it.`;
}

const refuseOddChoice = ({ choice }: Omit<UserAction, 'verb'>) => {
  const [only, ...more] = choice.kind === 'users' ? choice.users : [];
  return only === undefined || more.length > 0 ? null : refuseOddId(only);
};

/** Moves one user where it may legally go, from where the screen shows it. */
export function moveUser(pool: string, user: string, from: State | null, to: State): Command {
  return {
    id: `user.move ${user} ${to}`,
    group: 'User',
    icon: ArrowRight,
    label: () => to,
    operation: 'transitions.perform',
    refuse: () => refuseOddId(user),
    run: async ({ client, refresh }) => {
      const { transaction, warnings } = await client.call('transitions.perform', { pool, user, from, to });
      const alone = warnings[0];
      showToast({
        tone: alone ? 'bad' : 'good',
        title: `${user} moved to ${to}`,
        ...(alone && { detail: `${alone.partner ?? alone.user} is left without a partner.` }),
        action: offerUndo({ client, refresh }, pool, transaction),
      });
    },
  };
}

/** Asks for a state and a reason, shows what would change, and puts users there, legal or not. */
export function forceUsers(whom: Omit<UserAction, 'verb'>): Command {
  return {
    id: 'user.force',
    group: 'User',
    icon: Shuffle,
    label: () => 'Force state…',
    operation: 'transitions.forceMany',
    refuse: () => refuseOddChoice(whom),
    run: () => {
      ui.setState({ action: { verb: 'force', ...whom } });
    },
  };
}

/** Asks for a reason, shows what would change, and takes users out of every state. */
export function removeUsers(whom: Omit<UserAction, 'verb'>): Command {
  return {
    id: 'user.remove',
    group: 'User',
    icon: UserX,
    label: () => 'Remove from all states…',
    operation: 'users.remove',
    refuse: () => refuseOddChoice(whom),
    run: () => {
      ui.setState({ action: { verb: 'remove', ...whom } });
    },
  };
}

/** Opens a field of a user's metadata for changing. */
export function editMetadata(edit: MetadataEdit): Command {
  return {
    id: `user.patch ${edit.field}`,
    group: 'User',
    icon: Pencil,
    label: () => 'Change metadata…',
    operation: 'users.patch',
    refuse: () => refuseOddId(edit.user),
    run: () => {
      ui.setState({ metadataEdit: edit });
    },
  };
}

/** Sets a field of a user's metadata, or takes it away (null), and offers to undo that. */
export async function changeMetadata(
  { client, refresh }: Pick<CommandContext, 'client' | 'refresh'>,
  change: { pool: string; user: string; field: string; value: MetadataValue; reason: string },
): Promise<void> {
  const { pool, user, field, value, reason } = change;
  const { transaction } = await client.call('users.patch', { pool, user, patch: { [field]: value }, reason });
  refresh();
  showToast({
    tone: 'good',
    title: value === null ? `${field} of ${user} taken away` : `${field} of ${user} changed`,
    action: offerUndo({ client, refresh }, pool, transaction),
  });
}
