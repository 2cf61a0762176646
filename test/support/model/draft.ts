import type { State } from '@shared/states';
import { type Field, type Model, type ModelMove, type Person, personOf, type TxRecord } from './model';

/** The states in which one has a partner. */
export const PAIRED: ReadonlySet<State | null> = new Set<State | null>(['CONNECTING', 'IN_CALL']);

/** One transaction in the making. */
export class Draft {
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
    return personOf(this, id);
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

/** The name of what keeps two people apart, whoever is named first. */
export function cooldown(a: string, b: string): string {
  return a < b ? `${a}:${b}` : `${b}:${a}`;
}
