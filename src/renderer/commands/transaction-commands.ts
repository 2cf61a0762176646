import { UNDO_MS } from '@shared/contract/transitions';
import { Copy, Link, Undo2 } from 'lucide-react';
import { linkHere } from '../place';
import { showToast, withdrawAction } from '../store/toasts';
import { formatThings } from '../format';
import type { Toast } from '../store/toasts';
import type { Command, CommandContext } from './command';
import { describeFault } from './run';

/** A transaction that may still be undone. */
export interface UndoSubject {
  pool: string;
  transaction: string;
  /** Until when, by this machine's clock. */
  until: number;
}

/** Puts everybody whom a transaction moved back where they were, with their old place in the queue. */
export function undoTransaction({ pool, transaction, until }: UndoSubject): Command {
  return {
    id: `transaction.undo ${transaction}`,
    group: 'User',
    icon: Undo2,
    label: () => 'Undo',
    operation: 'transitions.rollback',
    refuse: () => (Date.now() > until ? 'A change can be undone for 30 seconds; that time is over.' : null),
    run: async ({ client }) => {
      const { moves } = await client.call('transitions.rollback', { pool, transaction });
      withdrawAction(transaction);
      showToast({ tone: 'good', title: `Undone: ${formatThings(moves.length, 'user')} put back` });
    },
  };
}

/** Puts anything on the clipboard as JSON. */
export function copyAsJson(what: unknown): Command {
  return {
    id: 'copy.json',
    group: 'View',
    icon: Copy,
    label: () => 'Copy as JSON',
    run: async () => {
      await navigator.clipboard.writeText(JSON.stringify(what, null, 2));
      showToast({ tone: 'good', title: 'Copied as JSON' });
    },
  };
}

/** Puts a link to what is shown on the clipboard, with the pool and the connection that it belongs to. */
export const copyLink: Command = {
  id: 'copy.link',
  group: 'View',
  icon: Link,
  label: () => 'Copy link to this view',
  keywords: 'address url deep share',
  refuse: () => (linkHere() === null ? 'Links into the application lead to users: open one first.' : null),
  run: async () => {
    await navigator.clipboard.writeText(linkHere() ?? '');
    showToast({ tone: 'good', title: 'Link copied' });
  },
};

/** Undo as a message offers it, for one transaction that was made just now. */
export function offerUndo(
  { client, refresh }: Pick<CommandContext, 'client' | 'refresh'>,
  pool: string,
  transaction: string,
): NonNullable<Toast['action']> {
  const takeBack = async () => {
    try {
      const { moves } = await client.call('transitions.rollback', { pool, transaction });
      const back = new Set(moves.map(({ user }) => user)).size;
      showToast({
        tone: 'good',
        title: back === 0 ? 'Undone' : `Undone: ${formatThings(back, 'user')} put back`,
      });
    } catch (fault) {
      showToast({ tone: 'bad', title: 'Not undone', detail: describeFault(fault) });
    }
    refresh();
  };
  return { label: 'Undo', until: Date.now() + UNDO_MS, run: () => void takeBack(), transaction };
}
