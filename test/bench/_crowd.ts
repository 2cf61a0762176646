import type { Redis } from 'ioredis';
import { type State, STATES } from '@shared/states';
import { acting } from '../../src/main/engine/core';
import type { EngineContext } from '../../src/main/engine/context';
import { transitionScript } from '../../src/main/engine/transition';

const PER_COMMAND = 1_000;
const PER_MOVE = 50;

/** Puts users with heartbeats and metadata into every state, from one number up to another. */
export async function bringCrowd(
  client: Redis,
  { keys }: EngineContext,
  from: number,
  until: number,
  metadata = true,
): Promise<void> {
  const now = Date.now();
  for (let at = from; at < until; at += PER_COMMAND) {
    const users = Array.from({ length: Math.min(PER_COMMAND, until - at) }, (_, index) => at + index);
    const state = STATES[(at / PER_COMMAND) % STATES.length] ?? 'IDLE';
    const members = users.flatMap((user) => [now - (user % 120_000), `person-${user}`]);
    const batch = client
      .pipeline()
      .zadd(keys.sets[state], ...members)
      .zadd(keys.heartbeats, ...members);
    if (metadata)
      for (const user of users)
        batch.hset(keys.user(`person-${user}`), { state, totalMatches: user % 9, createdAt: now });
    await batch.exec();
  }
}

/**
 * Moves people between IDLE and WAITING at a steady pace, in transactions of fifty, until it is stopped. `moved` tells
 * how many moves were acknowledged.
 */
export function keepMoving(
  { store, keys, settings }: EngineContext,
  perSecond: number,
): { moved: () => number; stop: () => Promise<void> } {
  const everyMs = (1_000 * PER_MOVE) / perSecond;
  const idle: { group: number; to: State }[] = Array.from({ length: 20 }, (_, group) => ({
    group,
    to: 'WAITING',
  }));
  const began = Date.now();
  let [moved, turns, ended] = [0, 0, false];
  const loop = async () => {
    while (!ended) {
      const behindMs = Date.now() - began - turns * everyMs;
      if (behindMs < 0) await new Promise((resolve) => setTimeout(resolve, -behindMs));
      turns += 1;
      const next = idle.shift();
      if (!next) continue;
      const { group, to } = next;
      // The first users of bringCrowd are IDLE.
      const users = Array.from({ length: PER_MOVE }, (_, index) => `person-${group * PER_MOVE + index}`);
      await store.run(transitionScript, {
        acting: acting(keys, settings, { by: 'bench' }),
        steps: users.map((user) => ({
          user,
          to,
          cause: to === 'WAITING' ? ('queue' as const) : ('leave' as const),
        })),
      });
      moved += users.length;
      idle.push({ group, to: to === 'WAITING' ? 'IDLE' : 'WAITING' });
    }
  };
  const running = loop();
  return {
    moved: () => moved,
    async stop() {
      ended = true;
      await running;
    },
  };
}
