import { SwitchboardError } from '@shared/errors';

/** Where a Redis is. Further kinds (Sentinel, Cluster) join this union. */
export type Endpoint = { kind: 'tcp'; host: string; port: number } | { kind: 'socket'; path: string };

/** How an encrypted connection is made; empty for the authorities and names that this machine trusts by itself. */
export interface TlsSettings {
  /** Authorities to trust, in PEM. */
  ca?: string;
  /** Our own certificate and its key, in PEM. */
  cert?: string;
  key?: string;
  /** The name to expect in the server's certificate, where it differs from the host. */
  serverName?: string;
}

/** How to reach one Redis, and as whom. Holds secrets: show `describeTarget` of it. */
export interface RedisTarget {
  endpoint: Endpoint;
  username?: string;
  password?: string;
  /** Number of the logical database. */
  db: number;
  /** Null for an unencrypted connection. */
  tls: TlsSettings | null;
}

const DEFAULT_PORT = 6379;
const FORMS =
  'redis://[user:password@]host[:port][/database], rediss://… for TLS, or unix:///path/to/redis.sock';

/**
 * Reads the address of a Redis.
 * @throws SwitchboardError `bad_input` that says what is wrong with it; no message holds its password.
 */
export function parseRedisUrl(text: string): RedisTarget {
  if (!URL.canParse(text)) throw malformed('it is not an address');
  const url = new URL(text);
  const scheme = url.protocol.slice(0, -1);
  if (!['redis', 'rediss', 'unix'].includes(scheme))
    throw malformed(`"${scheme}:" is not one of its schemes`);
  if (url.search || url.hash) throw malformed('nothing may stand after the database (no ? and no #)');
  const credentials = {
    ...(url.username ? { username: decoded(url.username, 'user name') } : {}),
    ...(url.password ? { password: decoded(url.password, 'password') } : {}),
  };
  if (scheme === 'unix') {
    if (url.host || url.pathname.length < 2)
      throw malformed('a socket needs a whole path: unix:///path/to/redis.sock');
    return {
      endpoint: { kind: 'socket', path: decoded(url.pathname, 'path') },
      ...credentials,
      db: 0,
      tls: null,
    };
  }
  if (!url.hostname) throw malformed('it names no host');
  const database = /^\/?(\d{0,5})$/.exec(url.pathname)?.[1];
  if (database === undefined) throw malformed(`the database "${url.pathname.slice(1)}" is not a number`);
  if (url.port === '0') throw malformed('the port 0 is not one to connect to');
  return {
    endpoint: {
      kind: 'tcp',
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port ? Number(url.port) : DEFAULT_PORT,
    },
    ...credentials,
    db: Number(database),
    tls: scheme === 'rediss' ? {} : null,
  };
}

/** The address as it may be shown and logged: without any secret. */
export function describeTarget({ endpoint, username, db, tls }: RedisTarget): string {
  const user = username && username !== 'default' ? `${encodeURIComponent(username)}@` : '';
  if (endpoint.kind === 'socket') return `unix://${user}${endpoint.path}`;
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
  return `${tls ? 'rediss' : 'redis'}://${user}${host}:${endpoint.port}${db === 0 ? '' : `/${db}`}`;
}

/** What somebody gave as an address, as it may be shown: whatever stands where user and password do is removed. */
export function hideSecrets(text: string): string {
  return text.replace(
    /^([a-z+]*:\/\/)?.*@/is,
    (_, scheme: string | undefined) => `${scheme ?? ''}[removed]@`,
  );
}

/** The texts of a target that no message and no log line may hold. */
export function secretsOf({ password, tls }: RedisTarget): string[] {
  return [password, tls?.key].filter((secret) => secret !== undefined);
}

function decoded(part: string, what: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw malformed(`its ${what} holds a % that is not an escape (write %25)`);
  }
}

function malformed(why: string): SwitchboardError {
  return new SwitchboardError('bad_input', `This is not an address of a Redis: ${why}. Write ${FORMS}.`);
}
