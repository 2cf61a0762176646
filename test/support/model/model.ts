import { LEGAL_MOVES, type State } from '@shared/states';
import type { Operation } from './operations';
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

type Field = 'matchedWith' | 'currentRoom' | 'lastRoom' | 'ready' | 'queuedAt' | 'createdAt';
type Meta = Readonly<Partial<Record<Field, string>>>;

interface Person {
  readonly id: string;
  readonly state: State | null;
  readonly since: number | null;
  readonly meta: Meta;
}

/** One move: user, from, since, to, at. */
export type ModelMove = readonly [string, State | null, number | null, State | null, number | null];

interface TxRecord {
  readonly kind: string;
  readonly moves: readonly ModelMove[];
  readonly before: ReadonlyMap<string, Meta>;
  readonly cooldowns: readonly string[];
  readonly undone: boolean;
}

/** What a caller gets: the moves, or the code of the refusal. */
export type Outcome = { moves: readonly ModelMove[] } | { refused: string };

export const EMPTY_MODEL: Model = { people: new Map(), cooldowns: new Set(), records: new Map() };

const PAIRED: ReadonlySet<State | null> = new Set<State | null>(['CONNECTING', 'IN_CALL']);
const WAY_BACK: Partial<Record<State, State[]>> = {
  IN_CALL: ['DISCONNECTING', 'WAITING'],
  CONNECTING: ['WAITING'],
};
const WAY_OUT: Partial<Record<State, State[]>> = {
  IN_CALL: ['DISCONNECTING', 'IDLE'],
  CONNECTING: ['WAITING', 'IDLE'],
  WAITING: ['IDLE'],
  DISCONNECTING: ['IDLE'],
  IDLE: [],
};
const PATHS: Record<string, Partial<Record<State, State[]>>> = {
  skip: WAY_BACK,
  end: { IN_CALL: WAY_OUT.IN_CALL ?? [], CONNECTING: WAY_OUT.CONNECTING ?? [] },
  fail: { CONNECTING: ['WAITING'] },
  leave: { WAITING: ['IDLE'] },
  disconnect: WAY_OUT,
};

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

export function personOf(model: Model, id: string): Person {
  return model.people.get(id) ?? { id, state: null, since: null, meta: {} };
}

/** The same model without the records of other transactions than these. */
export function remembering(model: Model, transactions: ReadonlySet<string>): Model {
  const records = [...model.records].filter(([transaction]) => transactions.has(transaction));
  return { ...model, records: new Map(records) };
}

class Refusal extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/** One transaction in the making. */
class Draft {
  readonly people: Map<string, Person>;
  readonly cooldowns: Set<string>;
  readonly moves: ModelMove[] = [];
  readonly before = new Map<string, Partial<Record<Field, string>>>();
  readonly cooled: string[] = [];
  /** The transaction that this one undoes. */
  undoes: string | null = null;

  constructor(
    readonly model: Model,
    readonly now: number,
    readonly transaction: string,
  ) {
    this.people = new Map(model.people);
    this.cooldowns = new Set(model.cooldowns);
  }

  get(id: string): Person {
    return this.people.get(id) ?? { id, state: null, since: null, meta: {} };
  }

  touch(id: string): void {
    if (!this.before.has(id)) this.before.set(id, {});
  }

  change(id: string, field: Field, value: string | undefined): void {
    this.touch(id);
    const person = this.get(id);
    const old = this.before.get(id) ?? {};
    if (!(field in old)) Object.assign(old, { [field]: person.meta[field] });
    this.people.set(id, { ...person, meta: { ...person.meta, [field]: value } });
  }

  place(id: string, state: State | null, since: number | null): void {
    const { state: from, since: was } = this.get(id);
    this.touch(id);
    this.moves.push([id, from, was, state, state === null ? null : since]);
    this.people.set(id, { ...this.get(id), state, since: state === null ? null : since });
  }

  plan(id: string, to: State, pair?: { partner: string; room: string }): void {
    const { state, since, meta } = this.get(id);
    const backInQueue = state === 'CONNECTING' && to === 'WAITING';
    const at = backInQueue ? Math.min(this.now, Number(meta.queuedAt ?? this.now)) : this.now;
    if (PAIRED.has(state) && !PAIRED.has(to)) {
      if (meta.matchedWith !== undefined) this.change(id, 'matchedWith', undefined);
      if (meta.currentRoom !== undefined) {
        this.change(id, 'lastRoom', meta.currentRoom);
        this.change(id, 'currentRoom', undefined);
      }
      if (meta.ready !== undefined) this.change(id, 'ready', undefined);
    }
    if (state === 'WAITING' && to === 'CONNECTING') this.change(id, 'queuedAt', String(since));
    if (to === 'IN_CALL' && meta.ready !== undefined) this.change(id, 'ready', undefined);
    if (pair) {
      this.change(id, 'matchedWith', pair.partner);
      this.change(id, 'currentRoom', pair.room);
    }
    if (meta.createdAt === undefined) this.change(id, 'createdAt', String(this.now));
    this.place(id, to, at);
  }

