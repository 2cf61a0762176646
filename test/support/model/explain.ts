import { type Model, type Outcome, worldOf } from './model';
import { carryOut } from './rules';
import { type Operation, USERS } from './operations';
import { describeWorld, type Seen } from './world';

/** What came of operations that were under way at the same time. */
export interface Happening {
  readonly operations: readonly Operation[];
  /** What each caller was told, in the order of the operations. */
  readonly outcomes: readonly Outcome[];
  /** What an observer saw meanwhile, in no particular order. */
  readonly seen: readonly (readonly Seen[])[];
  /** What it saw when all were done. */
  readonly after: readonly Seen[];
}

/**
 * Finds every order in which the operations can have happened, one at a time: each must have given its answer, and each
 * look must show the world between two of them. Two orders can look alike and still leave something different behind
 * that only shows later (what a record would restore), so all worlds are kept that cannot be told apart yet. This is
 * the search of Wing and Gong for linearizability (Testing and Verifying Concurrent Objects, 1993), with memory.
 *
 * @returns the models that are possible afterwards, each once
 * @throws when no order explains what happened
 */
export function explain(models: readonly Model[], happening: Happening): [Model, ...Model[]] {
  const { operations, outcomes, seen, after } = happening;
  const wanted = outcomes.map((outcome) => JSON.stringify(outcome));
  const looks = [...new Set(seen.map(describeWorld))];
  const end = describeWorld(after);
  const allSeen = 2 ** looks.length - 1;
  const found = new Map<string, Model>();
  const visited = new Set<string>();

  const search = (now: Model, left: number, matchedBefore: number): void => {
    const world = show(now);
    const matched = looks.reduce(
      (bits, look, index) => (look === world ? bits | (1 << index) : bits),
      matchedBefore,
    );
    const model = keyOf(now);
    const node = `${left} ${matched} ${model}`;
    if (visited.has(node)) return;
    visited.add(node);
    if (left === 0) {
      if (world === end && matched === allSeen) found.set(model, now);
      return;
    }
    for (const [index, operation] of operations.entries()) {
      if ((left & (1 << index)) === 0) continue;
      const next = carryOut(now, operation);
      if (JSON.stringify(next.outcome) === wanted[index]) search(next.model, left & ~(1 << index), matched);
    }
  };

  for (const model of models) search(model, 2 ** operations.length - 1, 0);
  const [first, ...others] = found.values();
  if (first) return [first, ...others];
  throw new Error(
    [
      'no order of these operations explains what came of them:',
      ...operations.map((operation, index) => `  ${JSON.stringify(operation)} -> ${wanted[index]}`),
      ...models.map((model) => `before:\n${show(model)}`),
      `after:\n${end}`,
      ...looks.map((world) => `seen meanwhile:\n${world}`),
    ].join('\n'),
  );
}

function show(model: Model): string {
  return describeWorld(worldOf(model, USERS));
}

const keys = new WeakMap<Model, string>();

/** Everything in a model as text, so that two models are equal when their texts are. */
function keyOf(model: Model): string {
  const known = keys.get(model);
  if (known !== undefined) return known;
  const people = USERS.map((user) => {
    const person = model.people.get(user);
    return person ? [person.state, person.since, sorted(person.meta)] : [];
  });
  const records = [...model.records]
    .sort(byName)
    .map(([transaction, record]) => [
      transaction,
      record.undone,
      record.moves,
      record.cooldowns,
      [...record.before].sort(byName).map(([user, meta]) => [user, Object.keys(meta).sort(), sorted(meta)]),
    ]);
  const key = JSON.stringify([people, [...model.cooldowns].sort(), records]);
  keys.set(model, key);
  return key;
}

function sorted(meta: Readonly<Record<string, string | undefined>>): [string, string | undefined][] {
  return Object.entries(meta)
    .filter(([, value]) => value !== undefined)
    .sort(byName);
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
