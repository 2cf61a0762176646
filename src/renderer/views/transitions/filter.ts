import { type JournalEntry, type JournalFilter, journalFilter } from '@shared/contract/transitions';
import type { ExportValue } from '../../export';

/** The fields that a filter of moves has, as they stand in the address. */
const FILTER_FIELDS = ['user', 'from', 'to', 'cause', 'by'] as const;
export type FilterField = (typeof FILTER_FIELDS)[number];

/** Takes every field away. */
export const NO_FILTER = { user: '', from: '', to: '', cause: '', by: '' } satisfies Record<FilterField, ''>;

/** A filter out of the address; fields that are not valid are left out and named. */
export function readFilter(search: URLSearchParams): {
  filter: JournalFilter;
  faults: Partial<Record<FilterField, string>>;
} {
  const filter: Partial<Record<FilterField, string>> = {};
  const faults: Partial<Record<FilterField, string>> = {};
  for (const field of FILTER_FIELDS) {
    const value = search.get(field);
    if (value === null || value === '') continue;
    const parsed = journalFilter.safeParse({ [field]: value });
    if (parsed.success) filter[field] = value;
    else faults[field] = parsed.error.issues[0]?.message ?? 'not valid';
  }
  return { filter: journalFilter.parse(filter), faults };
}

/** A move as one row of an exported table. */
export function exportMove(move: JournalEntry): Record<string, ExportValue> {
  return {
    id: move.id,
    at: new Date(move.at).toISOString(),
    user: move.user,
    from: move.from,
    to: move.to,
    cause: move.cause,
    by: move.by,
    spentMs: move.spent,
    partner: move.partner,
    transaction: move.transaction,
    requestId: move.requestId,
  };
}