  walk(id: string, path: readonly State[]): void {
    for (const to of path) this.plan(id, to);
  }

  mutualPartner(id: string): string | undefined {
    const { state, meta } = this.get(id);
    if (!PAIRED.has(state) || meta.matchedWith === undefined || meta.matchedWith === id) return undefined;
    const partner = this.get(meta.matchedWith);
    return PAIRED.has(partner.state) && partner.meta.matchedWith === id ? partner.id : undefined;
  }

  cool(a: string, b: string): void {
    const key = cooldown(a, b);
    this.cooldowns.add(key);
    this.cooled.push(key);
  }

  couple(a: string, b: string, number: number): void {
    const room = `${this.transaction}-${number}`;
    this.plan(a, 'CONNECTING', { partner: b, room });
    this.plan(b, 'CONNECTING', { partner: a, room });
  }

  commit(kind: string): Model {
    const record: TxRecord = {
      kind,
      moves: this.moves,
      before: this.before,
      cooldowns: this.cooled,
      undone: false,
    };
    const records = new Map(this.model.records).set(this.transaction, record);
    const target = this.undoes === null ? undefined : records.get(this.undoes);
    if (this.undoes !== null && target) records.set(this.undoes, { ...target, undone: true });
    return { people: this.people, cooldowns: this.cooldowns, records };
  }
}

function cooldown(a: string, b: string): string {
  return a < b ? `${a}:${b}` : `${b}:${a}`;
}

/** Carries out one operation: what the caller is told, and the world afterwards. */
export function carryOut(model: Model, operation: Operation): { outcome: Outcome; model: Model } {
  const first = model.records.get(operation.transaction);
  if (first) return { outcome: { moves: first.moves }, model };
  const draft = new Draft(model, operation.now, operation.transaction);
  try {
    const kind = act(draft, operation);
    // Without a kind there was nothing to do, and nothing is kept.
    return kind === null
      ? { outcome: { moves: [] }, model }
      : { outcome: { moves: draft.moves }, model: draft.commit(kind) };
  } catch (fault) {
    if (!(fault instanceof Refusal)) throw fault;
    return { outcome: { refused: fault.code }, model };
  }
}

function act(draft: Draft, operation: Operation): string | null {
  switch (operation.kind) {
    case 'arrive':
    case 'queue': {
      const { state } = draft.get(operation.user);
      const to = operation.kind === 'arrive' ? 'IDLE' : 'WAITING';
      const from: (State | null)[] = to === 'IDLE' ? [null] : [null, 'IDLE', 'DISCONNECTING'];
      if (!from.includes(state)) throw new Refusal('wrong_state');
      draft.plan(operation.user, to);
      return 'transition';
    }
    case 'batch':
      return batch(draft, operation.steps);
    case 'force':
      for (const user of operation.users) {
        const { state, meta } = draft.get(user);
        if (state === null && meta.createdAt === undefined) throw new Refusal('unknown_user');
      }
      for (const user of operation.users) draft.plan(user, operation.to);
      return 'force';
    case 'pair': {
      const [a, b] = operation.users;
      if (a === b) throw new Refusal('bad_input');
      if (draft.get(a).state !== 'WAITING' || draft.get(b).state !== 'WAITING')
        throw new Refusal('wrong_state');
      if (draft.cooldowns.has(cooldown(a, b))) throw new Refusal('on_cooldown');
      draft.couple(a, b, 0);
      return 'match';
    }
    case 'match':
      return match(draft, operation.pairs);
    case 'connect':
      return connect(draft, operation.user, operation.atOnce);
    case 'separate':
      return separate(draft, operation.user, operation.action, operation.room);
    case 'remove':
      return remove(draft, operation.users);
    case 'rollback':
      return rollback(draft, operation.target);
  }
}

function batch(draft: Draft, steps: readonly { user: string; to: State }[]): string {
  let illegal = false;
  for (const { user, to } of steps) {
    const allowed: readonly State[] = LEGAL_MOVES[draft.get(user).state ?? 'UNKNOWN'];
    illegal ||= !allowed.includes(to);
    draft.plan(user, to);
  }
  if (illegal) throw new Refusal('illegal_transition');
  return 'transition';
}

