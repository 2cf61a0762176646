import type { FoundUser, UserRow } from '@shared/contract/users';
import { parseMetadata } from '@shared/metadata';
import { STATES } from '@shared/states';
import type { PoolKeys } from '../redis/keys';
import { defineScript } from '../redis/script';
import { decodeRow, type ListRow, type RowReply } from './list';
import readLua from './read.lua?raw';
import rowsLua from './rows.lua?raw';

/** The metadata that a table of users shows. */
export const ROW_FIELDS = ['matchedWith', 'currentRoom', 'totalMatches', 'totalSkips', 'totalEnds'] as const;

export interface RowsInput {
  keys: PoolKeys;
  /** A few hundred at most, so that Redis is never kept for long. */
  users: readonly string[];
}

/** What a table shows of some users, in one atomic read: a row for each state that a user is in. */
export const rowsScript = defineScript<RowsInput, FoundUser[]>({
  name: 'rows',
  source: [readLua, rowsLua].join('\n'),
  encode: ({ keys, users }) => ({
    keys: [keys.heartbeats, keys.prefixes.user, ...STATES.map((state) => keys.sets[state])],
    args: [users.length, ...users, ...ROW_FIELDS],
  }),
  decode: (reply) =>
    (reply as RowReply[]).map((row) => {
      const found = toUserRow(decodeRow(row, STATES, ROW_FIELDS));
      return row[0] === 0 ? { ...found, state: null, since: null } : found;
    }),
});

/** What stands in Redis as what a table shows; metadata that does not parse is left out. */
export function toUserRow({ user, state, since, lastHeartbeat, fields }: ListRow): UserRow {
  const { values } = parseMetadata(fields);
  return {
    user,
    state,
    since: toTimestamp(since),
    lastHeartbeat: lastHeartbeat === null ? null : toTimestamp(lastHeartbeat),
    partner: values.matchedWith ?? null,
    room: values.currentRoom ?? null,
    totalMatches: values.totalMatches ?? null,
    totalSkips: values.totalSkips ?? null,
    totalEnds: values.totalEnds ?? null,
  };
}

/** Other programs may have written a time with a fraction, or a nonsensical one. */
function toTimestamp(score: number): number {
  return Number.isFinite(score) ? Math.max(0, Math.floor(score)) : 0;
}
