import type { ErrorCode } from '@shared/errors';
import { TLS_RULES } from './tls-rules';

/** What a failure is about, so that its message can name it. No secret may stand in `address`. */
export interface FailureContext {
  /** The address of the Redis as it may be shown. */
  address: string;
  /** The key of the command that failed, where it had one. */
  key?: string | undefined;
  /** Texts that must not appear in any message. */
  secrets?: readonly string[] | undefined;
  /** Set while the connection is being made: then a closed one tells that this is no Redis. */
  connecting?: boolean | undefined;
}

/** How one kind of failure is recognised, and what is said of it. */
export interface ErrorRule {
  code: ErrorCode;
  /** Matched against the system's error code (`ECONNREFUSED`) and then against the message. */
  pattern: RegExp;
  /** One sentence on what is wrong, one on what to try. `reply` is what Redis or the system said. */
  say(context: FailureContext, reply: string): string;
}

/** A lost answer leaves open what happened; the transaction id makes asking again safe. */
export const UNKNOWN_OUTCOME =
  'A change that was asked for may have happened: look before asking again, or ask with the same transaction id.';

/** Failures of the way to Redis, by the system's code or the client's words. First match wins. */
export const CONNECTION_RULES: readonly ErrorRule[] = [
  {
    code: 'redis_refused',
    pattern: /ECONNREFUSED|ENOENT/,
    say: ({ address }) => `Nothing is listening at ${address}. Start Redis there, or check the address.`,
  },
  {
    code: 'redis_refused',
    pattern: /\bEACCES\b|\bEPERM\b/,
    say: ({ address }) =>
      `This machine does not allow connecting to ${address}. Check the permissions of the socket or the firewall.`,
  },
  {
    code: 'redis_unknown_host',
    pattern: /ENOTFOUND|EAI_AGAIN|EAI_NODATA/,
    say: ({ address }) =>
      `The host name in ${address} is not known. Check its spelling, and that this machine can look up names.`,
  },
  {
    code: 'redis_timeout',
    pattern: /Command timed out/,
    say: ({ address, connecting }) =>
      connecting
        ? `Something accepts connections at ${address} and says nothing. If it is a Redis, it hangs: look at its process and log.`
        : `Redis at ${address} did not answer in time. ${UNKNOWN_OUTCOME} REDIS_COMMAND_TIMEOUT sets the limit.`,
  },
  {
    code: 'redis_timeout',
    pattern: /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN/,
    say: ({ address }) =>
      `Nothing answers at ${address}. Check the address, the network and the firewall; REDIS_CONNECT_TIMEOUT sets the limit.`,
  },
  ...TLS_RULES,
  {
    code: 'redis_wrong_server',
    pattern: /Unknown RESP type|Protocol error/,
    say: ({ address }) =>
      `What answers at ${address} is not a Redis. Check the port; if Redis wants TLS there, the address begins with rediss://.`,
  },
  {
    code: 'redis_away',
    pattern:
      /Connection is closed|ECONNRESET|EPIPE|ECONNABORTED|aborted due to connection close|socket closed/i,
    say: ({ address }) =>
      `The connection to Redis at ${address} was lost before the answer came. ${UNKNOWN_OUTCOME}`,
  },
];

/**
 * Refusals by Redis itself. First match wins. Within scripts Redis puts its own words around a reply
 * ("ERR Error running script … WRONGTYPE …"), so the words are looked for anywhere.
 */
