import type { UserDetails } from '@shared/contract/users';
import { parseMetadata } from '@shared/metadata';
import { getValidTransitions, type State, STATES } from '@shared/states';
import { parseHistoryEntry } from '../journal/entry';
import type { PoolKeys } from '../redis/keys';
import { defineScript } from '../redis/script';
import detailsLua from './details.lua?raw';
import readLua from './read.lua?raw';

export interface DetailsInput {
  keys: PoolKeys;
  user: string;
  /** Silence for longer than this is staleness. */
  heartbeatLimitMs: number;
}

type Reply = [
  now: number,
  sets: (number | string)[],
  metadata: [ttl: number, fields: string[]],
  signs: [index: string, key: string],
  queue: [rank: number, length: number],
  partner: [user: string, matchedWith: string, ...sets: (number | string)[]],
  cooldown: [partner: string, ms: number],
  history: string[],
];

/** Everything about one user, as of one moment. */
export const detailsScript = defineScript<DetailsInput, UserDetails>({
  name: 'details',
  source: [readLua, detailsLua].join('\n'),
  encode: ({ keys, user }) => ({
    keys: [
      ...STATES.map((state) => keys.sets[state]),
      keys.heartbeats,
      keys.prefixes.user,
      keys.prefixes.heartbeat,
      keys.prefixes.history,
      keys.prefixes.cooldown,
    ],
    args: [user],
  }),
  decode(reply, { keys, user, heartbeatLimitMs }) {
    const [at, sets, [ttl, flat], signs, [rank, length], partner, cooldown, history] = reply as Reply;
    const states = readSets(sets);
    const only = states.length === 1 ? states[0] : undefined;
    const metadata = parseMetadata(readHash(flat));
    return {
      pool: keys.pool,
      user,
      at,
      state: only?.state ?? null,
      since: only ? timestampOrNull(only.since) : null,
      states,
      allowedMoves: states.length > 1 ? [] : [...getValidTransitions(only?.state ?? null)],
      heartbeat: readHeartbeat(metadata.values, signs, at, heartbeatLimitMs),
      partner: readPartner(user, partner),
      queue: rank < 0 ? null : { position: rank + 1, length },
      cooldown: cooldown[1] > 0 ? { partner: cooldown[0], remainingMs: cooldown[1] } : null,
      metadata: { ...metadata, exists: ttl !== -2, expiresInMs: ttl < 0 ? null : ttl },
      history: history.map(parseHistoryEntry).filter((entry) => entry !== null),
    };
  },
});

function readSets(flat: readonly (number | string)[]): { state: State; since: number }[] {
  const found: { state: State; since: number }[] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) {
    const state = STATES[Number(flat[index]) - 1];
    if (state) found.push({ state, since: Number(flat[index + 1]) });
  }
  return found;
}

function readHash(flat: readonly string[]): Record<string, string> {
  const entries: [string, string][] = [];
  for (let index = 0; index + 1 < flat.length; index += 2)
    entries.push([flat[index] ?? '', flat[index + 1] ?? '']);
  return Object.fromEntries(entries);
}

function readPartner(user: string, [id, matchedWith, ...sets]: Reply[5]): UserDetails['partner'] {
  if (id === '') return null;
  const states = readSets(sets);
  const state = states.length === 1 ? (states[0]?.state ?? null) : null;
  return { user: id, state, mutual: matchedWith === user };
}

function readHeartbeat(
  { lastHeartbeat, gracePeriod }: UserDetails['metadata']['values'],
  signs: Reply[3],
  at: number,
  limitMs: number,
): UserDetails['heartbeat'] {
  const known = [...signs.map(timestampOrNull), lastHeartbeat ?? null].filter((sign) => sign !== null);
  const lastAt = known.length > 0 ? Math.max(...known) : null;
  return {
    lastAt,
    stale: lastAt !== null && lastAt <= at - limitMs,
    grace: gracePeriod === true ? true : typeof gracePeriod === 'number' ? gracePeriod : null,
  };
}

/** A time as the contract has it: whole and not negative; null for anything else that stands there. */
function timestampOrNull(value: string | number): number | null {
  const number = value === '' ? NaN : Math.floor(Number(value));
  return Number.isSafeInteger(number) && number >= 0 ? number : null;
}
