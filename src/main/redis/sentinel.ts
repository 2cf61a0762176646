import type { Redis } from 'ioredis';
import { type ErrorCode, SwitchboardError } from '@shared/errors';
import { translateRedisError } from './errors';
import { describeAddress, type RedisTarget, type SentinelEndpoint, type ServerTarget } from './target';

/** Opens a connection to one Sentinel. @throws SwitchboardError when there is none */
export type OpenSentinel = (sentinel: ServerTarget) => Promise<Redis>;

/** What a Sentinel that answers may be wrong about; more telling than one that does not answer. */
const TELLING: ReadonlySet<ErrorCode> = new Set([
  'redis_auth',
  'redis_no_permission',
  'redis_tls',
  'redis_wrong_server',
]);

/**
 * Asks the Sentinels, one after the other, where the primary is now. The first one who knows it counts.
 * @returns the target with the primary's own address
 * @throws SwitchboardError of the most telling refusal when none of them knows
 */
export async function findPrimary(target: RedisTarget, open: OpenSentinel): Promise<ServerTarget> {
  const { endpoint } = target;
  if (endpoint.kind !== 'sentinel') throw new Error('only Sentinels know a primary');
  const faults: SwitchboardError[] = [];
  for (const address of endpoint.sentinels) {
    const sentinel = sentinelTarget(target, endpoint, address);
    try {
      return {
        ...target,
        endpoint: { kind: 'tcp', ...(await askSentinel(sentinel, endpoint.primary, open)) },
      };
    } catch (fault) {
      faults.push(translateRedisError(fault, { address: describeAddress(address) }));
    }
  }
  const told = faults.find(({ code }) => TELLING.has(code)) ?? faults[0];
  if (!told) throw new SwitchboardError('bad_input', 'No Sentinel is named: name at least one.');
  throw new SwitchboardError(told.code, `${sayHowMany(faults)} ${told.message}`, told.details);
}

/** How one of the Sentinels is reached: with its own credentials, and the encryption of the servers it watches. */
export function sentinelTarget(
  { tls }: Pick<RedisTarget, 'tls'>,
  { username, password }: SentinelEndpoint,
  address: SentinelEndpoint['sentinels'][number],
): ServerTarget {
  return {
    endpoint: { kind: 'tcp', ...address },
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    db: 0,
    tls,
  };
}

async function askSentinel(
  sentinel: ServerTarget,
  primary: string,
  open: OpenSentinel,
): Promise<{ host: string; port: number }> {
  const client = await open(sentinel);
  try {
    const reply = (await client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', primary)) as string[] | null;
    const [host, port] = reply ?? [];
    if (host === undefined || port === undefined) throw await unknownPrimary(client, sentinel, primary);
    return { host, port: Number(port) };
  } catch (fault) {
    throw isUnknownCommand(fault) ? notSentinel(sentinel) : fault;
  } finally {
    client.disconnect();
  }
}

async function unknownPrimary(
  client: Redis,
  { endpoint }: ServerTarget,
  primary: string,
): Promise<SwitchboardError> {
  const where = endpoint.kind === 'tcp' ? describeAddress(endpoint) : endpoint.path;
  const watched = await namesOfPrimaries(client);
  const known = watched.length === 0 ? 'it watches none' : `it watches ${watched.join(', ')}`;
  return new SwitchboardError(
    'redis_wrong_server',
    `The Sentinel at ${where} does not know a primary named "${primary}": ${known}. Correct the name in the profile.`,
    { primary, watched },
  );
}

async function namesOfPrimaries(client: Redis): Promise<string[]> {
  const reply = (await client.call('SENTINEL', 'MASTERS').catch(() => [])) as unknown[];
  return reply.map((row) => {
    if (!Array.isArray(row)) return String((row as Record<string, unknown>)['name']);
    return String(row[row.indexOf('name') + 1]);
  });
}

function notSentinel({ endpoint }: ServerTarget): SwitchboardError {
  const where = endpoint.kind === 'tcp' ? describeAddress(endpoint) : endpoint.path;
  return new SwitchboardError(
    'redis_wrong_server',
    `What answers at ${where} is a Redis and not a Sentinel. Name the Sentinels (port 26379 as a rule), or connect to it as a single server.`,
  );
}

function isUnknownCommand(fault: unknown): boolean {
  return fault instanceof Error && /unknown command/i.test(fault.message);
}

function sayHowMany(faults: readonly SwitchboardError[]): string {
  return faults.length === 1
    ? 'The Sentinel could not help:'
    : `None of the ${faults.length} Sentinels could help:`;
}
