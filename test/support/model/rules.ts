import { LEGAL_MOVES, type State } from '@shared/states';
import { cooldown, Draft, PAIRED } from './draft';
import type { Field, Meta, Model, Outcome } from './model';
import type { Operation } from './operations';

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

class Refusal extends Error {
  constructor(readonly code: string) {
    super(code);
  }
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
