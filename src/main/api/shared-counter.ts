import { poolKeys } from '../redis/keys';
import { defineScript } from '../redis/script';
import type { Store } from '../redis/store';
import countLua from './count.lua?raw';

/** Counts how often something happened lately, for every process together. */
export interface SharedCounter {
  /** Counts one more. @returns how often in this window, and when the window ends (ms from now) */
  hit(pool: string, scope: string, id: string, windowMs: number): Promise<{ times: number; ttlMs: number }>;
}

/** Counts one more in a window that begins with the first. */
export const countScript = defineScript<{ key: string; windowMs: number }, { times: number; ttlMs: number }>({
  name: 'count',
  source: countLua,
  encode: ({ key, windowMs }) => ({ keys: [key], args: [windowMs] }),
  decode(reply) {
    const [times, ttlMs] = reply as [number, number];
    return { times, ttlMs };
  },
});

/** A counter in Redis. */
export function createSharedCounter(store: Store): SharedCounter {
  return {
    hit: (pool, scope, id, windowMs) =>
      store.run(countScript, { key: poolKeys(pool, store.layout).limit(scope, id), windowMs }),
  };
}
