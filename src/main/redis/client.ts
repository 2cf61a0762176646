import { Redis } from 'ioredis';
import type { FailureContext } from './error-rules';
import { translateRedisError } from './errors';
import { probeRedis, askWhoHangsUp } from './probe';
import { describeTarget, type RedisTarget, secretsOf } from './target';

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

/** The client under a connection: one socket that is never made again by itself. */
export type Client = Redis;

/** Opens connections; replaceable in tests. */
export type OpenClient = (target: RedisTarget, purpose: Purpose, timeouts: Timeouts) => Promise<Client>;

/** How long a shutdown waits for answers that are under way, in milliseconds. */
const GOODBYE_MS = 500;
/** How long a server may take to hang up in its turn, in milliseconds; then the socket is destroyed. */
const CLOSE_MS = 500;
const KEEP_ALIVE_MS = 10_000;

/** What error messages may say about a target. */
export function failureContext(target: RedisTarget): FailureContext {
  return { address: describeTarget(target), secrets: secretsOf(target) };
}

/**
 * Opens one connection and waits until Redis serves on it. The client has no queue and no retry of its own: what is
 * sent while it is down fails at once, and a lost connection stays lost. Reconnecting is the manager's business.
 * @throws SwitchboardError with the code that tells why there is no connection.
 */
export const openClient: OpenClient = async (target, purpose, timeouts) => {
  const client = new Redis(clientOptions(target, purpose, timeouts));
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
    const told = await diagnose(target, faults[0] ?? fault);
    throw translateRedisError(told, { ...failureContext(target), connecting: true });
  } finally {
    clearTimeout(deadline);
  }
};

/** Two failures that the client reports in words that could mean anything are looked at once more. */
async function diagnose(target: RedisTarget, fault: unknown): Promise<unknown> {
  const words = fault instanceof Error ? fault.message : '';
  if (target.tls && words.includes('ETIMEDOUT') && (await probeRedis(target)))
    return new Error('the server did not take part in a TLS handshake');
  if (/closed|ECONNRESET|EPIPE/.test(words)) return (await askWhoHangsUp(target)) ?? fault;
  return fault;
}

function clientOptions(target: RedisTarget, purpose: Purpose, timeouts: Timeouts) {
  const { endpoint, username, password, db, tls } = target;
  return {
    ...(endpoint.kind === 'tcp' ? { host: endpoint.host, port: endpoint.port } : { path: endpoint.path }),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    db,
    ...(tls ? { tls: tlsOptions(tls, endpoint.kind === 'tcp' ? endpoint.host : '') } : {}),
    connectionName: `switchboard:${purpose}`,
    connectTimeout: timeouts.connectMs,
    ...(purpose === 'blocking' ? {} : { commandTimeout: timeouts.commandMs }),
    disconnectTimeout: CLOSE_MS,
    keepAlive: KEEP_ALIVE_MS,
    lazyConnect: true,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    retryStrategy: null,
  };
}

function tlsOptions({ serverName, ...pem }: NonNullable<RedisTarget['tls']>, host: string) {
  return { ...pem, servername: serverName ?? host };
}

/** A Redis that is still loading, or busy with a script, accepts connections and refuses everything else. */
async function assertServing(client: Client): Promise<void> {
  try {
    await client.ping();
  } catch (fault) {
    if (!isServedAllTheSame(fault)) throw fault;
  }
}

/**
 * Whether a refused PING still tells of a Redis that serves: one whose user may not PING, or whose disk is full (it
 * refuses PING along with every change, and reading works).
 */
export function isServedAllTheSame(fault: unknown): boolean {
  return fault instanceof Error && /^(NOPERM|MISCONF)\b/.test(fault.message);
}

/** QUIT lets answers under way arrive; a server that does not answer it is left without one. */
export async function closeClient(client: Client): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, GOODBYE_MS)));
  await Promise.race([client.quit().catch(() => {}), late]);
  clearTimeout(timer);
  client.disconnect();
}
