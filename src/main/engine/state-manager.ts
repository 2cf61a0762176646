import type { TransactionResult } from '@shared/contract/transitions';
import { SwitchboardError } from '@shared/errors';
import { type State, STATES } from '@shared/states';
import { readScored } from '../redis/replies';
import type { BulkOptions, BulkOutcome } from './bulk';
import type { EngineContext } from './context';
import { type ListOrder, type ListReply, listScript } from './list';
import { lookScript, type Whereabouts } from './look';
import type { OverviewReader } from './overview';
import type { Sweeper, SweepReport, SweepRequest } from './sweeper';
import type { MoveOptions, Transitions } from './transitions';
import { walkSet } from './walk';

/** A user of a state and when they entered it. */
export interface StateMember {
  user: string;
  /** Milliseconds since the epoch. */
  since: number;
}

/** Which users of a state are wanted. Bounded: at most 500 at once. */
export interface PageOptions {
  offset?: number;
  limit?: number;
  /** Only those who entered at or after this time (ms since the epoch). */
  from?: number;
  /** Only those who entered at or before this time. */
  to?: number;
}

/** A state in figures. */
export interface StateFigures {
  count: number;
  oldestSince: number | null;
  medianAgeMs: number | null;
}

const MAX_PAGE = 500;

/**
 * The sets that say who is in which state. Reads are bounded and change nothing. Whatever changes where a user is goes
 * through the moving scripts, so that nobody is ever in two states, and metadata, journal and statistics go along.
 * Times are milliseconds since the epoch by the server's clock. Each call fails with a code `redis_…` when Redis cannot
 * be asked, among them `redis_wrong_type` naming a key that another program made unusable.
 */
export class StateManager {
  constructor(
    private readonly context: EngineContext,
    private readonly transitions: Transitions,
    private readonly sweeper: Sweeper,
    private readonly overview: OverviewReader,
  ) {}

  /**
   * Brings a user into a state. For somebody who is elsewhere this is a transition, legal or refused; somebody who is
   * there already stays as they are, with their time, and null is returned.
   * @throws SwitchboardError `illegal_transition` naming where the user is and may go; `split_user`.
   */
  async addUserToState(
    user: string,
    state: State,
    options: MoveOptions = {},
  ): Promise<TransactionResult | null> {
    try {
      return await this.transitions.performTransition(user, state, { cause: 'arrive', ...options });
    } catch (fault) {
      if (isThereAlready(fault, state)) return null;
      throw fault;
    }
  }

  /**
   * Takes a user out of a state, which leaves them in none: they are forgotten, a partner goes back to the queue, and
   * it can be undone for 30 s.
   * @throws SwitchboardError `moved_on` when the user is not in this state by now, `unknown_user`.
   */
  async removeUserFromState(
    user: string,
    state: State,
    reason: string,
    options: BulkOptions = {},
  ): Promise<BulkOutcome> {
    const outcome = await this.transitions.removeUsers([user], reason, { ...options, expectedFrom: state });
    const [skipped] = outcome.skipped;
    if (!skipped) return outcome;
    const code = skipped.why === 'unknown' ? 'unknown_user' : 'moved_on';
    throw new SwitchboardError(code, skipped.message, { user, states: skipped.states });
  }

  /** Takes a user out of every state and forgets them; a partner goes back to the queue. Can be undone for 30 s. */
  removeUserFromAllStates(user: string, reason: string, options: BulkOptions = {}): Promise<BulkOutcome> {
    return this.transitions.removeUsers([user], reason, options);
  }

  /**
   * Moves a user from one state to another, in one step.
   * @throws SwitchboardError `moved_on` when the user is not in `from`, `illegal_transition`, `split_user`.
   */
  moveUserBetweenStates(
    user: string,
    from: State,
    to: State,
    options: MoveOptions = {},
  ): Promise<TransactionResult> {
    return this.transitions.performTransition(user, to, { ...options, expectedFrom: from });
  }

