import type { Health } from '@shared/contract/session';
import { SwitchboardError } from '@shared/errors';
import { STATES } from '@shared/states';
import { type Client, serversBehind } from '../redis/client';
import { nameOfNode } from '../redis/ioredis-store';
import { type PoolKeys, POOLS_KEY } from '../redis/keys';
import type { Store } from '../redis/store';
import type { RedisTarget } from '../redis/target';
import type { Finding } from './examine';

type ServerInfo = Health['server'];

/** The oldest Redis on which the scripts run (ZMSCORE, XADD NOMKSTREAM), and the first that tells what users may do. */
const OLDEST = [6, 2] as const;
const COMFORTABLE = 7;
/** Clocks further apart than this are told, in milliseconds. */
const CLOCK_LIMIT_MS = 2_000;

/** What the server is among others. @throws SwitchboardError when it is something else than the settings say */
export async function judgeRole(client: Client, target: RedisTarget, info: ServerInfo): Promise<Finding> {
  const { kind } = target.endpoint;
  if (kind !== 'cluster' && info?.topology === 'cluster')
    throw new SwitchboardError(
      'redis_wrong_server',
      'This is one node of a cluster, which holds a part of the keys only. Choose the kind Cluster.',
    );
  if (kind === 'cluster')
    return good(`A cluster of ${serversBehind(client).length} primaries, every slot held by one of them.`);
  if (kind === 'sentinel')
    return good(`The Sentinels name ${serversBehind(client).map(nameOfNode).join()} as primary.`);
  const role = await client.call('ROLE').catch(() => null);
  if (Array.isArray(role) && role[0] === 'slave')
    return {
      status: 'warning',
      found: `A replica of ${String(role[1])}:${String(role[2])}: reading works, changes are refused.`,
      advice: 'Connect to the primary, or through its Sentinels, to change anything.',
    };
  return good(
    Array.isArray(role) ? 'A primary: it takes changes.' : 'The user may not ask for the role (ROLE).',
  );
}

/** Whether the version carries what the console needs. @throws SwitchboardError when it is too old */
export function judgeVersion(info: ServerInfo): Finding {
  if (!info) return good('The user may not ask for the version (INFO); everything else works without.');
  const [major = 0, minor = 0] = info.version.split('.').map(Number);
  const oldest = OLDEST.join('.');
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
    throw new SwitchboardError(
      'redis_wrong_server',
      `Redis ${info.version} is too old: Switchboard needs ${oldest}. Upgrade the server.`,
    );
  if (major < COMFORTABLE)
    return {
      status: 'warning',
      found: `Redis ${info.version}.`,
      advice: 'It works. Redis 7 also tells beforehand what its users may do.',
    };
  return good(`Redis ${info.version}.`);
}

/** Whose keys are there. @throws SwitchboardError `redis_wrong_type` for a key of another type */
export async function examineKeys(store: Store, keys: PoolKeys): Promise<Finding> {
  const sizes = await store.pipeline(STATES.map((state) => ['ZCARD', keys.sets[state]] as const));
  const users = sizes.reduce<number>((sum, size) => sum + Number(size), 0);
  if (users > 0) return good(`${users.toLocaleString('en')} users in the pool ${keys.pool}.`);
  const others = await otherPools(store, keys.pool);
  return {
    status: 'warning',
    found: `Nobody is in the pool ${keys.pool}: none of its keys (${keys.sets.WAITING} …) holds anybody.`,
    advice:
      others.length > 0
        ? `There are the pools ${others.join(', ')}: choose one of them as the first.`
        : 'That is right for a new deployment. Otherwise check database and pool.',
  };
}

/** Whether the clocks agree. Ages use the server's, so that nothing shown depends on it. */
export function judgeClock(info: ServerInfo): Finding {
  if (!info) return good('The user may not ask for the time (TIME).');
  const offsets = [info.clockOffsetMs, ...(info.nodes ?? []).map(({ clockOffsetMs }) => clockOffsetMs)];
  const worst = offsets.reduce((most, offset) => (Math.abs(offset) > Math.abs(most) ? offset : most));
  if (Math.abs(worst) < CLOCK_LIMIT_MS)
    return good(`Its clock and this machine's agree within ${Math.abs(worst)} ms.`);
  const way = worst > 0 ? 'ahead of' : 'behind';
  return {
    status: 'warning',
    found: `Its clock is ${(Math.abs(worst) / 1000).toFixed(1)} s ${way} this machine's.`,
    advice: 'Ages are right all the same, for they use its clock. Have both follow a time server.',
  };
}

async function otherPools(store: Store, pool: string): Promise<string[]> {
  const members = (await store.command(['SMEMBERS', POOLS_KEY]).catch(() => [])) as string[];
  return members.filter((name) => name !== pool).sort();
}

function good(found: string): Finding {
  return { status: 'ok', found, advice: null };
}
