import type { z } from 'zod';

/** What the fields of the contract's inputs are made of; the first that a field takes is given to it. */
const CANDIDATES: readonly unknown[] = [
  'ada',
  'IDLE',
  'a test of roles',
  'tx_00000001',
  '1700000000000-0',
  1,
  0,
  true,
  ['ada'],
  [],
  { level: 3 },
  {},
];

/**
 * An input that a schema takes, found by filling in whatever it says is missing: so a test that is made from the
 * contract covers an operation that was added yesterday. `hints` has values for fields that nobody could guess.
 */
export function validInput(schema: z.ZodType, hints: Record<string, unknown> = {}): unknown {
  const input: Record<string, unknown> = {};
  for (let step = 0; step < 50; step += 1) {
    const parsed = schema.safeParse(input);
    if (parsed.success) return input;
    const [issue] = parsed.error.issues;
    const path = issue?.path ?? [];
    const choices = [hints[String(path.at(-1))], ...valuesOf(issue), ...CANDIDATES];
    const taken = choices.some((value) => {
      if (value === undefined) return false;
      put(input, path, value);
      const now = schema.safeParse(input);
      return now.success || !now.error.issues.some((each) => each.path.join() === path.join());
    });
    if (!taken)
      throw new Error(`No value was found for ${path.join('.')}: ${issue?.message ?? ''}; give a hint.`);
  }
  throw new Error('The schema wants more fields than this helper fills in.');
}

/** The values that an issue itself names: the words of an enumeration. */
function valuesOf(issue: z.core.$ZodIssue | undefined): readonly unknown[] {
  return issue?.code === 'invalid_value' ? issue.values : [];
}

function put(target: Record<string, unknown>, path: readonly PropertyKey[], value: unknown): void {
  let place: Record<PropertyKey, unknown> = target;
  for (const key of path.slice(0, -1)) {
    place[key] ??= {};
    place = place[key] as Record<PropertyKey, unknown>;
  }
  const last = path.at(-1);
  if (last !== undefined) place[last] = value;
}
