import type { Health } from '@shared/contract/session';
import { SwitchboardError } from '@shared/errors';
import type { Clock } from '../lib/clock';
import type { Client } from './client';

type ServerInfo = NonNullable<Health['server']>;

/**
 * Reads version, topology, memory and clock of a server, in one round trip.
 * @returns null where the Redis user may not ask (INFO, TIME).
 * @throws SwitchboardError `redis_wrong_server` for a Sentinel, which holds no data; whatever the client throws.
 */
export async function readServerInfo(
  client: Client,
  clock: Clock,
  address: string,
): Promise<ServerInfo | null> {
  const before = clock.now();
  const replies = await client.pipeline().time().info().exec();
  const middle = (before + clock.now()) / 2;
  const [time, info] = replies ?? [];
  if (!time || !info) throw new Error('Connection is closed.');
  const fields = parseInfo(typeof info[1] === 'string' ? info[1] : '');
  // Looked at first, because a Sentinel does not know TIME.
  if (fields.get('redis_mode') === 'sentinel')
    throw new SwitchboardError(
      'redis_wrong_server',
      `What answers at ${address} is a Redis Sentinel, which holds no data. Connect to the primary that it watches.`,
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