function match(draft: Draft, pairs: number): string | null {
  const queue = [...draft.people.values()]
    .filter(({ state }) => state === 'WAITING')
    .sort((a, b) => (a.since ?? 0) - (b.since ?? 0) || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);
  const taken = new Set<string>();
  let paired = 0;
  for (const [index, first] of queue.entries()) {
    if (paired === pairs || taken.has(first)) continue;
    const second = queue
      .slice(index + 1)
      .find((other) => !taken.has(other) && !draft.cooldowns.has(cooldown(first, other)));
    if (second === undefined) continue;
    taken.add(first).add(second);
    draft.couple(first, second, paired);
    paired += 1;
  }
  return paired === 0 ? null : 'match';
}

function connect(draft: Draft, user: string, atOnce: boolean): string | null {
  const { state, meta } = draft.get(user);
  const partner = draft.mutualPartner(user);
  if (!PAIRED.has(state) || partner === undefined) throw new Refusal('wrong_state');
  const other = draft.get(partner);
  if (state === 'IN_CALL') {
    if (other.state !== 'IN_CALL') throw new Refusal('wrong_state');
    return null;
  }
  const room = meta.currentRoom ?? '';
  if (atOnce || other.state === 'IN_CALL' || other.meta.ready === room) {
    draft.plan(user, 'IN_CALL');
    if (other.state === 'CONNECTING') draft.plan(partner, 'IN_CALL');
  } else draft.change(user, 'ready', room);
  return 'connect';
}

function separate(draft: Draft, user: string, action: string, room: string | undefined): string | null {
  const { state, meta } = draft.get(user);
  const path = wayOf(action, state, meta, room);
  if (!path) throw new Refusal('wrong_state');
  if (path.length === 0 && action !== 'disconnect') return null;
  const partner = draft.mutualPartner(user);
  const wayBack = partner === undefined ? undefined : WAY_BACK[draft.get(partner).state ?? 'IDLE'];
  draft.touch(user);
  draft.walk(user, path);
  if (partner !== undefined && wayBack) {
    draft.walk(partner, wayBack);
    draft.cool(user, partner);
  }
  return action;
}

function wayOf(
  action: string,
  state: State | null,
  meta: Meta,
  room: string | undefined,
): readonly State[] | undefined {
  if (action === 'cleanup') return state === null ? undefined : ['IDLE'];
  if (room !== undefined && meta.currentRoom !== room) {
    if (meta.lastRoom !== room) return undefined;
    return action === 'end' && state !== null ? (WAY_OUT[state] ?? []) : [];
  }
  return state === null ? undefined : PATHS[action]?.[state];
}

function remove(draft: Draft, users: readonly string[]): string | null {
  const known = users.filter((user) => {
    const { state, meta } = draft.get(user);
    return state !== null || meta.createdAt !== undefined;
  });
  const partners = known.map((user) => draft.mutualPartner(user));
  for (const user of known) {
    const { meta } = draft.get(user);
    draft.place(user, null, null);
    draft.before.set(user, { ...meta });
    draft.people.set(user, { id: user, state: null, since: null, meta: {} });
  }
  for (const partner of partners) {
    const state = partner === undefined ? null : draft.get(partner).state;
    if (partner !== undefined && state !== null) draft.walk(partner, WAY_BACK[state] ?? []);
  }
  return known.length === 0 ? null : 'remove';
}

function rollback(draft: Draft, target: string): string {
  const record = draft.model.records.get(target);
  if (!record || record.undone || record.kind === 'rollback' || record.moves.length === 0)
    throw new Refusal('not_undoable');
  for (const user of record.before.keys()) {
    const last = record.moves.findLast(([id]) => id === user);
    const { state, since } = draft.get(user);
    if (last && (state !== last[3] || since !== last[4])) throw new Refusal('moved_on');
  }
  for (const [user, before] of record.before) {
    const first = record.moves.find(([id]) => id === user);
    if (first) draft.place(user, first[1], first[2]);
    for (const [field, value] of Object.entries(before)) draft.change(user, field as Field, value);
    const broughtToLife = first?.[1] === null && 'createdAt' in before && before.createdAt === undefined;
    if (broughtToLife) draft.people.set(user, { ...draft.get(user), meta: {} });
  }
  for (const user of record.before.keys()) {
    const { state, meta } = draft.get(user);
    if (PAIRED.has(state) && meta.matchedWith !== undefined && meta.matchedWith !== user)
      if (draft.mutualPartner(user) === undefined) throw new Refusal('moved_on');
  }
  for (const key of record.cooldowns) draft.cooldowns.delete(key);
  draft.undoes = target;
  return 'rollback';
}
