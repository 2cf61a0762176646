import type { EngineContext } from './context';
import { isUndoable, parseRecord } from './core';

/** A transaction that can still be undone. */
export interface Undoable {
  transaction: string;
  at: number;
  until: number;
  by: string;
  /** What made it: transition, force, match, skip, end, fail, leave, disconnect, cleanup, remove, sweep … */
  kind: string;
  users: string[];
}

/** What can be undone at this moment. */
export interface UndoableList {
  /** Newest first. */
  transactions: Undoable[];
  /** False when so much moved that the journal was not read back to the oldest that can be undone. */
  complete: boolean;
}

/** How many entries of the journal, and of the audit trail, are read. */
const JOURNAL_READ = 1_000;
const AUDIT_READ = 200;

type StreamEntry = [id: string, fields: string[]];

/**
 * The transactions that can still be undone, newest first: those of operators (from the audit trail), and the newest
 * of everybody (from the journal).
 */
export async function listUndoable(
  { store, keys, settings }: EngineContext,
  limit: number,
): Promise<UndoableList> {
  const [time] = await store.pipeline([['TIME']]);
  const [seconds, microseconds] = time as [string, string];
  const now = Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
  const oldest = Math.max(0, now - settings.transactionTtlMs);
  const [audit, journal] = (await store.pipeline([
    ['XREVRANGE', keys.audit, '+', oldest, 'COUNT', AUDIT_READ],
    ['XREVRANGE', keys.journal, '+', oldest, 'COUNT', JOURNAL_READ],
  ])) as [StreamEntry[], StreamEntry[]];
  const ids = newestFirst([...audit, ...journal]);
  const found: Undoable[] = [];
  let at = 0;
  for (; at < ids.length && found.length < limit; at += limit) {
    const part = ids.slice(at, at + limit);
    const wanted = part.map((id) => keys.transaction(id));
    const records = (await store.command(['MGET', ...wanted])) as (string | null)[];
    found.push(
      ...part.flatMap((id, index) => describe(id, records[index] ?? null, settings.transactionTtlMs)),
    );
  }
  const readAll = journal.length < JOURNAL_READ && audit.length < AUDIT_READ && at >= ids.length;
  return { transactions: found.slice(0, limit), complete: readAll && found.length <= limit };
}

/** Names stand at even places, values at odd ones. */
function fieldOf(fields: readonly string[], name: string): string | undefined {
  return fields.find((_, index) => index % 2 === 1 && fields[index - 1] === name);
}

/** The transaction ids of stream entries, each once, in the order of their newest entry. */
function newestFirst(entries: readonly StreamEntry[]): string[] {
  const newest = new Map<string, [ms: number, sequence: number]>();
  for (const [entry, fields] of entries) {
    const id = fieldOf(fields, 'tx');
    const [ms = 0, sequence = 0] = entry.split('-').map(Number);
    const seen = id === undefined ? undefined : newest.get(id);
    if (id !== undefined && (!seen || seen[0] < ms || (seen[0] === ms && seen[1] < sequence)))
      newest.set(id, [ms, sequence]);
  }
  return [...newest].sort(([, a], [, b]) => b[0] - a[0] || b[1] - a[1]).map(([id]) => id);
}

function describe(transaction: string, json: string | null, ttlMs: number): Undoable[] {
  if (json === null) return [];
  const record = parseRecord(json);
  if (!isUndoable(record)) return [];
  const users = [...new Set(record.moves.map(([user]) => user))];
  const { at, by, kind } = record;
  return [{ transaction, at, until: at + ttlMs, by, kind, users }];
}
