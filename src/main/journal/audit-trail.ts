import type { AuditEntry, AuditFilter } from '@shared/contract/actions';
import type { EngineContext } from '../engine/context';
import { fieldsOf, type StreamEntry } from './entry';

/** What one stretch of the audit trail holds. */
export interface AuditStretch {
  /** Newest first. */
  entries: AuditEntry[];
  /** Where to go on, or null when everything retained has been read. */
  cursor: string | null;
  /** Entries looked at, and entries retained. */
  scanned: number;
  total: number;
}

/** Entries read at once, and looked at in one call: a few milliseconds of Redis each. */
const STEP = 500;
const STRETCH = 5_000;

/** Reads what operators did. The scripts write each entry in the same breath as the change it tells of. */
export class AuditTrail {
  constructor(private readonly context: Pick<EngineContext, 'store' | 'keys'>) {}

  /**
   * Reads a bounded stretch from newest to oldest. An entry that was taken back says by whom, unless the undo lies in
   * a newer stretch than the one that is read.
   */
  async list(
    filter: AuditFilter,
    { before, limit = 200 }: { before?: string | undefined; limit?: number } = {},
  ): Promise<AuditStretch> {
    const undone = new Map<string, { by: string; at: number }>();
    const entries: AuditEntry[] = [];
    let cursor = before ?? null;
    let scanned = 0;
    let total = 0;
    while (scanned < STRETCH) {
      const page = await this.page(cursor);
      total = page.total;
      for (const entry of page.entries) {
        scanned += 1;
        cursor = entry.id;
        if (entry.undoes !== null) undone.set(entry.undoes, { by: entry.by, at: entry.at });
        if (!matches(entry, filter)) continue;
        entries.push({ ...entry, undone: undone.get(entry.transaction) ?? null });
        if (entries.length === limit) return { entries, cursor, scanned, total };
      }
      if (page.entries.length < STEP) return { entries, cursor: null, scanned, total };
    }
    return { entries, cursor, scanned, total };
  }

  private async page(before: string | null): Promise<{ entries: AuditEntry[]; total: number }> {
    const { store, keys } = this.context;
    const from = before === null ? '+' : `(${before}`;
    const [entries, total] = await store.pipeline([
      ['XREVRANGE', keys.audit, from, '-', 'COUNT', STEP],
      ['XLEN', keys.audit],
    ]);
    return { entries: (entries as StreamEntry[]).map(parseAuditEntry), total: total as number };
  }
}

function matches(entry: AuditEntry, { by, action, user }: AuditFilter): boolean {
  return (
    (by === undefined || entry.by === by) &&
    (action === undefined || entry.action === action) &&
    (user === undefined || entry.users.includes(user))
  );
}

/** Reads one entry as `audit_entry` in `core.lua` writes it. Missing fields are empty, never guessed. */
function parseAuditEntry([id, fields]: StreamEntry): AuditEntry {
  const byName = fieldsOf(fields);
  const at = Number(byName.get('at'));
  return {
    id,
    at: Number.isFinite(at) && at > 0 ? at : Number(id.split('-')[0]),
    by: byName.get('by') ?? '',
    action: byName.get('action') ?? '',
    reason: byName.get('reason') ?? '',
    outcome: byName.get('outcome') ?? '',
    transaction: byName.get('tx') ?? '',
    users: parseUsers(byName.get('users')),
    detail: byName.get('detail') ?? '',
    requestId: byName.get('request') || null,
    undoes: byName.get('undoes') || null,
    undone: null,
  };
}

function parseUsers(json: string | undefined): string[] {
  try {
    const users: unknown = JSON.parse(json ?? '[]');
    return Array.isArray(users) ? users.filter((user) => typeof user === 'string') : [];
  } catch {
    return [];
  }
}
