import { type State, STATES } from '@shared/states';
import type { PoolKeys } from '../redis/keys';
import { defineScript } from '../redis/script';
import lookLua from './look.lua?raw';

export interface LookInput {
  keys: PoolKeys;
  users: readonly string[];
}

/** Where one user is. */
export interface Whereabouts {
  user: string;
  /** Null for a user in no set, and for a damaged one who is in several. */
  state: State | null;
  /** When the state was entered, in milliseconds since the epoch. */
  since: number | null;
  /** Every set that the user is in; more than one is damage. */
  states: State[];
  matchedWith: string | null;
  room: string | null;
}

type Row = [states: State[], times: string[], matchedWith: string, room: string];

/** Where users are, in one atomic read; in the order asked. */
export const lookScript = defineScript<LookInput, Whereabouts[]>({
  name: 'look',
  source: lookLua,
  encode: ({ keys, users }) => ({
    keys: [...STATES.map((state) => keys.sets[state]), keys.prefixes.user],
    args: [...users],
  }),
  decode: (reply, { users }) =>
    (reply as Row[]).map(([states, times, matchedWith, room], index) => ({
      user: users[index] ?? '',
      state: states.length === 1 ? (states[0] ?? null) : null,
      since: states.length === 1 ? Number(times[0]) : null,
      states,
      matchedWith: matchedWith || null,
      room: room || null,
    })),
});
