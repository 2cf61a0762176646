import { isIP } from 'node:net';
import { Cluster, Redis } from 'ioredis';
import { type NodeOptions, openCluster, primariesOf } from './cluster';
import { type ErrorCode, SwitchboardError } from '@shared/errors';
import type { FailureContext } from './error-rules';
import { isServedAllTheSame, translateRedisError, whileReplaced } from './errors';
import { openTls, speaksTls } from './handshake';
import { askWhoHangsUp, probeRedis, refusalIn } from './probe';
import { findPrimary } from './sentinel';
import {
  type ClusterEndpoint,
  describeTarget,
  type RedisTarget,
  secretsOf,
  type ServerTarget,
} from './target';
import { TLS_FAULTS } from './tls-rules';

/**
 * What a connection is for. Commands, blocking reads and subscriptions never share one: a blocked read holds back
 * everything behind it, and a subscriber may send nothing else.
 */
export type Purpose = 'commands' | 'blocking' | 'subscriptions';

/** Limits of one connection, in milliseconds. */
export interface Timeouts {
  /** Until a connection is made and Redis has greeted. */
  connectMs: number;
  /** Until a command is answered; blocking reads have no such limit. */
  commandMs: number;
}

/** The client under a connection: one socket, or one to each node of a cluster, never made again by itself. */
export type Client = Redis | Cluster;

/** Opens connections; replaceable in tests. */
export type OpenClient = (target: RedisTarget, purpose: Purpose, timeouts: Timeouts) => Promise<Client>;

/** How long a shutdown waits for answers that are under way, in milliseconds. */
const GOODBYE_MS = 500;
/** How long a server may take to hang up in its turn, in milliseconds; then the socket is destroyed. */
const CLOSE_MS = 500;
const KEEP_ALIVE_MS = 10_000;
/** Failures of a cluster behind which another one may stand. */
const VAGUE: ReadonlySet<ErrorCode> = new Set(['redis_wrong_server', 'redis_timeout']);

/** What error messages may say about a target. */
export function failureContext(target: RedisTarget): FailureContext {
  return { address: describeTarget(target), secrets: secretsOf(target) };
}

/**
 * Opens one connection and waits until Redis serves on it. The client has no queue and no retry of its own: what is
 * sent while it is down fails at once, and a lost connection stays lost. Reconnecting is the manager's business.
 * @throws SwitchboardError with the code that tells why there is no connection.
 */
export const openClient: OpenClient = (target, purpose, timeouts) => {
  const { endpoint } = target;
  switch (endpoint.kind) {
    case 'cluster':
      return openWhole(target, endpoint, purpose, timeouts);
    case 'sentinel':
      return openPrimary(target, purpose, timeouts);
    default:
      return openServer({ ...target, endpoint }, purpose, timeouts);
  }
};

/** Asks the Sentinels where the primary is, and connects to it. */
async function openPrimary(target: RedisTarget, purpose: Purpose, timeouts: Timeouts): Promise<Client> {
  const primary = await findPrimary(target, (sentinel) => openServer(sentinel, 'commands', timeouts));
  try {
    const client = await openServer(primary, purpose, timeouts);
    await assertPrimary(client, primary);
    return client;
  } catch (fault) {
    throw whileReplaced(fault, target);
  }
}

/** A Sentinel may still name a server that is a replica by now. */
async function assertPrimary(client: Client, primary: ServerTarget): Promise<void> {
  const reply = await client.call('ROLE').catch((fault: unknown) => {
    if (isServedAllTheSame(fault)) return null;
    client.disconnect();
    throw fault;
  });
  if (!Array.isArray(reply) || reply[0] === 'master') return;
  client.disconnect();
  throw new SwitchboardError(
    'redis_away',
    `The Sentinels name ${describeTarget(primary)} as the primary, and it is a replica.`,
  );
}

async function openServer(target: ServerTarget, purpose: Purpose, timeouts: Timeouts): Promise<Redis> {
  const { endpoint, db } = target;
  const client = new Redis({
    ...(endpoint.kind === 'tcp' ? { host: endpoint.host, port: endpoint.port } : { path: endpoint.path }),
    ...nodeOptions(target, purpose, timeouts),
    db,
    lazyConnect: true,
    enableOfflineQueue: false,
    retryStrategy: null,
  });
  const faults: Error[] = [];
  // The client's promise only says "closed"; the reason comes as an event.
  client.on('error', (fault: Error) => faults.push(fault));
  let accepted = false;
  client.once('connect', () => (accepted = true));
  const deadline = setTimeout(() => {
    faults.push(new Error(accepted ? 'Command timed out' : 'ETIMEDOUT'));
    client.disconnect();
  }, timeouts.connectMs);
  try {
    await client.connect();
    // A refused SELECT is only an event, and would leave us in another database.
    if (faults[0]) throw faults[0];
    await assertServing(client);
    return client;
  } catch (fault) {
    client.disconnect();
    const told = await diagnose(target, faults[0] ?? fault, timeouts.connectMs);
    throw translateRedisError(told, { ...failureContext(target), connecting: true });
  } finally {
    clearTimeout(deadline);
  }
}

