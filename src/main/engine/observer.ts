import type { JournalEntry } from '@shared/contract/transitions';
import { isState, type State, STATES } from '@shared/states';
import type { PoolKeys } from '../redis/keys';
import { defineScript } from '../redis/script';
import type { EngineContext } from './context';
import { statesAsLua } from './core';
import observeLua from './observe.lua?raw';
import readLua from './read.lua?raw';

interface ObserveInput {
  keys: PoolKeys;
  /** Those who entered a state later are looked at; null for nobody. */
  since: number | null;
  count: number;
  users: readonly string[];
}

interface Newcomer {
  user: string;
  state: State;
  since: number;
  /** Where the user was before, as far as history or metadata tell. */
  earlier: State | null;
  partner: string | null;
}

interface Observation {
  at: number;
  missed: number;
  newcomers: Newcomer[];
  gone: string[];
}

type Row = [set: number, user: string, since: string, earlier: string, partner: string];

/** Moves by programs that keep no journal, as far as one bounded look can tell. */
export const observeScript = defineScript<ObserveInput, Observation>({
  name: 'observe',
  source: [statesAsLua(), readLua, observeLua].join('\n'),
  encode: ({ keys, since, count, users }) => ({
    keys: [...STATES.map((state) => keys.sets[state]), keys.prefixes.user, keys.prefixes.history],
    args: [since ?? '', count, ...users],
  }),
  decode(reply) {
    const [at, missed, rows, gone] = reply as [number, number, Row[], string[]];
    const newcomers = rows.map(([set, user, since, earlier, partner]) => ({
      user,
      state: STATES[set - 1] ?? 'IDLE',
      since: Math.floor(Number(since)),
      earlier: isState(earlier) ? earlier : null,
      partner: partner || null,
    }));
    return { at, missed, newcomers, gone };
  },
});

export interface ObserverOptions {
  /** The least time between two looks, in milliseconds. */
  everyMs: number;
  /** Newcomers per state and look at most. */
  perState: number;
}

/** How an observer looks where nobody says otherwise. */
export const DEFAULT_OBSERVER_OPTIONS: ObserverOptions = { everyMs: 1000, perState: 200 };

/** What was observed so far. */
export interface Observed {
  /** Newest first, at most 500; cause and by are `observed`. */
  entries: readonly JournalEntry[];
  /** Every move observed since this process first looked. */
  total: number;
  /** Moves that went by unseen because there were too many between two looks. */
  missed: number;
}

const KEPT = 500;
/** Users whose last state is remembered, the latest seen. */
const REMEMBERED = 20_000;
/** How many of them are looked for at each look. */
const CHECKED = 100;
/** Programs stamp by their own clocks and write late: so far back is looked again, in milliseconds. */
const OVERLAP_MS = 2000;

/**
 * Sees moves on a deployment whose programs write the sets with plain commands and keep no journal: a newcomer to a
 * state whose own history does not know of it. Nothing is written; what was seen is kept in this process only. Two
 * moves of a user between two looks are seen as one.
 */
export class Observer {
  readonly #options: ObserverOptions;
  readonly #places = new Map<string, { state: State; since: number }>();
  #entries: JournalEntry[] = [];
  #total = 0;
  #missed = 0;
  #lookedAt: number | null = null;
  #lastLook = -Infinity;
  #looking: Promise<void> | null = null;

  constructor(
    private readonly context: EngineContext,
    options: Partial<ObserverOptions> = {},
  ) {
    this.#options = { ...DEFAULT_OBSERVER_OPTIONS, ...options };
  }

  /** What was observed, after a look where the last one is old enough. Callers share a look. */
  async observe(): Promise<Observed> {
    if (this.#looking || this.context.clock.now() - this.#lastLook >= this.#options.everyMs) {
      this.#looking ??= this.#look().finally(() => (this.#looking = null));
      await this.#looking;
    }
    return { entries: this.#entries, total: this.#total, missed: this.#missed };
  }

  async #look(): Promise<void> {
    const { store, keys, clock } = this.context;
    const since = this.#lookedAt === null ? null : this.#lookedAt - OVERLAP_MS;
    const users = [...this.#places.keys()].slice(0, CHECKED);
    const look = await store.run(observeScript, { keys, since, count: this.#options.perState, users });
    this.#lastLook = clock.now();
    this.#lookedAt = look.at;
    this.#missed += look.missed;
    // Whoever was looked for goes to the end of the line.
    for (const user of users) this.#remember(user, this.#places.get(user));
    const seen = look.newcomers
      .sort((a, b) => a.since - b.since)
      .flatMap((newcomer) => this.#noteNewcomer(newcomer, look.at));
    const gone = look.gone.flatMap((user) => this.#noteGone(user, look.at));
    this.#entries = [...[...seen, ...gone].reverse(), ...this.#entries].slice(0, KEPT);
  }

  #noteNewcomer({ user, state, since, earlier, partner }: Newcomer, at: number): JournalEntry[] {
    const before = this.#places.get(user);
    // The overlap shows newcomers again.
    if (before?.state === state && before.since === since) return [];
    this.#remember(user, { state, since });
    const from = before && before.state !== state ? before.state : earlier === state ? null : earlier;
    const spent = before ? Math.max(0, since - before.since) : null;
    return [this.#entry(Math.min(since, at), user, from, state, spent, partner)];
  }

  #noteGone(user: string, at: number): JournalEntry[] {
    const before = this.#places.get(user);
    this.#places.delete(user);
    return before ? [this.#entry(at, user, before.state, null, Math.max(0, at - before.since), null)] : [];
  }

  #remember(user: string, place: { state: State; since: number } | undefined): void {
    if (!place) return;
    this.#places.delete(user);
    this.#places.set(user, place);
    const [oldest] = this.#places.keys();
    if (this.#places.size > REMEMBERED && oldest !== undefined) this.#places.delete(oldest);
  }

  #entry(
    at: number,
    user: string,
    from: State | null,
    to: State | null,
    spent: number | null,
    partner: string | null,
  ): JournalEntry {
    this.#total += 1;
    return {
      // Of the form of a journal id, so that paging back from it works; the journal itself never counts so far.
      id: `${at}-${1_000_000 + this.#total}`,
      at,
      user,
      from,
      to,
      cause: 'observed',
      by: 'observed',
      transaction: '',
      spent,
      partner,
      requestId: null,
    };
  }
}

/** The newest of what was journalled and what was observed, newest first. */
export function mergeNewest(
  journalled: readonly JournalEntry[],
  observed: readonly JournalEntry[],
  limit: number,
): JournalEntry[] {
  if (observed.length === 0) return journalled.slice(0, limit);
  return [...journalled, ...observed].sort((a, b) => b.at - a.at).slice(0, limit);
}