export const REPLY_RULES: readonly ErrorRule[] = [
  // Who we are there
  {
    // It explains itself with words of passwords, so it comes before these.
    code: 'redis_refused',
    pattern: /^DENIED/,
    say: ({ address }) =>
      `Redis at ${address} is in protected mode and takes connections of its own machine only. Give it a password (requirepass) or users, then connect with them.`,
  },
  {
    code: 'redis_auth',
    pattern: /NOAUTH/,
    say: ({ address }) =>
      `Redis at ${address} wants a password, and got none. Give a user name and password (redis://user:password@host); the user "default" needs the password only.`,
  },
  {
    code: 'redis_auth',
    pattern: /WRONGPASS|invalid password|invalid username-password|no password is set|without any password/i,
    say: ({ address }) =>
      `Redis at ${address} did not accept the user name or password. Check both (redis://user:password@host), and whether the user is enabled there.`,
  },
  {
    code: 'redis_no_permission',
    pattern: /NOPERM|no permissions? to|can't run this command|can't access at least one of the keys/i,
    say: ({ address }, reply) =>
      `The Redis user at ${address} lacks a permission: ${reply}. Grant it with ACL SETUSER, or connect as another user.`,
  },
  {
    code: 'redis_refused',
    pattern: /max number of clients/i,
    say: ({ address }) =>
      `Redis at ${address} has no room for another client. Raise its maxclients, or close other clients.`,
  },
  {
    code: 'redis_failed',
    pattern: /DB index is out of range/i,
    say: ({ address }) =>
      `There is no database of this number at ${address}. Take a smaller one: a Redis has 16 unless its setting "databases" says otherwise, from 0 on.`,
  },
  // What it can do right now
  {
    code: 'redis_loading',
    pattern: /\bLOADING\b/,
    say: ({ address }) =>
      `Redis at ${address} is still loading its data. It is asked again each second; nothing needs to be done.`,
  },
  {
    code: 'redis_busy',
    pattern: /\bBUSY\b/,
    say: ({ address }) =>
      `Redis at ${address} is busy with somebody's long script. Wait, or end it with SCRIPT KILL.`,
  },
  {
    code: 'redis_out_of_memory',
    pattern: /\bOOM\b/,
    say: ({ address }) =>
      `Redis at ${address} has no memory left and refused the change. Raise its maxmemory or remove data; reading still works.`,
  },
  {
    code: 'redis_disk',
    pattern: /\bMISCONF\b/,
    say: ({ address }) =>
      `Redis at ${address} cannot save its data and refuses changes. Look at its log and the free space of its disk; reading still works.`,
  },
  {
    code: 'redis_read_only',
    pattern: /\bREADONLY\b/,
    say: ({ address }) =>
      `Redis at ${address} is a read-only replica and refused the change. Connect to its primary; after a failover that is another server.`,
  },
  {
    code: 'redis_failed',
    pattern: /\bNOREPLICAS\b/,
    say: ({ address }) =>
      `Redis at ${address} has too few replicas for its min-replicas-to-write and refused the change. Bring replicas back; reading still works.`,
  },
  {
    code: 'redis_wrong_server',
    pattern: /\bMOVED\b|\bCROSSSLOT\b|\bASK \d/,
    say: ({ address }) =>
      `Redis at ${address} is one node of a Redis Cluster, where these keys live on several nodes. Connect to it as a cluster.`,
  },
  {
    code: 'redis_wrong_server',
    pattern: /cluster support disabled/,
    say: ({ address }) =>
      `Redis at ${address} is not part of a cluster. Connect to it as a single server, or start it with cluster-enabled.`,
  },
  {
    code: 'redis_wrong_server',
    pattern: /unknown command '?cluster/i,
    say: ({ address }) =>
      `What answers at ${address} knows nothing of clusters; a Sentinel is like that. Name nodes of the cluster, or connect through Sentinels.`,
  },
  {
    code: 'redis_failed',
    pattern: /\bMASTERDOWN\b/,
    say: ({ address }) =>
      `Redis at ${address} is a replica without its primary, and is set to answer nothing meanwhile (replica-serve-stale-data). Bring the primary back, or connect to it.`,
  },
  {
    code: 'redis_failed',
    pattern: /\b(CLUSTERDOWN|TRYAGAIN)\b/,
    say: ({ address }, reply) =>
      `Redis at ${address} cannot serve this now: ${reply}. Look at the state of its cluster or its primary.`,
  },
  {
    code: 'redis_wrong_type',
    pattern: /WRONGTYPE|WRONG_TYPE/,
    say: ({ address, key }) =>
      `${key ? `The key ${key}` : 'A key'} at ${address} holds another type than Switchboard keeps there, and nothing was changed. See what it is with TYPE; rename it, or use another pool.`,
  },
];
