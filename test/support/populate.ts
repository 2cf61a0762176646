import { STATES, type State } from '@shared/states';
import type { Redis } from 'ioredis';

/** How many people are put into each state. */
export type Population = Record<State, number>;

/** A few thousand people, as a busy evening leaves them. */
export const BUSY: Population = {
  IDLE: 2_400,
  WAITING: 1_204,
  CONNECTING: 86,
  IN_CALL: 900,
  DISCONNECTING: 35,
};

/** The id of the n-th person in a state: `waiting-0007`. */
export function personId(state: State, index: number): string {
  return `${state.toLowerCase()}-${String(index).padStart(4, '0')}`;
}

/**
 * Writes people into the default pool with plain commands, as an existing deployment does: sets, metadata and
 * heartbeats, couples with each other's name. Person n has been in the state for n + 1 seconds.
 */
export async function populate(redis: Redis, population: Population, now = Date.now()): Promise<void> {
  const batch = redis.pipeline();
  for (const state of STATES) {
    for (let index = 0; index < population[state]; index += 1) {
      const user = personId(state, index);
      const since = now - (index + 1) * 1_000;
      const paired = state === 'CONNECTING' || state === 'IN_CALL';
      const partner = paired ? personId(state, index ^ 1) : null;
      batch.zadd(`matching:${state.toLowerCase()}`, since, user);
      batch.zadd('matching:heartbeats', now - (index % 9) * 1_000, user);
      batch.hset(`user:${user}`, {
        state,
        lastStateChange: since,
        createdAt: since - 60_000,
        totalMatches: index % 7,
        totalSkips: index % 4,
        totalEnds: index % 3,
        ...(partner === null ? {} : { matchedWith: partner, currentRoom: `room-${index >> 1}` }),
      });
    }
  }
  await batch.exec();
}
