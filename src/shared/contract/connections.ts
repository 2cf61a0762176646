import { z } from 'zod';
import { count, DEFAULT_POOL, duration, nothing, pool, role, state } from './common';
import { command, query } from './define';
import { environment, session } from './session';

/** The id of the deployment that the process was started on; no profile may have it. */
export const START = 'start';

/** The id of a profile: it stands in file, environment variables and addresses. */
export const profileId = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'use 1 to 40 small letters, digits or - (not at the ends)')
  .refine((id) => id !== START, `"${START}" means the connection that this console was started with`);

const host = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9.:_-]{1,253}$/, 'write a host name or an IP address, without scheme and port');
const port = z
  .number('write a number')
  .int()
  .min(1, 'a port is 1 to 65535')
  .max(65_535, 'a port is 1 to 65535');
const address = z.strictObject({ host, port });
const addresses = z.array(address).min(1, 'name at least one').max(16);
const name = z.string().trim().max(128);
const path = z.string().trim().min(1, 'write a path').max(1024);

/** The kinds of Redis that can be connected to, and where each is. */
export const profileEndpoint = z.discriminatedUnion('kind', [
  address.extend({ kind: z.literal('tcp') }),
  z.strictObject({ kind: z.literal('socket'), path }),
  z.strictObject({
    kind: z.literal('sentinel'),
    /** The name under which the Sentinels watch the primary. */
    primary: z.string().trim().min(1, 'write the name that the Sentinels use').max(128),
    sentinels: addresses,
    /** The user at the Sentinels themselves, where they ask for one. */
    username: name.optional(),
  }),
  z.strictObject({ kind: z.literal('cluster'), nodes: addresses }),
]);

/** Encryption. Certificates are files on the machine of the console, read at each attempt to connect. */
export const profileTls = z.strictObject({
  /** Authorities to trust; those of the system when missing. */
  caFile: path.optional(),
  certFile: path.optional(),
  keyFile: path.optional(),
  /** The name to expect in the server's certificate, where it differs from the host. */
  serverName: host.optional(),
});

/** A connection that was given a name. No secret is part of it. */
export const connectionProfile = z
  .strictObject({
    id: profileId,
    name: z.string().trim().min(1, 'give it a name').max(60, 'use at most 60 characters'),
    environment,
    /** Refuses every change, whatever the role. */
    readOnly: z.boolean().default(true),
    /** What may be done there, at most what the console was started for. */
    role: role.default('viewer'),
    endpoint: profileEndpoint,
    /** Number of the logical database. */
    db: z.number('write a number').int().min(0).max(9_999).default(0),
    /** The ACL user. */
    username: name.optional(),
    /** Null for an unencrypted connection. */
    tls: profileTls.nullable().default(null),
    /** The pool to show first. */
    pool: pool.default(DEFAULT_POOL),
  })
  .superRefine(({ endpoint, db, tls }, context) => {
    const issue = (message: string, ...at: string[]) =>
      context.addIssue({ code: 'custom', message, path: at });
    if (endpoint.kind === 'cluster' && db !== 0) issue('a cluster has database 0 only', 'db');
    if (endpoint.kind === 'socket' && tls) issue('a socket is not encrypted', 'tls');
    if (tls?.certFile && !tls.keyFile) issue('a certificate needs its key', 'tls', 'keyFile');
    if (tls?.keyFile && !tls.certFile) issue('a key needs its certificate', 'tls', 'certFile');
  });
export type ConnectionProfile = z.output<typeof connectionProfile>;

/** The secrets that a profile may need; each is kept apart from it, under `<id>.<name>`. */
export const SECRET_NAMES = ['password', 'sentinel-password', 'key-passphrase'] as const;
export type SecretName = (typeof SECRET_NAMES)[number];

/** New secrets: a text sets one, null forgets it, what is missing stays. */
export const secretChanges = z.strictObject(
  Object.fromEntries(
    SECRET_NAMES.map((secret) => [secret, z.string().min(1).max(4096).nullable().optional()]),
  ) as Record<SecretName, z.ZodOptional<z.ZodNullable<z.ZodString>>>,
);
export type SecretChanges = z.output<typeof secretChanges>;

/** The stages of a test, in the order in which they are reached. */
export const TEST_STAGES = [
  'settings',
  'name',
  'port',
  'tls',
  'redis',
  'user',
  'role',
  'version',
  'permissions',
  'keys',
  'clock',
] as const;
export type TestStage = (typeof TEST_STAGES)[number];

/** How one stage of a test went. */
export const stageResult = z.object({
  stage: z.enum(TEST_STAGES),
  status: z.enum(['ok', 'warning', 'failed', 'skipped']),
  /** What was found, in a sentence. */
  found: z.string(),
  /** What to try, where something is wrong. */
  advice: z.string().nullable(),
});
export type StageResult = z.output<typeof stageResult>;

