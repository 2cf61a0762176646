import type { AuditEntry, AuditFilter } from '@shared/contract/audit';
import type { EngineContext } from '../engine/context';
import { fieldsOf, olderThan, type StreamEntry } from './entry';

/** A page of the audit trail, newest first. */
export interface AuditPage {
  entries: AuditEntry[];
  /** Where to go on, or null at the end. */
  cursor: string | null;
  total: number;
}

export interface AuditOptions {
  filter?: AuditFilter;
  /** Only what is older than this entry. */
  before?: string | undefined;
  limit?: number;
}

/** What is written down of an action by those who do not write it in a script. */
export interface AuditRecord {
  by: string;
  action: string;
  outcome: AuditEntry['outcome'];
  reason?: string | undefined;
  detail?: string | undefined;
  users?: readonly string[] | undefined;
  requestId?: string | undefined;
}

/** Entries read at once, and at most for one page of a rare filter. */
const STEP = 250;
const STRETCH = 5_000;
/** Users named in an entry; all are counted. */
const NAMED = 100;
/** An undo is written this long after what it undoes, at the latest, plus a moment. */
const SLACK_MS = 1_000;

/** The trail of operators' actions. Scripts write it together with the change; `record` is for everything else. */
export class AuditTrail {
  constructor(private readonly context: Pick<EngineContext, 'store' | 'keys' | 'settings'>) {}

  /** Reads a page in bounded steps; of a filter that seldom agrees a page may be short and have a cursor. */
  async list({ filter = {}, before, limit = 100 }: AuditOptions = {}): Promise<AuditPage> {
    const { store, keys } = this.context;
    const found: AuditEntry[] = [];
    let end = olderThan(before);
    let cursor: string | null = null;
    for (let read = 0; read < STRETCH && found.length < limit; read += STEP) {
      const part = (await store.command(['XREVRANGE', keys.audit, end, '-', 'COUNT', STEP])) as StreamEntry[];
      const entries = part.map(parseAuditEntry);
      const wanted = entries.filter((entry) => agrees(entry, filter)).slice(0, limit - found.length);
      found.push(...wanted);
      const last = found.length === limit ? wanted.at(-1) : entries.at(-1);
      cursor = part.length < STEP && last === entries.at(-1) ? null : (last?.id ?? null);
      if (cursor === null) break;
      end = olderThan(cursor);
    }
    const [entries, total] = await Promise.all([this.withUndo(found), store.command(['XLEN', keys.audit])]);
    return { entries, cursor, total: Number(total) };
  }

  /** Writes an action down. */
  async record({ by, action, outcome, reason, detail, users, requestId }: AuditRecord): Promise<void> {
    const { store, keys } = this.context;
    const fields = { by, action, outcome, reason, detail, request: requestId };
    await store.command([
      'XADD',
      keys.audit,
      '*',
      ...Object.entries(fields).flatMap(([name, value]) => [name, value ?? '']),
      'users',
      JSON.stringify(users ?? []),
    ]);
  }

  /** Adds what happened to each action since: undone by whom, or still undoable until when. */
  private async withUndo(entries: AuditEntry[]): Promise<AuditEntry[]> {
    const newest = entries[0];
    const oldest = entries.at(-1);
    if (!newest || !oldest) return entries;
    const { store, keys, settings } = this.context;
    const records = entries.map(({ transaction }) => keys.transaction(transaction ?? ''));
    // An undo stands right after what it undoes, within the lifetime of a transaction.
    const until = newest.at + settings.transactionTtlMs + SLACK_MS;
    const [later, alive] = (await store.pipeline([
      ['XREVRANGE', keys.audit, until, oldest.id, 'COUNT', entries.length + STRETCH],
      ['MGET', ...records],
    ])) as [StreamEntry[], (string | null)[]];
    const undone = new Map(
      later.map(parseAuditEntry).flatMap(({ undoes, by, at }) => (undoes ? [[undoes, { by, at }]] : [])),
    );
    return entries.map((entry, index) => {
      const undoneBy = undone.get(entry.transaction ?? '') ?? null;
      const open = entry.transaction !== null && !undoneBy && !entry.undoes && isAlive(alive[index]);
      return { ...entry, undoneBy, undoableUntil: open ? entry.at + settings.transactionTtlMs : null };
    });
  }
}

function isAlive(record: string | null | undefined): boolean {
  return typeof record === 'string';
}

function agrees(entry: AuditEntry, { by, action, user, outcome }: AuditFilter): boolean {
  return (
    (by === undefined || entry.by === by) &&
    (action === undefined || entry.action === action) &&
    (outcome === undefined || entry.outcome === outcome) &&
    (user === undefined || entry.users.includes(user))
  );
}

/** Reads one entry as the scripts and `record` write it; what is missing is empty, never guessed. */
function parseAuditEntry([id, fields]: StreamEntry): AuditEntry {
  const named = fieldsOf(fields);
  const users = parseUsers(named.get('users'));
  const outcome = named.get('outcome');
  return {
    id,
    at: Number(named.get('at')) || Number(id.split('-')[0]),
    by: named.get('by') ?? '',
    action: named.get('action') ?? '',
    reason: named.get('reason') || null,
    outcome: outcome === 'refused' || outcome === 'failed' ? outcome : 'done',
    detail: named.get('detail') ?? '',
    users: users.slice(0, NAMED),
    userCount: users.length,
    transaction: named.get('tx') || null,
    requestId: named.get('request') || null,
    undoes: named.get('undoes') || null,
    undoneBy: null,
    undoableUntil: null,
  };
}

function parseUsers(json: string | undefined): string[] {
  try {
    const parsed: unknown = JSON.parse(json ?? '[]');
    return Array.isArray(parsed) ? parsed.map(String) : [];
  } catch {
    return [];
  }
}