/** Failures that the client reports in words that could mean anything are looked at once more. */
async function diagnose(target: ServerTarget, fault: unknown, timeoutMs: number): Promise<unknown> {
  const { endpoint, tls } = target;
  const words = fault instanceof Error ? fault.message : '';
  if (tls && words.includes('ETIMEDOUT') && (await probeRedis(target))) return new Error(TLS_FAULTS.silent);
  if (!/closed|ECONNRESET|EPIPE/.test(words)) return fault;
  if (tls)
    return openTls(endpoint, tls, timeoutMs).then(
      (socket) => (socket.destroy(), fault),
      (reason: unknown) => reason,
    );
  const said = await askWhoHangsUp(target);
  if (said !== '') return refusalIn(said) ?? fault;
  return (await speaksTls(endpoint)) ? new Error(TLS_FAULTS.only) : fault;
}

/**
 * Opens a connection to every primary of a cluster. Where no node tells the slots, its client only knows that they
 * closed: then one of the named nodes is tried by itself, and what is wrong with that one is told.
 */
async function openWhole(
  target: RedisTarget,
  endpoint: ClusterEndpoint,
  purpose: Purpose,
  timeouts: Timeouts,
): Promise<Client> {
  try {
    return await openCluster(target, endpoint, nodeOptions(target, purpose, timeouts));
  } catch (fault) {
    const [node] = endpoint.nodes;
    if (node && fault instanceof SwitchboardError && VAGUE.has(fault.code)) {
      const client = await openServer({ ...target, endpoint: { kind: 'tcp', ...node } }, purpose, timeouts);
      client.disconnect();
    }
    throw fault;
  }
}

/** How each socket behaves, whatever kind of Redis it leads to. */
function nodeOptions(
  { endpoint, username, password, tls }: RedisTarget,
  purpose: Purpose,
  timeouts: Timeouts,
): NodeOptions {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: tlsOptions(tls, endpoint.kind === 'tcp' ? endpoint.host : undefined) } : {}),
    connectionName: `switchboard:${purpose}`,
    connectTimeout: timeouts.connectMs,
    ...(purpose === 'blocking' ? {} : { commandTimeout: timeouts.commandMs }),
    disconnectTimeout: CLOSE_MS,
    keepAlive: KEEP_ALIVE_MS,
    enableReadyCheck: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
  };
}

/** @param host whose name the certificate must hold; a cluster's nodes each have their own */
function tlsOptions({ serverName, ...pem }: NonNullable<RedisTarget['tls']>, host: string | undefined) {
  const expected = serverName ?? host;
  return { ...pem, ...(expected === undefined || isIP(expected) ? {} : { servername: expected }) };
}

/** A Redis that is still loading, or busy with a script, accepts connections and refuses everything else. */
async function assertServing(client: Redis): Promise<void> {
  try {
    await client.ping();
  } catch (fault) {
    if (!isServedAllTheSame(fault)) throw fault;
  }
}

/** The servers behind a connection that hold keys. */
export function serversBehind(client: Client): readonly Redis[] {
  return client instanceof Cluster ? primariesOf(client) : [client];
}

/**
 * Calls back once, when a connection is lost. Of a cluster the loss of one primary is enough: its pools are gone, and a
 * fresh connection shows who holds them then.
 */
export function onLost(client: Client, listener: () => void): void {
  let told = false;
  const tell = () => {
    if (!told) listener();
    told = true;
  };
  client.once('close', tell);
  if (client instanceof Cluster)
    client.on('-node', (node: Redis) => {
      if (!node.options.readOnly) tell();
    });
}

/** QUIT lets answers under way arrive; a server that does not answer it is left without one. */
export async function closeClient(client: Client): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, GOODBYE_MS)));
  await Promise.race([client.quit().catch(() => {}), late]);
  clearTimeout(timer);
  client.disconnect();
}
