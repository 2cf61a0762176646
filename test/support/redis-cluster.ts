import { Redis } from 'ioredis';
import type { RedisTarget } from '../../src/main/redis/target';
import { startRedisServer, type TestRedis } from './redis-server';
import { until } from './until';

const SLOTS = 16_384;
/** Short, so that a failover does not make a test wait (ms). */
const NODE_TIMEOUT_MS = 1_000;

/** A real Redis Cluster of the test's own, on free ports. */
export interface TestCluster {
  /** The primaries, in the order of their slots. */
  readonly primaries: readonly TestRedis[];
  readonly target: RedisTarget;
  /** Which primary holds a key. */
  holderOf(key: string): Promise<TestRedis>;
  /** Gives the primary of an index a replica that is in step with it, and can take its place. */
  addReplica(index: number): Promise<TestRedis>;
  stop(): Promise<void>;
}

/** Starts a cluster with its slots shared out evenly. @param args further arguments of each redis-server */
export async function startCluster(primaryCount = 3, args: readonly string[] = []): Promise<TestCluster> {
  const nodes: TestRedis[] = [];
  const clients = new Map<TestRedis, Redis>();
  const start = async () => {
    const node = await startRedisServer({
      args: [
        ...['--cluster-enabled', 'yes', '--cluster-config-file', 'nodes.conf'],
        ...['--cluster-node-timeout', String(NODE_TIMEOUT_MS), '--cluster-port', '0', ...args],
      ],
    });
    nodes.push(node);
    clients.set(node, new Redis(node.url, { lazyConnect: true, retryStrategy: null }));
    clients.get(node)?.on('error', () => {});
    return node;
  };
  const ask = (node: TestRedis, ...[name, ...rest]: [string, ...(string | number)[]]) =>
    (clients.get(node) as Redis).call(name, ...rest);

  const primaries = await Promise.all(Array.from({ length: primaryCount }, start));
  const [first] = primaries;
  if (!first) throw new Error('a cluster has at least one primary');
  const share = Math.ceil(SLOTS / primaryCount);
  await Promise.all(
    primaries.map((node, index) =>
      ask(node, 'CLUSTER', 'ADDSLOTSRANGE', index * share, Math.min(SLOTS, (index + 1) * share) - 1),
    ),
  );
  await Promise.all(primaries.map((node, index) => ask(node, 'CLUSTER', 'SET-CONFIG-EPOCH', index + 1)));
  for (const node of primaries)
    if (node !== first) await ask(first, 'CLUSTER', 'MEET', '127.0.0.1', node.port);
  const isWhole = async (node: TestRedis) =>
    String(await ask(node, 'CLUSTER', 'INFO')).includes('cluster_state:ok');
  await until(async () => (await Promise.all(primaries.map(isWhole))).every(Boolean), {
    timeoutMs: 20_000,
    what: 'the cluster is whole',
  });

  return {
    primaries,
    target: {
      endpoint: { kind: 'cluster', nodes: primaries.map(({ port }) => ({ host: '127.0.0.1', port })) },
      db: 0,
      tls: null,
    },
    async holderOf(key) {
      const slot = Number(await ask(first, 'CLUSTER', 'KEYSLOT', key));
      const holder = primaries[Math.floor(slot / share)];
      if (!holder) throw new Error(`no primary holds slot ${slot}`);
      return holder;
    },
    async addReplica(index) {
      const primary = primaries[index];
      if (!primary) throw new Error(`no primary ${index}`);
      const replica = await start();
      await ask(replica, 'CLUSTER', 'MEET', '127.0.0.1', primary.port);
      const id = String(await ask(primary, 'CLUSTER', 'MYID'));
      const replicate = async () =>
        (await ask(replica, 'CLUSTER', 'REPLICATE', id).catch(() => null)) === 'OK';
      await until(replicate, { timeoutMs: 10_000, what: 'the replica knows its primary' });
      const inStep = async () => String(await ask(replica, 'INFO', 'replication')).includes('link_status:up');
      await until(inStep, { timeoutMs: 20_000, what: 'the replica is in step' });
      const known = async (node: TestRedis) =>
        String(await ask(node, 'CLUSTER', 'NODES')).includes(' slave ');
      await until(async () => (await Promise.all(primaries.map(known))).every(Boolean), {
        timeoutMs: 10_000,
        what: 'everybody knows the replica',
      });
      return replica;
    },
    async stop() {
      for (const client of clients.values()) client.disconnect();
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}
