import type { UserDetails, UserRow, WaitingExplanation } from '@shared/contract/users';
import { SwitchboardError } from '@shared/errors';
import { type State, STATES } from '@shared/states';
import type { EngineContext } from './context';
import { detailsScript } from './details';
import { explainWaiting } from './explain';
import { type ListOrder, listScript } from './list';
import type { Matcher } from './matcher';
import { ROW_FIELDS, toUserRow } from './rows';
import { type FoundUsers, type SearchOptions, searchUsers } from './search';

/** A window of the table of users. */
export interface UserWindow {
  /** Server time of the read. */
  at: number;
  /** Users in the states asked for. */
  total: number;
  rows: UserRow[];
}

/** Reads about users for people: bounded, and as of one moment each. */
export class Users {
  constructor(
    private readonly context: EngineContext,
    private readonly matcher: Matcher,
  ) {}

  /** A window of the users of one state, or of all merged by time of entry. */
  async list(options: {
    state: State | null;
    order: ListOrder;
    offset: number;
    limit: number;
  }): Promise<UserWindow> {
    const { store, keys } = this.context;
    const { state, order, offset, limit } = options;
    const states = state ? [state] : STATES;
    const input = { keys, states, order, offset, count: limit, fields: ROW_FIELDS };
    const { at, total, rows } = await store.run(listScript, input);
    return { at, total, rows: rows.map(toUserRow) };
  }

  /**
   * Everything about one user.
   * @throws SwitchboardError `unknown_user` when nothing is known under this id.
   */
  async get(user: string): Promise<UserDetails> {
    const { store, keys, settings } = this.context;
    const { heartbeatLimitMs } = settings;
    const details = await store.run(detailsScript, { keys, user, heartbeatLimitMs });
    const traces = [...details.states, ...details.history];
    if (traces.length === 0 && !details.metadata.exists && details.heartbeat.lastAt === null)
      throw new SwitchboardError(
        'unknown_user',
        `Nobody is known as ${user} in pool ${keys.pool}: check the id, or look in another pool.`,
        { user, pool: keys.pool },
      );
    return details;
  }

  /** Why a user is still waiting, in reasons that a person can act on. */
  explain(user: string): Promise<WaitingExplanation> {
    return explainWaiting(this.context, user, this.matcher.metrics);
  }

  /** Users whose id begins with or contains a text; see `searchUsers`. */
  find(text: string, options: SearchOptions): Promise<FoundUsers> {
    return searchUsers(this.context, text, options);
  }
}
