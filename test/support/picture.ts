import { STATES } from '@shared/states';
import type { Redis } from 'ioredis';
import type { PoolKeys } from '../../src/main/redis/keys';

/** Everything the engine keeps of a pool, except what every action adds to (journal, histories, statistics). */
export interface Picture {
  sets: Record<string, string[]>;
  heartbeats: string[];
  metadata: Record<string, Record<string, string>>;
  cooldowns: string[];
}

/** Looks at a pool with plain commands. Signs of life are left out of the metadata: undo does not take them back. */
export async function pictureOf(client: Redis, keys: PoolKeys): Promise<Picture> {
  const sets: Picture['sets'] = {};
  for (const state of STATES) sets[state] = await client.zrange(keys.sets[state], 0, '-1', 'WITHSCORES');
  const names = await client.keys('*');
  const metadata: Picture['metadata'] = {};
  for (const name of names.filter((key) => key.startsWith(keys.prefixes.user)).sort()) {
    const { updatedAt: _, lastActivity: __, lastHeartbeat: ___, ...rest } = await client.hgetall(name);
    metadata[name] = rest;
  }
  return {
    sets,
    heartbeats: (await client.zrange(keys.heartbeats, 0, '-1')).sort(),
    metadata,
    cooldowns: names.filter((key) => key.startsWith(keys.prefixes.cooldown)).sort(),
  };
}
