import type { State } from '@shared/states';

/** What a person can ask of the service. */
export type Act = 'arrive' | 'queue' | 'leave' | 'connected' | 'fail' | 'skip' | 'end' | 'hang-up' | 'settle';

/** One request of one person. */
export interface Request {
  act: Act;
  user: string;
  /** The pair that it is about, as the person knows it. */
  partner: string | null;
  room: string | null;
  /** The same for each repetition, so that asking again is safe. */
  transaction: string;
}

/** What became of a request. The moves themselves are told by the news. */
export type Outcome =
  | { kind: 'done' }
  /** Refused, with where the user is by now; null when in no state, undefined when it was not said. */
  | { kind: 'refused'; code: string; state: State | null | undefined }
  /** Not carried out, or unknown whether it was: ask again with the same transaction. */
  | { kind: 'away' };

/** One move that happened, as a client is told of it. */
export interface News {
  /** Ascending; where to go on from. */
  id: string;
  at: number;
  user: string;
  from: State | null;
  to: State | null;
  cause: string;
  by: string;
  partner: string | null;
  /** The room of a new pair. */
  room: string | null;
  transaction: string;
  /** Milliseconds spent in the state left. */
  spent: number | null;
}

/** How many people are in each state, right after one journal entry. */
export interface Snapshot {
  /** The newest entry of that moment; `0-0` when there is none. */
  id: string;
  counts: Record<State, number>;
}

/** Where one user is, seen at one moment. */
export interface Sighting {
  user: string;
  states: readonly State[];
  matchedWith: string | null;
}

/**
 * How simulated people reach the service: straight through the engine for volume, or over HTTP as a real client.
 * Nothing here throws for Redis being away; see Outcome.
 */
export interface Way {
  readonly pool: string;
  /** Whether a request has a chance now. */
  available(): boolean;
  ask(request: Request): Promise<Outcome>;
  /** Signs of life of many people at once. */
  heartbeat(users: readonly string[]): Promise<void>;
  /**
   * What happened to anybody after an id, oldest first; a full page says that there is more. `lost` says that the
   * entry of that id is gone, since Redis restarted or forgot it: what happened between cannot be told.
   */
  news(after: string): Promise<{ moves: News[]; cursor: string; more: boolean; lost: boolean }>;
  /** How many are where, at the moment of one journal entry. */
  snapshot(): Promise<Snapshot>;
  /** Users in two states, as far as a cheap look can tell. */
  splitUsers(): Promise<string[]>;
  /** Where some users are, all at one moment. */
  look(users: readonly string[]): Promise<Sighting[]>;
  /**
   * Lets matching and sweeping run for this pool, where nobody else does it; the returned function ends that.
   * Null where it is the server's own business.
   * @param matchers how many at once
   */
  readonly serve: ((matchers: number) => () => Promise<void>) | null;
  /** Puts somebody into a second state behind the engine's back, as another program could; null where nobody can. */
  readonly corrupt: ((user: string) => Promise<void>) | null;
  /** What clients keep open beside their requests; null where the news tells everybody of their own moves. */
  readonly pages: Pages | null;
  /** Somebody in the pool who is not simulated, or null. */
  foreigner(): Promise<string | null>;
  /**
   * Takes simulated people out of everything: all that the pool holds, and everything else that was theirs.
   * @param cooldowns pairs that are kept apart, to forget that too
   * @returns how many were taken out
   */
  removeAll(cooldowns: readonly (readonly [string, string])[]): Promise<number>;
}

/** What a client is told of a move of its own. */
export type Told = Pick<News, 'user' | 'to' | 'partner' | 'room'>;

/** The pages of real clients: each is told over a connection of its own what happens to its user, and only that. */
export interface Pages {
  /** Calls back for everything that a page is told. */
  onTold(listener: (told: Told) => void): () => void;
  /** Somebody's browser is closed: nothing more is told to it. */
  close(user: string): void;
  closeAll(): void;
}

/** What the id of every simulated person begins with. */
export const SIMULATED = 'sim-';

/** Whether an id is that of a simulated person. */
export function isSimulated(user: string): boolean {
  return user.startsWith(SIMULATED);
}
