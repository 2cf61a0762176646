import { ArrowRight, Pencil, Shuffle, UserX } from 'lucide-react';
import type { MetadataValue } from '@shared/metadata';
import type { State } from '@shared/states';
import { showToast } from '../store/toasts';
import { type MetadataEdit, ui, type UserAction } from '../store/ui';
import type { Command, CommandContext } from './command';
import { offerUndo } from './transaction-commands';

/** Moves one user where it may legally go, from where the screen shows it. */
export function moveUser(pool: string, user: string, from: State | null, to: State): Command {
  return {
    id: `user.move ${user} ${to}`,
    group: 'User',
    icon: ArrowRight,
    label: () => to,
    operation: 'transitions.perform',
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
