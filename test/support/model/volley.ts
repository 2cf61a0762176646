import fc from 'fast-check';
import type { EngineContext } from '../../../src/main/engine/context';
import { explain } from './explain';
import { type Model, type Outcome, personOf, remembering } from './model';
import { type Client, FURTHEST_BACK, type Operation, USERS, type Wish, wish } from './operations';
import { brokenUsers, describeWorld, type Seen, worldScript } from './world';

/** The model as fast-check hands it from command to command: every model that what happened so far allows. */
export interface ModelBox {
  models: readonly [Model, ...Model[]];
}

/** The real thing: several connections to one Redis, and one that only looks. */
export interface Real {
  readonly clients: readonly Client[];
  readonly observer: EngineContext;
  /** Everything that was asked so far, for repeats and rollbacks. */
  readonly asked: Operation[];
  /** Counts operations over all runs. */
  readonly tally: { operations: number; refused: number; observations: number };
}

/** A fixed day; each operation is some milliseconds after the one before. */
const DAY = 1_700_000_000_000;
const STEP_MS = 7;
const LOOKS = 3;

/**
 * Several operations at once, from several connections, while an observer looks. Afterwards there must be an order of
 * them that explains every answer, every look and the world as it is: each operation happened at one moment, whole.
 */
export class Volley implements fc.AsyncCommand<ModelBox, Real> {
  constructor(readonly wishes: readonly Wish[]) {}

  check(): boolean {
    return true;
  }

  async run(box: ModelBox, real: Real): Promise<void> {
    const operations = this.wishes.flatMap((one) => decide(one, box.models[0], real));
    const looks: Promise<Seen[]>[] = [];
    const answers: Promise<Outcome>[] = [];
    for (const [index, operation] of operations.entries()) {
      const client = real.clients[index % real.clients.length];
      if (client) answers.push(client.perform(operation));
      if (looks.length < LOOKS) looks.push(look(real));
    }
    const outcomes = await Promise.all(answers);
    const seen = await Promise.all(looks);
    const after = await look(real);
    for (const world of [...seen, after]) {
      const broken = brokenUsers(world);
      if (broken.length > 0) throw new Error(`a promise is broken:\n${describeWorld(broken)}`);
    }
    real.tally.operations += operations.length;
    real.tally.observations += seen.length + 1;
    real.tally.refused += outcomes.filter((outcome) => 'refused' in outcome).length;
    const [first, ...others] = explain(box.models, { operations, outcomes, seen, after });
    const reachable = withinReach(real.asked);
    box.models = [remembering(first, reachable), ...others.map((other) => remembering(other, reachable))];
  }

  toString(): string {
    return `at once: ${this.wishes.map((one) => JSON.stringify(one)).join(' & ')}`;
  }
}

/** Draws volleys of one to six operations. */
export const volley = fc
  .array(wish, { minLength: 1, maxLength: 6, size: 'max' })
  .map((wishes) => new Volley(wishes));

/** Gives a wish its transaction, its time, and whatever depends on what happened before. */
function decide(one: Wish, model: Model, real: Real): Operation[] {
  const number = real.asked.length;
  const fresh = { transaction: `tx-${String(number).padStart(8, '0')}`, now: DAY + number * STEP_MS };
  const before = 'back' in one ? real.asked.at(-1 - one.back) : undefined;
  if (one.kind === 'again') return before ? [before] : [];
  const operation = ((): Operation | null => {
    if (one.kind === 'rollback')
      return before ? { ...fresh, kind: 'rollback', target: before.transaction } : null;
    if (one.kind !== 'separate') return { ...fresh, ...one };
    const { meta } = personOf(model, one.user);
    const rooms = { any: undefined, current: meta.currentRoom, last: meta.lastRoom, foreign: 'nowhere' };
    const room = ['skip', 'end', 'fail'].includes(one.action) ? rooms[one.room] : undefined;
    return { ...fresh, ...one, room };
  })();
  if (!operation) return [];
  real.asked.push(operation);
  return [operation];
}

function look({ observer }: Real): Promise<Seen[]> {
  return observer.store.run(worldScript, { keys: observer.keys, users: USERS });
}

/** The transactions that can still be asked for again or undone: the model may forget the others. */
function withinReach(asked: readonly Operation[]): ReadonlySet<string> {
  return new Set(
    asked
      .slice(-1 - FURTHEST_BACK)
      .flatMap((one) => (one.kind === 'rollback' ? [one.transaction, one.target] : [one.transaction])),
  );
}
