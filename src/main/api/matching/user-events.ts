import type { UserEvent, UserEventName, UserView } from '@shared/contract/matching';
import type { HistoryEntry, JournalEntry } from '@shared/contract/transitions';
import type { View } from '../../engine/view';
import type { Logger } from '../../lib/log';
import { explainDisconnect, partsPair } from './disconnects';

/** One event for one user's client; its id is that of the journal entry, and so a place to go on from. */
export interface PushedEvent {
  id: string;
  event: UserEvent;
}

export type PushListener = (pushed: PushedEvent) => void;

export interface UserEventsOptions {
  /** Follows a pool's journal from now on. */
  watch: (pool: string, listener: (entries: readonly JournalEntry[]) => void) => Promise<() => void>;
  /** One user's last moves, newest first. */
  history: (pool: string, user: string) => Promise<HistoryEntry[]>;
  view: (pool: string, user: string) => Promise<View>;
  log: Logger;
  /** Told for each entry that was pushed, how old it was. */
  onPushed?: (ageMs: number) => void;
  now: () => number;
}

interface PoolListeners {
  users: Map<string, Set<PushListener>>;
  watching: Promise<() => void>;
  /** Ends when the last batch has gone out. */
  spreading: Promise<void>;
}

/** Tells clients that wait what happens to their user: one reader of the journal for all of them. */
export class UserEvents {
  private readonly pools = new Map<string, PoolListeners>();

  constructor(private readonly options: UserEventsOptions) {}

  /** How many clients listen. */
  get listeners(): number {
    let sum = 0;
    for (const { users } of this.pools.values()) for (const set of users.values()) sum += set.size;
    return sum;
  }

  /**
   * Listens for one user from now on; resolves when nothing can be missed any more.
   * @throws SwitchboardError while Redis is away
   */
  async listen(pool: string, user: string, listener: PushListener): Promise<() => void> {
    const listeners = this.poolListeners(pool);
    const own = listeners.users.get(user) ?? new Set();
    listeners.users.set(user, own.add(listener));
    const stop = () => this.forget(pool, listeners, user, listener);
    try {
      await listeners.watching;
      return stop;
    } catch (fault) {
      stop();
      throw fault;
    }
  }

  /**
   * What a client missed since the event whose id it saw last, oldest first, as far as the user's history goes.
   * Ids begin with the time of the move, and the history has that time.
   */
  async missed(pool: string, user: string, after: string): Promise<PushedEvent[]> {
    const since = Number(after.split('-')[0]);
    const history = await this.options.history(pool, user);
    return history
      .filter((move) => move.at > since)
      .reverse()
      .map((move) => ({ id: `${move.at}-0`, event: toEvent(pool, { ...move, user }, null) }));
  }

  private poolListeners(pool: string): PoolListeners {
    const known = this.pools.get(pool);
    if (known) return known;
    const listeners: PoolListeners = {
      users: new Map(),
      watching: this.options.watch(pool, (entries) => this.spread(pool, listeners, entries)),
      spreading: Promise.resolve(),
    };
    this.pools.set(pool, listeners);
    return listeners;
  }

  private forget(pool: string, listeners: PoolListeners, user: string, listener: PushListener): void {
    const own = listeners.users.get(user);
    own?.delete(listener);
    if (own?.size === 0) listeners.users.delete(user);
    if (listeners.users.size > 0 || this.pools.get(pool) !== listeners) return;
    this.pools.delete(pool);
    // A watch that never began has nothing to end.
    void listeners.watching.then(
      (stop) => stop(),
      () => undefined,
    );
  }

  /** Events go out in the order of the journal, so each batch waits for the one before. */
  private spread(pool: string, listeners: PoolListeners, entries: readonly JournalEntry[]): void {
    const wanted = entries.filter((entry) => listeners.users.has(entry.user));
    if (wanted.length === 0) return;
    listeners.spreading = listeners.spreading.then(() => this.push(pool, listeners.users, wanted));
  }

  /** Room and place in the queue are not in the journal: where each user is by now tells them. */
  private async push(
    pool: string,
    users: PoolListeners['users'],
    entries: readonly JournalEntry[],
  ): Promise<void> {
    const newest = new Map(entries.map((entry) => [entry.user, entry]));
    const views = new Map(
      await Promise.all([...newest.keys()].map(async (user) => [user, await this.look(pool, user)] as const)),
    );
    for (const entry of entries) {
      const view = newest.get(entry.user) === entry ? (views.get(entry.user) ?? null) : null;
      const pushed = { id: entry.id, event: toEvent(pool, entry, view) };
      for (const listener of users.get(entry.user) ?? []) this.tell(listener, pushed);
      this.options.onPushed?.(Math.max(0, this.options.now() - entry.at));
    }
  }

  private tell(listener: PushListener, pushed: PushedEvent): void {
    try {
      listener(pushed);
    } catch (fault) {
      this.options.log.error({ err: fault }, 'a listener for one user’s events threw');
    }
  }

  private look(pool: string, user: string): Promise<View | null> {
    return this.options.view(pool, user).catch((fault: unknown) => {
      this.options.log.warn({ err: fault }, 'an event is told without room and place');
      return null;
    });
  }
}

type UserMove = HistoryEntry & Pick<JournalEntry, 'user'>;

/** What a move is called for the user who made it. */
function nameOf(entry: UserMove): UserEventName {
  if (partsPair(entry)) return 'disconnected';
  switch (entry.to) {
    case 'CONNECTING':
      return 'matched';
    case 'IN_CALL':
      return 'connected';
    case 'WAITING':
      return 'queued';
    case 'IDLE':
    case null:
      return 'left';
    case 'DISCONNECTING':
      return 'state';
  }
}

/** The event for a move. @param now where the user is by now, when that was looked up */
export function toEvent(pool: string, entry: UserMove, now: View | null): UserEvent {
  const paired = entry.to === 'CONNECTING' || entry.to === 'IN_CALL';
  const stillThere = now?.state === entry.to && (!paired || now?.partner === entry.partner);
  const view: UserView | null = entry.to && {
    userId: entry.user,
    pool,
    state: entry.to,
    since: stillThere && now.since !== null ? now.since : entry.at,
    partner: paired ? entry.partner : null,
    room: stillThere ? now.room : null,
    position: stillThere ? now.position : null,
    waiting: stillThere && now.position !== null ? now.waiting : null,
    estimatedWaitMs: null,
  };
  return {
    event: nameOf(entry),
    at: entry.at,
    view,
    disconnect: partsPair(entry) ? explainDisconnect(entry) : null,
  };
}