/** Something that the Redis user of a connection may not do. */
export const missingPermission = z.object({
  /** What does not work, in words. */
  what: z.string(),
  /** The operations and feeds of this console that need it. */
  operations: z.array(z.string()),
  /** What Redis would refuse: `zadd on matching:idle`. */
  denied: z.array(z.string()),
});
export type MissingPermission = z.output<typeof missingPermission>;

/** What the Redis user of a connection may do. */
export const permissions = z.object({
  /** The name of the ACL user; null where it may not even ask. */
  user: z.string().nullable(),
  /** False where Redis cannot be asked (before 7.0): then nothing is known beforehand. */
  known: z.boolean(),
  missing: z.array(missingPermission),
  /** The ACL rule that grants what is missing. */
  grant: z.string().nullable(),
});
export type Permissions = z.output<typeof permissions>;

/** As many refused commands are named in a sentence. */
const DENIED_TOLD = 3;

/** Why something cannot be done by a Redis user, and where the rule is that allows it. */
export function sayMissing(user: string | null, { what, denied }: MissingPermission): string {
  const told = denied.slice(0, DENIED_TOLD).join(', ');
  const more = denied.length > DENIED_TOLD ? ` and ${denied.length - DENIED_TOLD} more` : '';
  const whose = user === null ? 'of this connection' : `"${user}"`;
  return `The Redis user ${whose} may not ${what} (Redis refuses ${told}${more}). The rule that allows it stands under Connections.`;
}

/** A connection as the list shows it. */
export const connectionEntry = z.object({
  id: z.string(),
  name: z.string(),
  environment,
  readOnly: z.boolean(),
  role,
  /** Without any secret. */
  address: z.string(),
  /** Null for the connection that the console was started with. */
  profile: connectionProfile.nullable(),
  /** The secrets that are kept for it. */
  secrets: z.array(z.enum(SECRET_NAMES)),
});
export type ConnectionEntry = z.output<typeof connectionEntry>;

/** Deployments that this console knows: opening, testing and keeping them, and their pools. */
export const connectionOperations = {
  'connections.list': query({
    access: 'viewer',
    ofConsole: true,
    summary: 'The connections of this console, and where they are kept',
    input: nothing,
    output: z.object({
      /** The file of the profiles. */
      file: z.string(),
      /** What is wrong with the file, each with what to do; profiles that can be read are listed all the same. */
      faults: z.array(z.string()),
      secrets: z.object({ writable: z.boolean(), explanation: z.string() }),
      connections: z.array(connectionEntry),
    }),
  }),
  'connections.open': command({
    access: 'viewer',
    local: true,
    ofConsole: true,
    summary:
      'Connect to a profile, or join it where it is open; what follows is addressed to the deployment that this gives',
    input: z.strictObject({ id: z.string().max(64) }),
    output: session,
  }),
  'connections.save': command({
    access: 'admin',
    local: true,
    ofConsole: true,
    summary: 'Write a profile, and its secrets apart from it; where it is open, it is connected anew',
    input: z.strictObject({
      profile: connectionProfile,
      secrets: secretChanges.default({}),
      /** Refuse where a profile of this id exists. */
      create: z.boolean().default(false),
    }),
    output: connectionEntry,
  }),
  'connections.remove': command({
    access: 'admin',
    local: true,
    ofConsole: true,
    summary: 'Forget a profile and its secrets; nothing changes in its Redis',
    input: z.strictObject({ id: profileId }),
    output: z.object({ removed: z.boolean() }),
  }),
  'connections.test': query({
    access: 'admin',
    ofConsole: true,
    summary: 'Try a profile stage by stage, saved or not, and say exactly what fails and what to try',
    input: z.strictObject({ profile: connectionProfile, secrets: secretChanges.default({}) }),
    output: z.object({
      ok: z.boolean(),
      tookMs: duration,
      stages: z.array(stageResult),
      permissions: permissions.nullable(),
    }),
  }),
  'connections.permissions': query({
    access: 'viewer',
    summary: 'What the Redis user of this deployment may not do, found out without changing anything',
    input: z.strictObject({ pool: pool.default(DEFAULT_POOL) }),
    output: permissions,
  }),
  'pools.overview': query({
    access: 'viewer',
    summary: 'Every pool that was used or found, with its live numbers',
    input: nothing,
    output: z.object({
      pools: z.array(
        z.object({
          pool,
          counts: z.record(state, count),
          longestWaitMs: duration.nullable(),
          stuck: count,
          /** Where its keys are, on a cluster. */
          node: z.string().nullable(),
        }),
      ),
    }),
  }),
};
