import type { Redis } from 'ioredis';
import type { Cause } from '@shared/contract/transitions';
import { type State, STATES } from '@shared/states';
import { acting } from '../../src/main/engine/core';
import type { EngineContext } from '../../src/main/engine/context';
import { transitionScript, type TransitionStep } from '../../src/main/engine/transition';

const PER_COMMAND = 1_000;
const PER_MOVE = 50;
/** As many as these times `PER_MOVE` move; the first thousand of `bringCrowd` are IDLE. */
const GROUPS = 20;

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

interface LifeStep {
  to: State;
  cause: Cause;
}

/** One person's way through a call, step by step; each after the state before it. */
const LIFE: readonly LifeStep[] = [
  { to: 'WAITING', cause: 'queue' },
  { to: 'CONNECTING', cause: 'match' },
  { to: 'IN_CALL', cause: 'connected' },
  { to: 'DISCONNECTING', cause: 'end' },
  { to: 'IDLE', cause: 'end' },
];

/**
 * Moves people through the queue, calls and back at a steady pace, in transactions of fifty, until it is stopped.
 * `moved` tells how many moves were acknowledged.
 */
export function keepMoving(
  { store, keys, settings }: EngineContext,
  perSecond: number,
): { moved: () => number; stop: () => Promise<void> } {
  const everyMs = (1_000 * PER_MOVE) / perSecond;
  const began = Date.now();
  let [moved, turns, ended] = [0, 0, false];
  const loop = async () => {
    while (!ended) {
      const behindMs = Date.now() - began - turns * everyMs;
      if (behindMs < 0) await new Promise((resolve) => setTimeout(resolve, -behindMs));
      const group = turns % GROUPS;
      const step = LIFE[Math.floor(turns / GROUPS) % LIFE.length];
      turns += 1;
      if (!step) continue;
      await store.run(transitionScript, {
        acting: acting(keys, settings, { by: 'bench' }),
        steps: stepsOf(group, step),
      });
      moved += PER_MOVE;
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

/** The same step for each of a group, whose neighbours are couples. */
function stepsOf(group: number, { to, cause }: LifeStep): TransitionStep[] {
  const nameOf = (index: number) => `person-${group * PER_MOVE + index}`;
  return Array.from({ length: PER_MOVE }, (_, index) => ({
    user: nameOf(index),
    to,
    cause,
    ...(to === 'CONNECTING' && { partner: nameOf(index ^ 1), room: `room-${group}-${index >> 1}` }),
  }));
}
