import { PAIRED_STATES } from '@shared/states';
import type { EngineContext } from '../engine/context';
import { walkSet } from '../engine/walk';

/** Users in pairs whose metadata field has a value: walks CONNECTING and IN_CALL in bounded steps. */
export async function findPaired(
  { store, keys }: EngineContext,
  field: 'currentRoom' | 'matchedWith',
  value: string,
  signal?: AbortSignal,
): Promise<string[]> {
  const found = new Set<string>();
  for (const state of PAIRED_STATES)
    for await (const users of walkSet(store, keys.sets[state], signal)) {
      const values = await store.pipeline(users.map((user) => ['HGET', keys.user(user), field] as const));
      for (const [index, user] of users.entries()) if (values[index] === value) found.add(user);
    }
  return [...found];
}
