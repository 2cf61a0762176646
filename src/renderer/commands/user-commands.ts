import { ArrowRight, Shuffle, UserX } from 'lucide-react';
import type { State } from '@shared/states';
import { showToast } from '../store/toasts';
import { ui, type UserChoice } from '../store/ui';
import type { Command } from './command';

const UNDO_MS = 30_000;

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
        action: {
          label: 'Undo',
          until: Date.now() + UNDO_MS,
          run: () =>
            void client
              .call('transitions.rollback', { pool, transaction })
              .then(() => showToast({ tone: 'good', title: `${user} is back` }))
              .catch((fault: unknown) =>
                showToast({ tone: 'bad', title: 'Not undone', detail: String(fault) }),
              )
              .finally(refresh),
        },
      });
    },
  };
}

/** Asks for a state and a reason, shows what would change, and puts users there whatever state they are in. */
export function forceUsers(pool: string, choice: UserChoice): Command {
  return {
    id: 'user.force',
    group: 'User',
    icon: Shuffle,
    label: () => 'Force state…',
    operation: 'transitions.forceMany',
    run: () => {
      ui.setState({ action: { verb: 'force', pool, choice } });
    },
  };
}

/** Asks for a reason, shows what would change, and takes users out of every state. */
export function removeUsers(pool: string, choice: UserChoice): Command {
  return {
    id: 'user.remove',
    group: 'User',
    icon: UserX,
    label: () => 'Remove from all states…',
    operation: 'users.remove',
    run: () => {
      ui.setState({ action: { verb: 'remove', pool, choice } });
    },
  };
}
