import type { PoolKeys } from '../redis/keys';
import { defineScript } from '../redis/script';
import aloneLua from './alone.lua?raw';
import readLua from './read.lua?raw';

interface AloneInput {
  keys: PoolKeys;
  offset: number;
  /** Users looked at: a microsecond or two of Redis each. */
  count: number;
}

interface AloneReply {
  lookedAt: number;
  users: string[];
}

/** Who is IN_CALL and names a partner who is not in that call, as of one moment: one bounded step. */
export const aloneScript = defineScript<AloneInput, AloneReply>({
  name: 'alone',
  source: [readLua, aloneLua].join('\n'),
  encode: ({ keys, offset, count }) => ({
    keys: [keys.sets.IN_CALL, keys.prefixes.user],
    args: [offset, count],
  }),
  decode(reply) {
    const [lookedAt, users] = reply as [number, string[]];
    return { lookedAt, users };
  },
});
