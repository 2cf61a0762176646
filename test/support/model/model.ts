import type { State } from '@shared/states';
import type { Seen } from './world';

/**
 * The engine as a model: the same rules, written for reading, one thing at a time, with nothing of Redis in it.
 * A model is never changed: carrying out an operation gives another one.
 */
export interface Model {
  readonly people: ReadonlyMap<string, Person>;
  readonly cooldowns: ReadonlySet<string>;
  readonly records: ReadonlyMap<string, TxRecord>;
}

/** The fields of metadata that decide what is allowed. */
export type Field = 'matchedWith' | 'currentRoom' | 'lastRoom' | 'ready' | 'queuedAt' | 'createdAt';

export type Meta = Readonly<Partial<Record<Field, string>>>;

/** One person: where, since when, and the fields that matter. */
export interface Person {
  readonly id: string;
  readonly state: State | null;
  readonly since: number | null;
  readonly meta: Meta;
}

/** One move: user, from, since, to, at. */
export type ModelMove = readonly [string, State | null, number | null, State | null, number | null];

/** What a transaction did, for undoing it. */
export interface TxRecord {
  readonly kind: string;
  readonly moves: readonly ModelMove[];
  readonly before: ReadonlyMap<string, Meta>;
  readonly cooldowns: readonly string[];
  readonly undone: boolean;
}

/** What a caller gets: the moves, or the code of the refusal. */
export type Outcome = { moves: readonly ModelMove[] } | { refused: string };

export const EMPTY_MODEL: Model = { people: new Map(), cooldowns: new Set(), records: new Map() };

/** What the world looks like to an observer of the model. */
export function worldOf(model: Model, users: readonly string[]): Seen[] {
  return users.map((user) => {
    const { state, since, meta } = personOf(model, user);
    return {
      user,
      sets: state === null ? [] : [[state, since ?? 0]],
      state: state ?? '',
      matchedWith: meta.matchedWith ?? '',
      room: meta.currentRoom ?? '',
      ready: meta.ready ?? '',
    };
  });
}

/** One person; nowhere and without metadata when nobody knows them. */
export function personOf(model: Pick<Model, 'people'>, id: string): Person {
  return model.people.get(id) ?? { id, state: null, since: null, meta: {} };
}

/** The same model without the records of other transactions than these. */
export function remembering(model: Model, transactions: ReadonlySet<string>): Model {
  const records = [...model.records].filter(([transaction]) => transactions.has(transaction));
  return { ...model, records: new Map(records) };
}
