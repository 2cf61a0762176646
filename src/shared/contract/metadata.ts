import { z } from 'zod';
import { count, DEFAULT_POOL, pool, reason } from './common';
import { command } from './define';

/** Records that one call passes, about: it is answered in a moment, and whoever goes on page by page can stop. */
export const RECOVERY_PAGE = 2_000;

const recoveryInput = z.strictObject({
  pool: pool.default(DEFAULT_POOL),
  reason,
  dryRun: z.boolean().default(false),
  /** Where to go on: `next` of the page before; the beginning when null. */
  after: z
    .string()
    .regex(/^[0-4]:\d{1,20}$/)
    .nullable()
    .default(null),
});

/** What one page of a recovery did, or in a dry run would do. */
const recoveryReport = z.object({
  dryRun: z.boolean(),
  /** Where to go on; null when everybody has been met. */
  next: z.string().nullable(),
  /** Why it stopped within the page, in words: what was done before that stands. Null where it did not. */
  stopped: z.string().nullable(),
  /** Entries and keys passed, and about how many there are to pass in all. */
  walked: count,
  total: count,
  /** Users looked at among them. */
  lookedAt: count,
  recovered: count,
  /** The first 1,000 of them. */
  examples: z.array(z.string()),
  /** How many were found and left as they are. */
  leftOut: count,
  /** The first 1,000 of those, each with why in a sentence. */
  skipped: z.array(z.object({ user: z.string(), message: z.string() })),
  /** To undo it by, for 30 s: one for each step that removed something, the first 1,000. What was rebuilt stays. */
  transactions: z.array(z.string()),
});
export type RecoveryReport = z.output<typeof recoveryReport>;

/** Putting metadata and sets into step again, for a whole pool; the sets are the truth. */
export const metadataOperations = {
  'metadata.rebuild': command({
    access: 'admin',
    audit: 'script',
    summary:
      'Give metadata with defaults to everybody who is in a state without, page by page; audited; a dry run previews',
    input: recoveryInput,
    output: recoveryReport,
  }),
  'metadata.removeOrphans': command({
    access: 'admin',
    audit: 'script',
    summary:
      'Remove the metadata of everybody who is in no state, page by page; audited, and undone within 30 s; a dry run previews',
    input: recoveryInput,
    output: recoveryReport,
  }),
};
