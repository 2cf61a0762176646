import type { State } from '@shared/states';
import type { PoolKeys } from '../redis/keys';
import { defineScript } from '../redis/script';
import adoptLua from './adopt.lua?raw';

/** One bounded step through the users of one state. */
export interface AdoptInput {
  keys: PoolKeys;
  state: State;
  /** Rank in the state, oldest first, to begin at. */
  offset: number;
  count: number;
}

/** Gives users whom other programs brought their entry in the heartbeat index, so that a sweep can find them. */
export const adoptScript = defineScript<AdoptInput, { lookedAt: number; adopted: number }>({
  name: 'adopt',
  source: adoptLua,
  encode: ({ keys, state, offset, count }) => ({
    keys: [keys.sets[state], keys.heartbeats, keys.prefixes.user, keys.prefixes.heartbeat],
    args: [offset, count],
  }),
  decode(reply) {
    const [lookedAt, adopted] = reply as [number, number];
    return { lookedAt, adopted };
  },
});
