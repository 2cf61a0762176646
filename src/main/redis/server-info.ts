import type { Health } from '@shared/contract/session';
import { SwitchboardError } from '@shared/errors';
import type { Clock } from '../lib/clock';
import type { Redis } from 'ioredis';
import { type Client, serversBehind } from './client';
import { nameOfNode } from './ioredis-store';
import { describeTarget, type RedisTarget } from './target';

type ServerInfo = NonNullable<Health['server']>;

/**
 * Reads version, topology, memory and clock of a server, or of each primary of a cluster, in one round trip.
 * @returns null where the Redis user may not ask (INFO, TIME).
 * @throws SwitchboardError `redis_wrong_server` for a Sentinel, which holds no data, `redis_away` for a replica that
 *   was the primary of Sentinels; whatever the client throws.
 */
export async function readServerInfo(
  client: Client,
  clock: Clock,
  target: RedisTarget,
): Promise<ServerInfo | null> {
  const servers = serversBehind(client);
  const infos = await Promise.all(servers.map((server) => readOne(server, clock, target)));
  const nodes = servers.flatMap((server, index) => {
    const info = infos[index];
    return info ? [{ address: nameOfNode(server), ...info }] : [];
  });
  const [first] = nodes;
  if (!first) return null;
  const { address: _, ...info } = first;
  if (target.endpoint.kind === 'sentinel' && info.topology === 'replica') throw demoted(target);
  if (target.endpoint.kind !== 'cluster')
    return target.endpoint.kind === 'sentinel' ? { ...info, topology: 'sentinel' } : info;
  const memory = nodes.map(({ memoryBytes }) => memoryBytes);
  return {
    ...info,
    topology: 'cluster',
    memoryBytes: memory.reduce((sum, bytes) => (sum === null || bytes === null ? null : sum + bytes), 0),
    nodes: nodes.map(({ address, version, memoryBytes, clockOffsetMs }) => ({
      address,
      version,
      memoryBytes,
      clockOffsetMs,
    })),
  };
}

async function readOne(server: Redis, clock: Clock, target: RedisTarget): Promise<ServerInfo | null> {
  const before = clock.now();
  const replies = await server.pipeline().time().info().exec();
  const middle = (before + clock.now()) / 2;
  const [time, info] = replies ?? [];
  if (!time || !info) throw new Error('Connection is closed.');
  const fields = parseInfo(typeof info[1] === 'string' ? info[1] : '');
  // Looked at first, because a Sentinel does not know TIME.
  if (fields.get('redis_mode') === 'sentinel')
    throw new SwitchboardError(
      'redis_wrong_server',
      `What answers at ${describeTarget(target)} is a Redis Sentinel, which holds no data. Connect to the primary that it watches.`,
    );
  const fault = time[0] ?? info[0];
  if (fault?.message.startsWith('NOPERM')) return null;
  if (fault) throw fault;
  const [seconds, microseconds] = time[1] as [string, string];
  return {
    version: fields.get('valkey_version') ?? fields.get('redis_version') ?? 'unknown',
    topology: topologyOf(fields),
    memoryBytes: fields.has('used_memory') ? Number(fields.get('used_memory')) : null,
    clockOffsetMs: Math.round(Number(seconds) * 1000 + Number(microseconds) / 1000 - middle),
  };
}

function demoted(target: RedisTarget): SwitchboardError {
  return new SwitchboardError(
    'redis_away',
    `The server that the Sentinels of ${describeTarget(target)} named is a replica by now. They are asked for the new primary.`,
  );
}

function topologyOf(fields: ReadonlyMap<string, string>): ServerInfo['topology'] {
  if (fields.get('redis_mode') === 'cluster') return 'cluster';
  return fields.get('role') === 'slave' ? 'replica' : 'standalone';
}

/** The `name:value` lines of INFO. */
function parseInfo(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0 && !line.startsWith('#')) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return fields;
}
