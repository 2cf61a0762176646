import { STATES } from '@shared/states';
import type { PoolKeys } from '../redis/keys';
import { defineScript } from '../redis/script';
import readLua from './read.lua?raw';
import splitSampleLua from './split-sample.lua?raw';

/** Finds users in two states among those longest and shortest in each: cheap, and no proof that there are no others. */
export const splitSampleScript = defineScript<{ keys: PoolKeys; sample: number }, string[]>({
  name: 'split-sample',
  source: [readLua, splitSampleLua].join('\n'),
  encode: ({ keys, sample }) => ({ keys: STATES.map((state) => keys.sets[state]), args: [sample] }),
  decode: (reply) => reply as string[],
});
