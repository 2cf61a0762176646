import { type State, STATES } from '@shared/states';
import { readScan } from '../redis/replies';
import type { EngineContext } from './context';
import { lookScript } from './look';
import { escapeGlob } from './walk';

export interface SearchOptions {
  match: 'prefix' | 'contains';
  /** Users at most. */
  limit: number;
  signal?: AbortSignal | undefined;
}

export interface FoundUsers {
  users: { user: string; state: State | null; since: number | null }[];
  /** False when the limit or the time was reached before everybody was looked at. */
  complete: boolean;
}

/** Users per step: about a millisecond of Redis. */
const STEP = 2000;
const TIME_LIMIT_MS = 5000;

/**
 * Users whose id begins with or contains a text; the one with exactly this id first. All states are walked side by
 * side, so that the way to Redis costs nothing extra. It ends when enough were found, when it took too long, or when the
 * caller no longer wants to know.
 */
export async function searchUsers(
  { store, keys, clock }: EngineContext,
  text: string,
  { match, limit, signal }: SearchOptions,
): Promise<FoundUsers> {
  const pattern = `${match === 'contains' ? '*' : ''}${escapeGlob(text)}*`;
  const deadline = clock.now() + TIME_LIMIT_MS;
  const [exact] = await store.run(lookScript, { keys, users: [text] });
  const found = new Set<string>(exact && exact.states.length > 0 ? [text] : []);

  /** Whether the state was walked to its end. */
  const walk = async (state: State): Promise<boolean> => {
    let cursor = '0';
    do {
      if (found.size >= limit || clock.now() > deadline || signal?.aborted) return false;
      const scan = ['ZSCAN', keys.sets[state], cursor, 'MATCH', pattern, 'COUNT', STEP] as const;
      const step = readScan(await store.command(scan));
      cursor = step.cursor;
      for (let index = 0; index < step.items.length; index += 2) found.add(step.items[index] ?? '');
    } while (cursor !== '0');
    return true;
  };
  const walked = await Promise.all(STATES.map(walk));

  const users = [...found].slice(0, limit);
  const places = users.length > 0 ? await store.run(lookScript, { keys, users }) : [];
  return {
    users: places.map(({ user, state, since }) => ({ user, state, since })),
    complete: walked.every(Boolean) && found.size <= limit,
  };
}
