import type { Store, StoreNode } from '../redis/store';
import { readScan } from '../redis/replies';

/** Members or keys per step: less than a millisecond of Redis. */
export const WALK_STEP = 500;

/** One step of a walk: what was met, and where to go on; '0' where there is no more. */
export interface WalkStep {
  items: string[];
  cursor: string;
}

/** One step through the members of a sorted set, from a cursor; '0' begins. */
export async function stepThroughSet(store: Store, key: string, cursor: string): Promise<WalkStep> {
  const step = readScan(await store.command(['ZSCAN', key, cursor, 'COUNT', WALK_STEP]));
  return { ...step, items: step.items.filter((_, index) => index % 2 === 0) };
}

/**
 * One step through the keys of a node that have a prefix, past about WALK_STEP keys of any name. On a cluster it takes
 * the node of the prefix, whose hash tag keeps all of them there.
 */
export async function stepThroughKeys(
  node: Pick<StoreNode, 'command'>,
  prefix: string,
  cursor: string,
): Promise<WalkStep> {
  return readScan(
    await node.command(['SCAN', cursor, 'MATCH', `${escapeGlob(prefix)}*`, 'COUNT', WALK_STEP]),
  );
}

/**
 * Everybody in a sorted set, in bounded steps. Whoever is there from the first step to the last is met; others may be,
 * and somebody may be met twice. Ends early when the signal is aborted.
 */
export function walkSet(store: Store, key: string, signal?: AbortSignal): AsyncGenerator<string[]> {
  return walk((cursor) => stepThroughSet(store, key, cursor), signal);
}

/** Every key with a prefix, in bounded steps, by the same promise. */
export async function* walkKeys(
  store: Store,
  prefix: string,
  signal?: AbortSignal,
): AsyncGenerator<string[]> {
  const node = await store.nodeOf(prefix);
  yield* walk((cursor) => stepThroughKeys(node, prefix, cursor), signal);
}

async function* walk(
  step: (cursor: string) => Promise<WalkStep>,
  signal: AbortSignal | undefined,
): AsyncGenerator<string[]> {
  let cursor = '0';
  do {
    if (signal?.aborted) return;
    const next = await step(cursor);
    cursor = next.cursor;
    yield next.items;
  } while (cursor !== '0');
}

/** A text in which no character means more than itself to MATCH. */
export function escapeGlob(text: string): string {
  return text.replace(/[*?[\]\\^-]/g, '\\$&');
}
