import { type State, STATES } from '@shared/states';
import type { PoolKeys } from '../../../src/main/redis/keys';
import { defineScript } from '../../../src/main/redis/script';

/** What anybody can see of one user. */
export interface Seen {
  user: string;
  /** Every set that the user is in, with the time of entry. */
  sets: [State, number][];
  /** What the metadata says. */
  state: string;
  matchedWith: string;
  room: string;
  /** The room for which the user has said that the connection stands. */
  ready: string;
}

const SOURCE = `
local states = { 'IDLE', 'WAITING', 'CONNECTING', 'IN_CALL', 'DISCONNECTING' }
local found = {}
for i = 1, #ARGV do
  local sets = {}
  for j = 1, 5 do
    local score = redis.call('ZSCORE', KEYS[j], ARGV[i])
    if score then sets[#sets + 1] = states[j] .. ' ' .. score end
  end
  local meta = redis.call('HMGET', KEYS[6] .. ARGV[i], 'state', 'matchedWith', 'currentRoom', 'ready')
  found[i] = { sets, meta[1] or '', meta[2] or '', meta[3] or '', meta[4] or '' }
end
return found`;

type Row = [sets: string[], state: string, matchedWith: string, room: string, ready: string];

/** The whole world in one atomic read, written apart from the engine so that both cannot be wrong together. */
export const worldScript = defineScript<{ keys: PoolKeys; users: readonly string[] }, Seen[]>({
  name: 'world',
  source: SOURCE,
  encode: ({ keys, users }) => ({
    keys: [...STATES.map((state) => keys.sets[state]), keys.prefixes.user],
    args: [...users],
  }),
  decode: (reply, { users }) =>
    (reply as Row[]).map(([sets, state, matchedWith, room, ready], index) => ({
      user: users[index] ?? '',
      sets: sets.map((text) => {
        const [name, score] = text.split(' ');
        return [name as State, Number(score)];
      }),
      state,
      matchedWith,
      room,
      ready,
    })),
});

/** One world as text: two are the same when their texts are. */
export function describeWorld(world: readonly Seen[]): string {
  return world
    .map(({ user, sets, state, matchedWith, room, ready }) => {
      const where = sets.map(([name, since]) => `${name}@${since}`).join('+') || '-';
      return `${user} ${where} says ${state || '-'} with ${matchedWith || '-'} in ${room || '-'} ready ${ready || '-'}`;
    })
    .join('\n');
}

/** Users who are in more than one set, or whose metadata disagrees with the sets. */
export function brokenUsers(world: readonly Seen[]): Seen[] {
  return world.filter(({ sets, state }) => sets.length > 1 || (sets[0]?.[0] ?? '') !== state);
}
