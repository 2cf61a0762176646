import { DEFAULT_POOL } from '@shared/contract/common';
import { type ConnectionProfile, connectionProfile, type SecretChanges } from '@shared/contract/connections';
import { z } from 'zod';

// The page forbids evaluating texts, which is how zod would speed itself up.
z.config({ jitless: true });

/** The kinds of Redis, as the form offers them. */
export const KINDS = [
  { value: 'tcp', label: 'one server' },
  { value: 'sentinel', label: 'Sentinels' },
  { value: 'cluster', label: 'Cluster' },
  { value: 'socket', label: 'unix socket' },
] as const;

/** What the fields of the form hold: texts, as people type them. */
const fields = z.object({
  id: z.string(),
  name: z.string(),
  environment: z.enum(['sandbox', 'development', 'staging', 'production']),
  readOnly: z.boolean(),
  role: z.enum(['viewer', 'operator', 'admin']),
  kind: z.enum(['tcp', 'sentinel', 'cluster', 'socket']),
  host: z.string(),
  port: z.string(),
  path: z.string(),
  primary: z.string(),
  /** One `host:port` on each line. */
  addresses: z.string(),
  db: z.string(),
  username: z.string(),
  sentinelUsername: z.string(),
  encrypted: z.boolean(),
  caFile: z.string(),
  certFile: z.string(),
  keyFile: z.string(),
  serverName: z.string(),
  pool: z.string(),
  password: z.string(),
  sentinelPassword: z.string(),
  keyPassphrase: z.string(),
});
export type FormValues = z.input<typeof fields>;

const DEFAULT_PORTS = { sentinel: '26379', other: '6379' } as const;

/** Reads the form: a profile, or each fault at the field that it belongs to. */
export const profileForm = fields.transform((values, context): ConnectionProfile => {
  const parsed = connectionProfile.safeParse(toProfile(values));
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues)
    context.issues.push({ code: 'custom', message, path: [fieldOf(path)], input: values });
  return z.NEVER;
});

/** The secrets that were typed; a field left empty changes nothing. */
export function secretsOf(values: FormValues): SecretChanges {
  const typed = {
    password: values.password,
    'sentinel-password': values.kind === 'sentinel' ? values.sentinelPassword : '',
    'key-passphrase': values.encrypted ? values.keyPassphrase : '',
  };
  return Object.fromEntries(Object.entries(typed).filter(([, secret]) => secret !== ''));
}

/** The form of a profile; of a new one, which is safe, when there is none. */
export function valuesOf(profile: ConnectionProfile | null): FormValues {
  const endpoint = profile?.endpoint;
  const addresses =
    endpoint?.kind === 'sentinel' ? endpoint.sentinels : endpoint?.kind === 'cluster' ? endpoint.nodes : [];
  return {
    id: profile?.id ?? '',
    name: profile?.name ?? '',
    environment: profile?.environment ?? 'production',
    readOnly: profile?.readOnly ?? true,
    role: profile?.role ?? 'viewer',
    kind: endpoint?.kind ?? 'tcp',
    host: endpoint?.kind === 'tcp' ? endpoint.host : '',
    port: endpoint?.kind === 'tcp' ? String(endpoint.port) : DEFAULT_PORTS.other,
    path: endpoint?.kind === 'socket' ? endpoint.path : '',
    primary: endpoint?.kind === 'sentinel' ? endpoint.primary : '',
    addresses: addresses.map(({ host, port }) => `${bracketed(host)}:${port}`).join('\n'),
    db: String(profile?.db ?? 0),
    username: profile?.username ?? '',
    sentinelUsername: endpoint?.kind === 'sentinel' ? (endpoint.username ?? '') : '',
    encrypted: profile?.tls != null,
    caFile: profile?.tls?.caFile ?? '',
    certFile: profile?.tls?.certFile ?? '',
    keyFile: profile?.tls?.keyFile ?? '',
    serverName: profile?.tls?.serverName ?? '',
    pool: profile?.pool ?? DEFAULT_POOL,
    ...{ password: '', sentinelPassword: '', keyPassphrase: '' },
  };
}

/** An id that goes with a name: `Europe, live` is `europe-live`. */
export function idFromName(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
}

function toProfile(values: FormValues): unknown {
  const { id, name, environment, readOnly, role, encrypted, pool, kind } = values;
  return {
    ...{ id: id.trim(), name, environment, readOnly, role, pool: pool.trim(), endpoint: toEndpoint(values) },
    db: kind === 'cluster' ? 0 : toNumber(values.db),
    ...given({ username: values.username }),
    tls:
      encrypted && kind !== 'socket'
        ? given({
            caFile: values.caFile,
            certFile: values.certFile,
            keyFile: values.keyFile,
            serverName: values.serverName,
          })
        : null,
  };
}

function toEndpoint({ kind, host, port, path, primary, addresses, sentinelUsername }: FormValues): unknown {
  switch (kind) {
    case 'tcp':
      return { kind, host, port: toNumber(port) };
    case 'socket':
      return { kind, path };
    case 'sentinel':
      return {
        kind,
        primary,
        sentinels: toAddresses(addresses, DEFAULT_PORTS.sentinel),
        ...given({ username: sentinelUsername }),
      };
    case 'cluster':
      return { kind, nodes: toAddresses(addresses, DEFAULT_PORTS.other) };
  }
}

/** Lines or commas between them; a missing port is the usual one. */
function toAddresses(text: string, usualPort: string): { host: string; port: number }[] {
  const parts = text.split(/[\s,]+/).filter(Boolean);
  return parts.map((part) => {
    const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/.exec(part) ?? [];
    return { host: bracketed ?? plain ?? part, port: toNumber(port ?? usualPort) };
  });
}

function toNumber(text: string): number {
  return /^\s*\d+\s*$/.test(text) ? Number(text) : NaN;
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** Only what was filled in. */
function given(texts: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => text.trim() !== ''));
}

/** The field at which a fault of the profile shows. */
function fieldOf(path: readonly PropertyKey[]): keyof FormValues {
  const [first, second] = path.map(String);
  if (first === 'endpoint') {
    if (second === 'sentinels' || second === 'nodes') return 'addresses';
    if (second === 'username') return 'sentinelUsername';
    return (second ?? 'host') as keyof FormValues;
  }
  if (first === 'tls') return (second ?? 'encrypted') as keyof FormValues;
  return (first ?? 'id') as keyof FormValues;
}
