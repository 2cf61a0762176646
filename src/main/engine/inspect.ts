import { type State, STATES } from '@shared/states';
import type { PoolKeys } from '../redis/keys';
import { defineScript } from '../redis/script';
import type { EngineContext } from './context';
import inspectLua from './inspect.lua?raw';
import readLua from './read.lua?raw';

export interface InspectInput {
  keys: PoolKeys;
  users: readonly string[];
  /** Milliseconds since the epoch; the server's clock when missing. Tests pass a fixed one. */
  now?: number | undefined;
}

/** An entry of a user in a set. */
export interface Entry {
  state: State;
  since: number;
}

/** What the sets, the metadata and the partner say of one user, as of one moment. */
export interface Facts {
  user: string;
  at: number;
  entries: Entry[];
  /** Whether a key of the user is of a wrong type; the metadata are unknown then. */
  damaged: boolean;
  hasMetadata: boolean;
  /** What the metadata say; '' where nothing stands. */
  state: string;
  matchedWith: string;
  /** Every sign of life that was found: by index, heartbeat:<id> and metadata. */
  signs: number[];
  gracePeriod: string;
  /** Null for a user without a partner. */
  partner: { matchedWith: string; entries: Entry[] } | null;
}

type Sets = (number | string)[];
type Row = [
  sets: Sets,
  fields:
    | [
        state: string,
        matchedWith: string,
        lastHeartbeat: string,
        lastActivity: string,
        gracePeriod: string,
        ttl: number,
      ]
    | [],
  index: string,
  heartbeat: string,
  partner: [matchedWith: string, ...sets: Sets] | [],
];

/** How many users one call inspects at most: about two milliseconds of Redis. */
export const INSPECT_BATCH = 150;

/** What is known of users, as of one moment; in the order asked. */
export const inspectScript = defineScript<InspectInput, Facts[]>({
  name: 'inspect',
  source: [readLua, inspectLua].join('\n'),
  encode: ({ keys, users, now }) => ({
    keys: [
      ...STATES.map((state) => keys.sets[state]),
      keys.heartbeats,
      keys.prefixes.user,
      keys.prefixes.heartbeat,
    ],
    args: [now ?? '', ...users],
  }),
  decode(reply, { users }) {
    const [at, rows] = reply as [number, Row[]];
    return rows.map((row, index) => toFacts(users[index] ?? '', at, row));
  },
});

/** What is known of any number of users, in the order asked; each step as of its own moment, `now` when that is given. */
export async function inspectAll(
  { store, keys }: EngineContext,
  users: readonly string[],
  now?: number,
): Promise<Facts[]> {
  const facts: Facts[] = [];
  for (let at = 0; at < users.length; at += INSPECT_BATCH)
    facts.push(
      ...(await store.run(inspectScript, { keys, users: users.slice(at, at + INSPECT_BATCH), now })),
    );
  return facts;
}

function toFacts(user: string, at: number, [sets, fields, index, heartbeat, partner]: Row): Facts {
  const [state = '', matchedWith = '', lastHeartbeat = '', lastActivity = '', gracePeriod = '', ttl = -2] =
    fields;
  const [partnerMatchedWith, ...partnerSets] = partner;
  return {
    user,
    at,
    entries: toEntries(sets),
    damaged: fields.length === 0,
    hasMetadata: ttl !== -2,
    state,
    matchedWith,
    signs: [index, heartbeat, lastHeartbeat, lastActivity]
      .filter((text) => text !== '')
      .map(Number)
      .filter(Number.isFinite),
    gracePeriod,
    partner:
      partnerMatchedWith === undefined
        ? null
        : { matchedWith: partnerMatchedWith, entries: toEntries(partnerSets) },
  };
}

function toEntries(flat: Sets): Entry[] {
  const entries: Entry[] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) {
    const state = STATES[Number(flat[index]) - 1];
    if (state) entries.push({ state, since: Number(flat[index + 1]) });
  }
  return entries;
}
