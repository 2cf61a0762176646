import { Cluster, type Redis, type RedisOptions } from 'ioredis';
import { SwitchboardError } from '@shared/errors';
import { isServedAllTheSame, translateRedisError, whileReplaced } from './errors';
import { nameOfNode } from './ioredis-store';
import { type ClusterEndpoint, describeTarget, type RedisTarget, secretsOf } from './target';

/** How each socket of a cluster behaves. */
export type NodeOptions = Omit<RedisOptions, 'replyMapping'> & { connectTimeout: number };

/** How many slots a cluster shares out among its primaries. */
const SLOTS = 16_384;
/** Redirections of one command before it fails: a slot moves once, not in circles. */
const MAX_REDIRECTIONS = 8;
/** How often the map of the slots is read anew, in milliseconds. */
const REFRESH_MS = 5_000;
/** A slot that is on its way is asked again after this, in milliseconds; the command has not run. */
const TRY_AGAIN_MS = 100;

/**
 * Opens a connection to every primary of a cluster, and waits until each of them serves and every slot has one. Like
 * a single connection it is never made again by itself: the loss of one primary is the loss of the whole. Commands
 * follow slots that move, which is safe because a redirected command has not run; nothing else is sent twice.
 * @throws SwitchboardError `redis_failover` while a primary is missing and others answer
 */
export async function openCluster(
  target: RedisTarget,
  { nodes }: ClusterEndpoint,
  redisOptions: NodeOptions,
): Promise<Cluster> {
  const cluster = new Cluster([...nodes], {
    redisOptions,
    lazyConnect: true,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    clusterRetryStrategy: null,
    maxRedirections: MAX_REDIRECTIONS,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    retryDelayOnTryAgain: TRY_AGAIN_MS,
    slotsRefreshTimeout: redisOptions.connectTimeout,
    slotsRefreshInterval: REFRESH_MS,
    // Nodes keep the names that the cluster gives them, so that certificates can be checked against these.
    dnsLookup: (address, done) => done(null, address),
  });
  const faults: Error[] = [];
  cluster.on('error', (fault: Error) => faults.push(fault));
  cluster.on('node error', (fault: Error) => faults.push(fault));
  try {
    await cluster.connect();
    await assertWhole(cluster, target);
    return cluster;
  } catch (fault) {
    cluster.disconnect();
    if (fault instanceof SwitchboardError) throw fault;
    const context = { address: describeTarget(target), secrets: secretsOf(target), connecting: true };
    throw translateRedisError(lastNodeFault(fault) ?? faults[0] ?? fault, context);
  }
}

/** The primaries of a cluster, one connection each. */
export function primariesOf(cluster: Cluster): Redis[] {
  return cluster.nodes('master');
}

async function assertWhole(cluster: Cluster, target: RedisTarget): Promise<void> {
  const address = describeTarget(target);
  const covered = cluster.slots.filter((holders) => holders.length > 0).length;
  if (covered < SLOTS)
    throw new SwitchboardError(
      'redis_failover',
      `The cluster at ${address} is not whole: nobody holds ${SLOTS - covered} of its ${SLOTS} slots. It is asked again each second; look at CLUSTER NODES if it stays so.`,
    );
  await Promise.all(
    primariesOf(cluster).map(async (node) => {
      try {
        await node.ping();
      } catch (fault) {
        if (isServedAllTheSame(fault)) return;
        const context = { address: nameOfNode(node), secrets: secretsOf(target) };
        throw whileReplaced(translateRedisError(fault, context), target);
      }
    }),
  );
}

/** When no node could tell the slots, the reason of the last one asked. */
function lastNodeFault(fault: unknown): unknown {
  return fault instanceof Error && 'lastNodeError' in fault ? fault.lastNodeError : undefined;
}