  /** The users of a state, longest there first: by rank, or of a window of entry times. */
  async getUsersInState(state: State, options: PageOptions = {}): Promise<StateMember[]> {
    const { offset = 0, limit = 100, from, to } = options;
    if (from === undefined && to === undefined)
      return (await this.#list([state], 'oldest', limit, offset)).rows;
    const { store, keys } = this.context;
    const window = [from ?? '-inf', to ?? '+inf', 'WITHSCORES', 'LIMIT', offset, page(limit)] as const;
    return readScored(await store.command(['ZRANGEBYSCORE', keys.sets[state], ...window])).map(toMember);
  }

  /** The users of several states in one read, longest in their state first. */
  async getUsersInStates(
    states: readonly State[],
    { offset = 0, limit = 100 }: Pick<PageOptions, 'offset' | 'limit'> = {},
  ): Promise<(StateMember & { state: State })[]> {
    return (await this.#list(states, 'oldest', limit, offset)).rows;
  }

  /** How many users are in a state. */
  async getUserCountInState(state: State): Promise<number> {
    const { store, keys } = this.context;
    return Number(await store.command(['ZCARD', keys.sets[state]]));
  }

  /** Whether a user is in a state, be it among others: that would be damage. */
  async isUserInState(user: string, state: State): Promise<boolean> {
    return (await this.#look(user)).states.includes(state);
  }

  /** Where a user is, by all sets at once; more than one state is damage. */
  getUserCurrentState(user: string): Promise<Whereabouts> {
    return this.#look(user);
  }

  /** Who has been in a state (WAITING unless said otherwise) for longer than a time, longest first. */
  async getUsersWaitingLongerThan(
    ms: number,
    { state = 'WAITING', limit = 100, offset = 0 }: { state?: State; limit?: number; offset?: number } = {},
  ): Promise<StateMember[]> {
    const [seconds, micros] = (await this.context.store.command(['TIME'])) as [string, string];
    const now = Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
    return await this.getUsersInState(state, { to: now - ms, limit, offset });
  }

  /** The next in line of a state. */
  async getOldestUsersInState(state: State, limit = 10): Promise<StateMember[]> {
    return (await this.#list([state], 'oldest', limit)).rows;
  }

  /** Who entered a state last. */
  async getNewestUsersInState(state: State, limit = 10): Promise<StateMember[]> {
    return (await this.#list([state], 'newest', limit)).rows;
  }

  /**
   * Removes those who entered a state within a window of time (both ends belong to it), the longest there first and at
   * most `limit` of them (100, or up to 500), as `removeUserFromAllStates` does. Whoever moved on meanwhile is skipped
   * and named.
   */
  async removeUsersFromStateByTimeRange(
    state: State,
    window: { from?: number; to: number; limit?: number },
    reason: string,
    options: BulkOptions = {},
  ): Promise<BulkOutcome> {
    const members = await this.getUsersInState(state, { from: window.from ?? 0, ...window });
    const users = members.map(({ user }) => user);
    return await this.transitions.removeUsers(users, reason, { ...options, expectedFrom: state });
  }

  /** Each state in figures, in one read. */
  async getStateStatistics(): Promise<Record<State, StateFigures>> {
    return (await this.overview.read({ newest: 0 })).states;
  }

  /** Users who are in more than one state, which is damage; walks the sets in bounded steps, until the signal ends it. */
  async getUsersInMultipleStates(signal?: AbortSignal): Promise<Whereabouts[]> {
    const { store, keys } = this.context;
    const found = new Map<string, Whereabouts>();
    for (const state of STATES) {
      for await (const users of walkSet(store, keys.sets[state], signal)) {
        const places = await store.run(lookScript, { keys, users });
        for (const place of places) if (place.states.length > 1) found.set(place.user, place);
      }
    }
    return [...found.values()];
  }

  /** One whole sweep: see Sweeper. A server process may do this once as it starts. */
  cleanupStaleUsers(request: SweepRequest = {}): Promise<SweepReport> {
    return this.sweeper.sweep(request);
  }

  async #look(user: string): Promise<Whereabouts> {
    const { store, keys } = this.context;
    const [where] = await store.run(lookScript, { keys, users: [user] });
    return where ?? { user, state: null, since: null, states: [], matchedWith: null, room: null };
  }

  async #list(
    states: readonly State[],
    order: ListOrder,
    limit: number,
    offset = 0,
  ): Promise<{ rows: (StateMember & { state: State })[] }> {
    const { store, keys } = this.context;
    const reply: ListReply = await store.run(listScript, { keys, states, order, offset, count: page(limit) });
    return { rows: reply.rows.map(({ user, state, since }) => ({ user, state, since })) };
  }
}

function page(limit: number): number {
  return Math.max(0, Math.min(limit, MAX_PAGE));
}

function toMember({ member, score }: { member: string; score: number }): StateMember {
  return { user: member, since: score };
}

function isThereAlready(fault: unknown, state: State): boolean {
  if (!(fault instanceof SwitchboardError) || fault.code !== 'illegal_transition') return false;
  const faults = fault.details['faults'] as { currentState: State | null }[] | undefined;
  return faults?.length === 1 && faults[0]?.currentState === state;
}
