import type { RedisCommand, Store, StoreNode } from '../redis/store';
import { readScan } from '../redis/replies';

/** Members or keys per step: less than a millisecond of Redis. */
export const WALK_STEP = 500;

/**
 * Everybody in a sorted set, in bounded steps. Whoever is there from the first step to the last is met; others may be,
 * and somebody may be met twice. Ends early when the signal is aborted.
 */
export function walkSet(store: Store, key: string, signal?: AbortSignal): AsyncGenerator<string[]> {
  return walk(
    store,
    (cursor) => ['ZSCAN', key, cursor, 'COUNT', WALK_STEP],
    (items) => items.filter((_, index) => index % 2 === 0),
    signal,
  );
}

/**
 * Every key with a prefix, in bounded steps of about WALK_STEP keys looked at, by the same promise. On a
 * cluster it walks the node of the prefix, whose hash tag keeps all of them there.
 */
export async function* walkKeys(
  store: Store,
  prefix: string,
  signal?: AbortSignal,
): AsyncGenerator<string[]> {
  yield* walk(
    await store.nodeOf(prefix),
    (cursor) => ['SCAN', cursor, 'MATCH', `${escapeGlob(prefix)}*`, 'COUNT', WALK_STEP],
    (items) => items,
    signal,
  );
}

async function* walk(
  node: Pick<StoreNode, 'command'>,
  step: (cursor: string) => RedisCommand,
  pick: (items: string[]) => string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<string[]> {
  let cursor = '0';
  do {
    if (signal?.aborted) return;
    const reply = readScan(await node.command(step(cursor)));
    cursor = reply.cursor;
    yield pick(reply.items);
  } while (cursor !== '0');
}

/** A text in which no character means more than itself to MATCH. */
export function escapeGlob(text: string): string {
  return text.replace(/[*?[\]\\^-]/g, '\\$&');
}
