import { z } from 'zod';
import type { HistoryEntry, JournalEntry } from '@shared/contract/transitions';
import { isState, type State } from '@shared/states';

/** A stream entry as Redis gives it: its id, and fields and values in turn. */
export type StreamEntry = [id: string, fields: string[]];

/**
 * Where a stream is to be read backwards from: everything older than an entry, or everything. Nothing is older than
 * `0-0`, and Redis refuses to look for that; no entry has that id, so it stands for an empty rest itself.
 */
export function olderThan(id: string | null | undefined): string {
  if (id === null || id === undefined) return '+';
  return /^0+-0+$/.test(id) ? '0-0' : `(${id}`;
}

function toState(word: string | false | undefined): State | null {
  return word && isState(word) ? word : null;
}

function toNumber(text: string | undefined): number | null {
  if (text === undefined || text === '') return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : null;
}

/** The fields of a stream entry by name. */
export function fieldsOf(fields: readonly string[]): Map<string, string> {
  const byName = new Map<string, string>();
  for (let index = 0; index + 1 < fields.length; index += 2)
    byName.set(fields[index] ?? '', fields[index + 1] ?? '');
  return byName;
}

/** Reads one journal entry as `commit.lua` writes it. Missing fields are empty, never guessed. */
export function parseJournalEntry([id, fields]: StreamEntry): JournalEntry {
  const byName = fieldsOf(fields);
  return {
    id,
    // The id begins with the time at which Redis stored the entry.
    at: toNumber(byName.get('at')) ?? Number(id.split('-')[0]),
    user: byName.get('user') ?? '',
    from: toState(byName.get('from')),
    to: toState(byName.get('to')),
    cause: byName.get('cause') ?? '',
    by: byName.get('by') ?? '',
    transaction: byName.get('tx') ?? '',
    spent: toNumber(byName.get('spent')),
    partner: byName.get('partner') || null,
    requestId: byName.get('request') || null,
  };
}

const historyTuple = z.tuple([
  z.number(),
  z.union([z.string(), z.literal(false)]),
  z.union([z.string(), z.literal(false)]),
  z.string(),
  z.union([z.number(), z.literal(false)]),
  z.string(),
  z.string(),
  z.union([z.string(), z.literal(false)]),
]);

/** Reads one entry of a user's own history, or null where something else than a move stands there. */
export function parseHistoryEntry(json: string): HistoryEntry | null {
  const parsed = historyTuple.safeParse(parseJson(json));
  if (!parsed.success) return null;
  const [at, from, to, cause, spent, transaction, by, partner] = parsed.data;
  return {
    at,
    from: toState(from),
    to: toState(to),
    cause,
    by,
    transaction,
    spent: spent === false ? null : spent,
    partner: partner || null,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
