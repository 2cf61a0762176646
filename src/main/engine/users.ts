import type { UserDetails, UserRow, WaitingExplanation } from '@shared/contract/users';
import { SwitchboardError } from '@shared/errors';
import { parseMetadata } from '@shared/metadata';
import { type State, STATES } from '@shared/states';
import { readScan } from '../redis/replies';
import type { EngineContext } from './context';
import { detailsScript } from './details';
import { explainWaiting } from './explain';
import { type ListOrder, type ListRow, listScript } from './list';
import { lookScript } from './look';
import type { Matcher } from './matcher';
import { escapeGlob } from './walk';

/** A window of the table of users. */
export interface UserWindow {
  /** Server time of the read. */
  at: number;
  /** Users in the states asked for. */
  total: number;
  rows: UserRow[];
}

export interface FoundUsers {
  users: { user: string; state: State | null; since: number | null }[];
  /** False when the limit or the time was reached before everybody was looked at. */
  complete: boolean;
}

const ROW_FIELDS = ['matchedWith', 'currentRoom', 'totalMatches', 'totalSkips', 'totalEnds'] as const;
/** Users per step of a search: about a millisecond of Redis. */
const SEARCH_STEP = 2000;
const SEARCH_LIMIT_MS = 5000;

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

  /**
   * Users whose id begins with or contains a text; the one with exactly this id first. It walks the sets in bounded
   * steps and ends when enough were found, when it took too long, or when the caller no longer wants to know.
   */
  async find(
    text: string,
    options: { match: 'prefix' | 'contains'; limit: number; signal?: AbortSignal | undefined },
  ): Promise<FoundUsers> {
    const { store, keys, clock } = this.context;
    const pattern = `${options.match === 'contains' ? '*' : ''}${escapeGlob(text)}*`;
    const deadline = clock.now() + SEARCH_LIMIT_MS;
    const [exact] = await store.run(lookScript, { keys, users: [text] });
    const found = new Set<string>(exact && exact.states.length > 0 ? [text] : []);
    let complete = true;
    for (const state of STATES) {
      let cursor = '0';
      do {
        if (found.size >= options.limit || clock.now() > deadline || options.signal?.aborted) {
          complete = false;
          break;
        }
        const reply = await store.command([
          'ZSCAN',
          keys.sets[state],
          cursor,
          'MATCH',
          pattern,
          'COUNT',
          SEARCH_STEP,
        ]);
        const step = readScan(reply);
        cursor = step.cursor;
        for (let index = 0; index < step.items.length; index += 2) found.add(step.items[index] ?? '');
      } while (cursor !== '0');
    }
    const users = [...found].slice(0, options.limit);
    const places = users.length > 0 ? await store.run(lookScript, { keys, users }) : [];
    return {
      users: places.map(({ user, state, since }) => ({ user, state, since })),
      complete: complete && found.size <= options.limit,
    };
  }
}

function toUserRow({ user, state, since, lastHeartbeat, fields }: ListRow): UserRow {
  const { values } = parseMetadata(fields);
  return {
    user,
    state,
    since: toTimestamp(since),
    lastHeartbeat: lastHeartbeat === null ? null : toTimestamp(lastHeartbeat),
    partner: values.matchedWith ?? null,
    room: values.currentRoom ?? null,
    totalMatches: values.totalMatches ?? null,
    totalSkips: values.totalSkips ?? null,
    totalEnds: values.totalEnds ?? null,
  };
}

/** Other programs may have written a time with a fraction, or a nonsensical one. */
function toTimestamp(score: number): number {
  return Number.isFinite(score) ? Math.max(0, Math.floor(score)) : 0;
}
