import type { State } from '@shared/states';
import type { PoolKeys } from '../redis/keys';
import { defineScript } from '../redis/script';
import listLua from './list.lua?raw';
import readLua from './read.lua?raw';

/** Which end of the queue comes first. */
export type ListOrder = 'oldest' | 'newest';

export interface ListInput {
  keys: PoolKeys;
  states: readonly State[];
  offset: number;
  /** At most MAX_ROWS. */
  count: number;
  order: ListOrder;
  /** Metadata fields wanted with each row. */
  fields?: readonly string[];
}

/** One user in one state. */
export interface ListRow {
  user: string;
  state: State;
  /** When the state was entered, in milliseconds since the epoch. */
  since: number;
  /** By the heartbeat index; null for a user whom it does not know. */
  lastHeartbeat: number | null;
  /** The text of each field asked for that the user has. */
  fields: Record<string, string>;
}

/** A window of users, all read at one moment. */
export interface ListReply {
  /** Server time of the read. */
  at: number;
  /** Users in all the states asked for. */
  total: number;
  rows: ListRow[];
}

/** How many rows one read gives at most, so that Redis is never kept for long. */
export const MAX_ROWS = 500;

/** A row as a script returns it; the number of the set counts from 1. */
export type RowReply = [set: number, user: string, since: string, heartbeat: string, ...values: string[]];

/** A window of the users of one or several states by time of entry, as of one moment. */
export const listScript = defineScript<ListInput, ListReply>({
  name: 'list',
  source: [readLua, listLua].join('\n'),
  encode: ({ keys, states, offset, count, order, fields = [] }) => ({
    keys: [keys.heartbeats, keys.prefixes.user, ...states.map((state) => keys.sets[state])],
    args: [offset, Math.min(count, MAX_ROWS), order, ...fields],
  }),
  decode(reply, { states, fields = [] }) {
    const [at, sizes, rows] = reply as [number, number[], RowReply[]];
    return {
      at,
      total: sizes.reduce((sum, size) => sum + size, 0),
      rows: rows.map((row) => decodeRow(row, states, fields)),
    };
  },
});

/** A row of a reply, whose sets and fields were asked for in this order. */
export function decodeRow(
  [set, user, since, heartbeat, ...values]: RowReply,
  states: readonly State[],
  fields: readonly string[],
): ListRow {
  return {
    user,
    state: states[set - 1] ?? 'IDLE',
    since: Number(since),
    lastHeartbeat: heartbeat === '' ? null : Number(heartbeat),
    fields: Object.fromEntries(
      fields.map((field, index) => [field, values[index] ?? '']).filter(([, value]) => value !== ''),
    ) as Record<string, string>,
  };
}
