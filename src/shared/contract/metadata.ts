import { z } from 'zod';
import { count, DEFAULT_POOL, pool, reason } from './common';
import { command } from './define';

/** Users recovered by one call at most, so that a caller is answered in time; asking again goes on. */
export const RECOVERY_LIMIT = 10_000;

const recoveryInput = z.strictObject({
  pool: pool.default(DEFAULT_POOL),
  reason,
  dryRun: z.boolean().default(false),
});

/** What a recovery did, or in a dry run would do. */
const recoveryReport = z.object({
  dryRun: z.boolean(),
  /** False when it stopped at the limit, or because the caller went away. */
  complete: z.boolean(),
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
      'Give metadata with defaults to everybody who is in a state without, at most 10,000 at once; audited; a dry run previews',
    input: recoveryInput,
    output: recoveryReport,
  }),
  'metadata.removeOrphans': command({
    access: 'admin',
    audit: 'script',
    summary:
      'Remove the metadata of everybody who is in no state, at most 10,000 at once; audited, and undone within 30 s; a dry run previews',
    input: recoveryInput,
    output: recoveryReport,
  }),
};
