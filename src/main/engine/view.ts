import { PAIRED_STATES, type State, STATES } from '@shared/states';
import type { PoolKeys } from '../redis/keys';
import { defineScript } from '../redis/script';
import readLua from './read.lua?raw';
import viewLua from './view.lua?raw';

/** One user as a client may see them. */
export interface View {
  user: string;
  /** Null for a user in no set, and for a damaged one who is in several. */
  state: State | null;
  /** When the state was entered, in milliseconds since the epoch. */
  since: number | null;
  /** Every set that the user is in; more than one is damage. */
  states: State[];
  /** While in a pair. */
  partner: string | null;
  room: string | null;
  /** While waiting: 1 for whoever waits longest. */
  position: number | null;
  /** How many wait in the pool. */
  waiting: number;
}

type Row = [
  states: State[],
  times: string[],
  matchedWith: string,
  room: string,
  place: number,
  waiting: number,
];

/** One user in one atomic read of O(log n). */
export const viewScript = defineScript<{ keys: PoolKeys; user: string }, View>({
  name: 'view',
  source: [readLua, viewLua].join('\n'),
  encode: ({ keys, user }) => ({
    keys: [...STATES.map((state) => keys.sets[state]), keys.user(user)],
    args: [user],
  }),
  decode(reply, { user }) {
    const [states, times, matchedWith, room, place, waiting] = reply as Row;
    const state = states.length === 1 ? (states[0] ?? null) : null;
    const paired = state !== null && (PAIRED_STATES as readonly State[]).includes(state);
    return {
      user,
      state,
      since: state === null ? null : Number(times[0]),
      states,
      partner: (paired && matchedWith) || null,
      room: (paired && room) || null,
      position: state === 'WAITING' ? place : null,
      waiting,
    };
  },
});
