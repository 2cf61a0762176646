import { SwitchboardError } from '@shared/errors';

/** A host with a port. */
export interface Address {
  host: string;
  port: number;
}

/** One server, wherever it listens. */
export type ServerEndpoint = ({ kind: 'tcp' } & Address) | { kind: 'socket'; path: string };

/** Sentinels, who know where the primary of a name is at the moment. */
export interface SentinelEndpoint {
  kind: 'sentinel';
  /** The name under which the Sentinels watch the primary. */
  primary: string;
  sentinels: readonly Address[];
  /** What the Sentinels themselves ask for, where they do. */
  username?: string;
  password?: string;
}

/** Some nodes of a Redis Cluster, who know all others. */
export interface ClusterEndpoint {
  kind: 'cluster';
  nodes: readonly Address[];
}

/** Where a Redis is. */
export type Endpoint = ServerEndpoint | SentinelEndpoint | ClusterEndpoint;

/** How an encrypted connection is made; empty for the authorities and names that this machine trusts by itself. */
export interface TlsSettings {
  /** Authorities to trust, in PEM. */
  ca?: string;
  /** Our own certificate and its key, in PEM. */
  cert?: string;
  key?: string;
  /** What the key is encrypted with. */
  passphrase?: string;
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

/** A target that is one server: what a Sentinel's answer leads to, too. */
export type ServerTarget = RedisTarget & { endpoint: ServerEndpoint };

const DEFAULT_PORT = 6379;
const SENTINEL_PORT = 26_379;
const FORMS =
  'redis://[user:password@]host[:port][/database], rediss://… for TLS, unix:///path/to/redis.sock, redis+sentinel://host[:port],host…/primary[/database] or redis+cluster://host[:port],host…';
/** An address that names several servers: TLS or not, of what kind, credentials, the servers, and what follows. */
const SEVERAL = /^(rediss?)\+(sentinel|cluster):\/\/(?:([^/]*)@)?([^/]*)(?:\/(.*))?$/is;

/**
 * Reads the address of a Redis.
 * @throws SwitchboardError `bad_input` that says what is wrong with it; no message holds its password.
 */
export function parseRedisUrl(text: string): RedisTarget {
  const several = SEVERAL.exec(text);
  if (!several) return parseOneServer(text);
  const [, scheme = '', kind, credentials, list = '', rest = ''] = several;
  // User and password are those of the Redis behind; they, and TLS, are written as for one server.
  const access = parseOneServer(`${scheme}://${credentials === undefined ? '' : `${credentials}@`}host`);
  if (rest.includes('@')) throw malformed('a / in its user name or password is written %2F');
  if (kind?.toLowerCase() === 'cluster') {
    if (!['', '0'].includes(rest)) throw malformed('a cluster has the database 0 only');
    return { ...access, endpoint: { kind: 'cluster', nodes: readAddresses(list, DEFAULT_PORT) }, db: 0 };
  }
  const [, primary, db = ''] = /^([^/]+)\/?(\d{0,5})$/.exec(rest) ?? [];
  if (primary === undefined)
    throw malformed('after the Sentinels come the name of the primary and, if need be, the database');
  const sentinels = readAddresses(list, SENTINEL_PORT);
  return {
    ...access,
    endpoint: { kind: 'sentinel', primary: decoded(primary, 'name of the primary'), sentinels },
    db: Number(db),
  };
}

function readAddresses(list: string, defaultPort: number): Address[] {
  return list.split(',').map((each) => {
    const url = URL.canParse(`redis://${each}`) ? new URL(`redis://${each}`) : null;
    const isAddress = url?.hostname && url.port !== '0' && !/[@/?#]/.test(each);
    if (!isAddress) throw malformed(`"${each}" is not a host with a port`);
    return { host: bareHost(url), port: url.port ? Number(url.port) : defaultPort };
  });
}

/** The host without the brackets that an IPv6 address has in a URL. */
function bareHost({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

function parseOneServer(text: string): RedisTarget {
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
      host: bareHost(url),
      port: url.port ? Number(url.port) : DEFAULT_PORT,
    },
    ...credentials,
    db: Number(database),
    tls: scheme === 'rediss' ? {} : null,
  };
}

/** The address as it may be shown and logged: without any secret. */
export function describeTarget(target: RedisTarget): string {
  const { username } = target;
  return writeTarget(target, username && username !== 'default' ? `${encodeURIComponent(username)}@` : '');
}

function writeTarget({ endpoint, db, tls }: RedisTarget, credentials: string): string {
  const scheme = tls ? 'rediss' : 'redis';
  const database = db === 0 ? '' : `/${db}`;
  switch (endpoint.kind) {
    case 'socket':
      return `unix://${credentials}${endpoint.path}`;
    case 'tcp':
      return `${scheme}://${credentials}${describeAddress(endpoint)}${database}`;
    case 'sentinel': {
      const primary = encodeURIComponent(endpoint.primary);
      return `${scheme}+sentinel://${credentials}${describeAddresses(endpoint.sentinels)}/${primary}${database}`;
    }
    case 'cluster':
      return `${scheme}+cluster://${credentials}${describeAddresses(endpoint.nodes)}`;
  }
}

/** `host:port`, with brackets around an IPv6 address. */
export function describeAddress({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function describeAddresses(addresses: readonly Address[]): string {
  return addresses.map(describeAddress).join(',');
}

/** Every server that an endpoint names; a Sentinel's are the Sentinels. */
export function serversOf(endpoint: Endpoint): readonly ServerEndpoint[] {
  const toServer = (address: Address) => ({ kind: 'tcp' as const, ...address });
  if (endpoint.kind === 'sentinel') return endpoint.sentinels.map(toServer);
  if (endpoint.kind === 'cluster') return endpoint.nodes.map(toServer);
  return [endpoint];
}

/**
 * The address with its user and password, for a program of ours that is to reach the same Redis. Hand it over by
 * environment: arguments are there for everybody to read.
 */
export function urlOfTarget(target: RedisTarget): string {
  const { username = '', password } = target;
  if (password === undefined) return describeTarget(target);
  return writeTarget(target, `${encodeURIComponent(username)}:${encodeURIComponent(password)}@`);
}

/** What somebody gave as an address, as it may be shown: whatever stands where user and password do is removed. */
export function hideSecrets(text: string): string {
  return text.replace(
    /^([a-z+]*:\/\/)?.*@/is,
    (_, scheme: string | undefined) => `${scheme ?? ''}[removed]@`,
  );
}

/** The texts of a target that no message and no log line may hold. */
export function secretsOf({ endpoint, password, tls }: RedisTarget): string[] {
  const atSentinel = endpoint.kind === 'sentinel' ? endpoint.password : undefined;
  return [password, tls?.key, tls?.passphrase, atSentinel].filter((secret) => secret !== undefined);
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
