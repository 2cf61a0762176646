import { ID_RULE, userId } from '@shared/contract/common';
import { UNDO_MS } from '@shared/contract/transitions';
import type { Client } from '@shared/client';
import type { BulkResult } from '@shared/contract/actions';
import type { State } from '@shared/states';
import { formatThings } from '../format';
import { addJob, dismissJob, updateJob } from '../store/jobs';
import { showToast } from '../store/toasts';
import type { UserAction } from '../store/ui';
import { describeFault } from './run';

/** An action as it was decided on: with its reason, and where it forces people to. */
export type DecidedAction = UserAction & { reason: string } & (
    { verb: 'remove' } | { verb: 'force'; to: State }
  );

/** Users per call: one call is a few scripts of some milliseconds, and cancelling takes effect between calls. */
export const CHUNK = 500;

/** What an action would do. */
export interface Preview {
  result: BulkResult;
  /** How many users were looked at: of a wide action the first ones. */
  looked: number;
  /** How long that took, in milliseconds: the action itself takes about as long for as many. */
  tookMs: number;
}

/** What an action would do to those whom it concerns, of many to the first; nothing is changed. */
export async function previewOf(client: Client, action: DecidedAction): Promise<Preview> {
  const { choice } = action;
  const begun = performance.now();
  const first: UserAction =
    choice.kind === 'all'
      ? { ...action, choice: { ...choice, count: Math.min(choice.count, CHUNK) } }
      : action;
  const chunk = await chunksOf(client, first).next();
  const users = chunk.done ? [] : chunk.value;
  const result = await actOn(client, action, users, true);
  return { result, looked: users.length, tookMs: performance.now() - begun };
}

/**
 * What the action would do to these users, or does. Other programs may have written ids that no action takes:
 * they are left out, so that they do not keep everybody else from it.
 */
async function actOn(
  client: Client,
  action: DecidedAction,
  users: readonly string[],
  dryRun: boolean,
): Promise<BulkResult> {
  const list = users.filter((user) => userId.safeParse(user).success);
  const odd = users.filter((user) => !userId.safeParse(user).success);
  const skipped = odd.map((user) => ({
    user,
    message: `${user} cannot be forced or removed: ${ID_RULE}.`,
  }));
  if (list.length === 0)
    return { transactions: [], moved: [], skipped, warnings: [], untried: [], stopped: null };
  const result = await callFor(client, action, list, dryRun);
  return { ...result, skipped: [...skipped, ...result.skipped] };
}

async function callFor(
  client: Client,
  action: DecidedAction,
  list: string[],
  dryRun: boolean,
): Promise<BulkResult> {
  const { pool, reason } = action;
  const from = fromOf(action);
  const input = { pool, users: list, reason, dryRun, ...(from && { from }) };
  if (action.verb === 'remove') {
    const { removed, ...rest } = await client.call('users.remove', input);
    return { ...rest, moved: removed };
  }
  return client.call('transitions.forceMany', { ...input, to: action.to });
}

/** The state that an action's users were chosen in: whoever has left it by then is left out. */
export function fromOf({ choice }: UserAction): State | undefined {
  return choice.kind === 'users' ? choice.from : (choice.state ?? undefined);
}

/** Everybody whom the action concerns, by id. People who leave while we read are noticed when it comes to them. */
async function* chunksOf(
  client: Client,
  { pool, choice }: UserAction,
  stop?: AbortSignal,
): AsyncGenerator<string[], undefined> {
  if (choice.kind === 'users') {
    for (let at = 0; at < choice.users.length; at += CHUNK) yield choice.users.slice(at, at + CHUNK);
    return;
  }
  // All ids first: the list shifts under our hands as soon as we begin to move people.
  const users: string[] = [];
  for (let offset = 0; offset < choice.count && !stop?.aborted; offset += CHUNK) {
    const limit = Math.min(CHUNK, choice.count - offset);
    const { rows } = await client.call('users.list', { pool, state: choice.state, offset, limit });
    users.push(...rows.map(({ user }) => user));
    if (rows.length < limit) break;
  }
  const unique = [...new Set(users)];
  for (let at = 0; at < unique.length; at += CHUNK) yield unique.slice(at, at + CHUNK);
}

