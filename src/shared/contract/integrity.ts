import { z } from 'zod';
import { count, DEFAULT_POOL, duration, pool, reason, state, timestamp, userId } from './common';
import { command, feed, query } from './define';

/**
 * What can be wrong with a user.
 * - `split`: in two or more states at once
 * - `alone-in-call`: IN_CALL, and nobody is IN_CALL with them
 * - `partner-mismatch`: the partner is in another state or names somebody else; or a partner is left over
 * - `metadata-mismatch`: the metadata say another state than the set
 * - `no-metadata`: in a state without metadata
 * - `orphaned-metadata`: metadata, but in no state
 * - `stale-heartbeat`: silent for too long
 * - `time-in-future`: entered the state, or last heard of, later than now
 * - `damaged-key`: a key of the user is of a wrong type; it must be taken away by hand
 */
export const FINDING_KINDS = [
  'split',
  'alone-in-call',
  'partner-mismatch',
  'metadata-mismatch',
  'no-metadata',
  'orphaned-metadata',
  'stale-heartbeat',
  'time-in-future',
  'damaged-key',
] as const;
export const findingKind = z.enum(FINDING_KINDS);
export type FindingKind = (typeof FINDING_KINDS)[number];

/** One thing that is wrong with one user, seen twice. */
export const finding = z.object({
  kind: findingKind,
  user: z.string(),
  /** The states the user was in. */
  states: z.array(state),
  /** In a sentence for people. */
  message: z.string(),
  /** What the repair would do, in a sentence; null where it can do nothing. */
  remedy: z.string().nullable(),
});
export type Finding = z.output<typeof finding>;

/** How many findings there are of each kind. */
export const findingCounts = z.record(findingKind, count);

/** How far a scan is, or what the last one came to. */
export const integrityStatus = z.object({
  pool,
  status: z.enum(['never', 'running', 'done', 'cancelled', 'failed']),
  startedAt: timestamp.nullable(),
  tookMs: duration.nullable(),
  /** states: the sets; index: known users who are in no state; keys: metadata that nobody knows. */
  phase: z.enum(['states', 'index', 'keys']).nullable(),
  lookedAt: count,
  /** How many there were to look at when the phase began; people move, so it is about right. */
  total: count,
  counts: findingCounts,
  /** Why it failed. */
  error: z.string().nullable(),
});
export type IntegrityStatus = z.output<typeof integrityStatus>;

/** What became of one user. */
export const repairOutcome = z.object({
  user: z.string(),
  /** What was done, or in a preview would be done; empty when nothing was wrong any more. */
  done: z.array(z.object({ kind: findingKind, message: z.string() })),
  /** To undo it by; null where nothing was done, in a preview, and where it cannot be undone. */
  transaction: z.string().nullable(),
  /** Why it could not be repaired. */
  failed: z.string().nullable(),
});
export type RepairOutcome = z.output<typeof repairOutcome>;

/** What came of one page of repairs. */
const repairTotals = z.object({
  repaired: count,
  unchanged: count,
  failed: count,
  /** The first 1,000 outcomes in which something was done or failed. */
  outcomes: z.array(repairOutcome),
  /** Where to go on; null when everybody has been tried. */
  next: z.string().nullable(),
  /** Why it stopped within the page, in words: what was done before that stands. Null where it did not. */
  stopped: z.string().nullable(),
  /** How many users there were to try, in this page and after it. */
  total: count,
  /** Findings that the scan counted and did not keep: scan again for them. */
  beyond: count,
});
export type RepairTotals = z.output<typeof repairTotals>;

/** Users repaired by one call at most: it is answered in a moment, and whoever goes on page by page can stop. */
export const REPAIR_PAGE = 250;

const inPool = z.strictObject({ pool: pool.default(DEFAULT_POOL) });

/** Finding broken users, and repairing them. */
export const integrityOperations = {
  'integrity.start': command({
    access: 'operator',
    local: true,
    summary: 'Scan a pool for everything that can be wrong; a scan that runs already goes on',
    input: inPool,
    output: integrityStatus,
  }),
  'integrity.cancel': command({
    access: 'operator',
    local: true,
    summary: 'Stop the scan under way; what it found so far stays',
    input: inPool,
    output: integrityStatus,
  }),
  'integrity.findings': query({
    access: 'viewer',
    summary: 'What the last scan found, the gravest first',
    input: inPool.extend({
      kind: findingKind.optional(),
      offset: count.default(0),
      limit: z.number().int().min(1).max(500).default(100),
    }),
    output: z.object({
      total: count,
      /** How many there are beside these, counted and not kept: scan again for them. */
      beyond: count,
      findings: z.array(finding),
    }),
  }),
  'integrity.repair': command({
    access: 'admin',
    audit: 'script',
    summary:
      'Repair users by the rule for what is wrong with them, one script each; audited; a dry run previews',
    input: inPool.extend({
      users: z.array(userId).min(1).max(1000),
      /** Only these faults; all of them when missing. */
      kinds: z.array(findingKind).min(1).optional(),
      reason,
      dryRun: z.boolean().default(false),
    }),
    output: z.object({ outcomes: z.array(repairOutcome) }),
  }),
  'integrity.repairAll': command({
    access: 'admin',
    audit: 'script',
    summary:
      'Repair everybody whom the last scan found and kept (10,000 of a kind), page by page; audited; a dry run previews',
    input: inPool.extend({
      kinds: z.array(findingKind).min(1).optional(),
      reason,
      dryRun: z.boolean().default(false),
      /** Where to go on: `next` of the page before, of the same scan and kinds; the beginning when null. */
      after: z
        .string()
        .regex(/^\d{1,15}:\d{1,7}$/)
        .nullable()
        .default(null),
    }),
    output: repairTotals,
  }),
};

/** How far the scan of a pool is. */
export const integrityFeeds = {
  integrity: feed({
    access: 'viewer',
    summary: 'How far the scan of a pool is, at once and as it goes',
    input: inPool,
    event: integrityStatus,
  }),
};