/** How many users an action concerns. */
export function sizeOf({ choice }: UserAction): number {
  return choice.kind === 'users' ? choice.users.length : choice.count;
}

/** What an action is called once it is done. */
export function titleOf(action: DecidedAction): string {
  const { choice } = action;
  const only = choice.kind === 'users' && choice.users.length === 1 ? choice.users[0] : undefined;
  const whom = only ?? formatThings(sizeOf(action), 'user');
  return action.verb === 'remove' ? `Remove ${whom}` : `Force ${whom} to ${action.to}`;
}

/** Carries an action out, chunk by chunk, with progress, cancel, and undo of all that was done. */
export async function runBulk(client: Client, action: DecidedAction, refresh: () => void): Promise<void> {
  const total = sizeOf(action);
  const stop = new AbortController();
  const id = addJob({
    title: titleOf(action),
    status: 'running',
    done: 0,
    total,
    moved: 0,
    skipped: [],
    fault: null,
    undo: null,
    cancel: () => stop.abort(),
  });
  const transactions: string[] = [];
  const skipped: { user: string; message: string }[] = [];
  const moved: string[] = [];
  let done = 0;
  let fault: string | null = null;
  try {
    for await (const users of chunksOf(client, action, stop.signal)) {
      if (stop.signal.aborted) break;
      const result = await actOn(client, action, users, false);
      transactions.push(...result.transactions);
      skipped.push(...result.skipped);
      moved.push(...result.moved);
      done += users.length - result.untried.length;
      updateJob(id, { done, moved: moved.length, skipped: [...skipped] });
      fault = result.stopped;
      if (fault !== null) break;
    }
  } catch (failure) {
    fault = describeFault(failure);
  }
  refresh();
  const undo =
    transactions.length === 0
      ? null
      : { run: () => void undoAll(client, action.pool, transactions, refresh), until: Date.now() + UNDO_MS };
  const status = fault !== null ? 'failed' : stop.signal.aborted ? 'cancelled' : 'done';
  action.whenEnded?.({
    changed: moved,
    skipped: skipped.map(({ user }) => user),
    complete: status === 'done',
  });
  if (status === 'done' && total === 1)
    tellOne(id, action, { moved: moved.length, skipped, undo, transaction: transactions[0] });
  else updateJob(id, { status, fault, undo, done, total: status === 'done' ? done : total });
}

/** One user needs no list of results: a message with Undo says it all. */
function tellOne(
  id: number,
  action: DecidedAction,
  outcome: {
    moved: number;
    skipped: readonly { message: string }[];
    undo: { run: () => void; until: number } | null;
    transaction: string | undefined;
  },
): void {
  dismissJob(id);
  const { moved, skipped, undo, transaction } = outcome;
  if (moved === 0) {
    showToast({ tone: 'bad', title: 'Nothing was changed', detail: skipped[0]?.message ?? '' });
    return;
  }
  const title = `${titleOf(action)}: done`;
  if (!undo || transaction === undefined) showToast({ tone: 'good', title });
  else showToast({ tone: 'good', title, action: { label: 'Undo', ...undo, transaction } });
}

/**
 * Takes back all transactions of an action, the last one first; what cannot be taken back is told.
 * @param tooOld how many others there were, too old by now
 */
export async function undoAll(
  client: Client,
  pool: string,
  transactions: readonly string[],
  refresh: () => void,
  tooOld = 0,
): Promise<void> {
  let back = 0;
  const faults: string[] = [];
  for (const transaction of [...transactions].reverse()) {
    try {
      const { moves } = await client.call('transitions.rollback', { pool, transaction });
      back += new Set(moves.map(({ user }) => user)).size;
    } catch (fault) {
      faults.push(describeFault(fault));
    }
  }
  refresh();
  const stays = `${formatThings(tooOld, 'step')} from more than ${UNDO_MS / 1_000} s ago can no longer be undone.`;
  const detail = faults[0] ?? (tooOld > 0 ? stays : undefined);
  showToast({
    tone: detail === undefined ? 'good' : 'bad',
    // Where only metadata were changed nobody had moved.
    title:
      back > 0
        ? `Undone: ${formatThings(back, 'user')} put back`
        : detail === undefined
          ? 'Undone'
          : 'Not undone',
    ...(detail === undefined ? {} : { detail }),
  });
}
