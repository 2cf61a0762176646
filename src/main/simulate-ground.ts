import { join } from 'node:path';
import { SwitchboardError } from '@shared/errors';
import { readConfig } from './config/config';
import { type Deployment, openDeployment, placeOfConfig } from './deployment';
import { Engine, type PoolEngine } from './engine/engine';
import { DEFAULT_SETTINGS } from './engine/settings';
import { systemClock } from './lib/clock';
import { newId } from './lib/ids';
import type { Logger } from './lib/log';
import { PRIVATE_API, type SimulateOptions } from './simulate-options';
import { urlOfTarget } from './redis/target';
import { type DrillServer, drillHost, openDrillServer } from './simulation-host';
import { type ApiClient, connectApi } from './simulator/api-client';
import { apiWay } from './simulator/api-way';
import { engineWay } from './simulator/engine-way';
import { allowedPool, type Place } from './simulator/place';
import { Simulator } from './simulator/simulator';
import { SIMULATED, type Way } from './simulator/way';

/** Where the people go. */
export interface Ground {
  simulator: Simulator;
  /** Whether the service is there now. */
  available: () => boolean;
  close(): Promise<void>;
}

/** The Redis under a run, a private one or one that somebody named. */
interface RedisGround {
  engine: Engine;
  deployment: Deployment;
  place: Place;
  available: () => boolean;
  close(): Promise<void>;
}

const SERVER_PROGRAM = join(import.meta.dirname, 'server.js');

/**
 * Opens what a run was asked to go to: a Redis, or the API of a server, or both.
 * @throws SwitchboardError when it is not there, or the two are not the same deployment
 */
export function openGround(options: SimulateOptions, log: Logger): Promise<Ground> {
  return options.api === null ? openStraight(options, log) : openApi(options, options.api, log);
}

/** Straight through the engine. */
async function openStraight({ redis, pool }: SimulateOptions, log: Logger): Promise<Ground> {
  const below = await openRedis(redis, log);
  const { engine, deployment, place, available } = below;
  const simulator = new Simulator({
    way: (wanted) => engineWay(engine.pool(wanted), available),
    cooldownMs: engine.settings.cooldownMs,
    ...{ place, pool, clock: systemClock, log },
    host: drillHost(deployment.embedded, SERVER_PROGRAM, redis),
  });
  return { simulator, available, close: () => below.close() };
}

/** Over HTTP, as real clients do; where the Redis of the server is known too, it can be damaged and looked into. */
async function openApi({ redis, pool }: SimulateOptions, url: string, log: Logger): Promise<Ground> {
  const isPrivate = url === PRIVATE_API;
  const below = isPrivate || redis !== null ? await openRedis(redis, log) : null;
  let server: DrillServer | null = null;
  let api: ApiClient | null = null;
  async function close(): Promise<void> {
    await api?.close();
    await server?.stop();
    await below?.close();
  }
  try {
    const host = below ? (drillHost(below.deployment.embedded, SERVER_PROGRAM, redis) ?? {}) : {};
    if (isPrivate && below)
      server = await openDrillServer({ program: SERVER_PROGRAM, redis: addressOf(below, redis), pool });
    const own = server;
    const client = await connectApi(own?.address ?? url, {
      key: own?.key ?? process.env['SWITCHBOARD_API_KEY'],
    });
    api = client;
    const place = placeOver(client, below, isPrivate);
    if (below && !isPrivate) await demandSame(client, below.engine.pool(allowedPool(place, pool, pool)));
    const simulator = new Simulator({
      way: (wanted) =>
        below
          ? withRedis(apiWay(client, wanted), engineWay(below.engine.pool(wanted), below.available))
          : apiWay(client, wanted),
      // What the service keeps apart is not told over the API; a server runs with the default.
      cooldownMs: DEFAULT_SETTINGS.cooldownMs,
      ...{ place, pool, clock: systemClock, log },
      host: { ...host, restartServer: own ? (awayMs) => own.restart(awayMs) : undefined },
    });
    return { simulator, available: () => client.available, close };
  } catch (fault) {
    await close();
    throw fault;
  }
}

/** People go over the API; what no client can do or see is done and seen in the Redis of the server. */
function withRedis(over: Way, straight: Way): Way {
  return {
    ...over,
    corrupt: straight.corrupt,
    splitUsers: () => straight.splitUsers(),
    removeAll: (couples) => straight.removeAll(couples),
  };
}

/** The place under both: nobody is simulated where either of the two forbids it. */
function placeOver(api: ApiClient, below: RedisGround | null, isPrivate: boolean): Place {
  const { name, environment, readOnly } = api.deployment;
  if (!below) return { name, environment, readOnly, embeddedMaxUsers: null };
  if (isPrivate) return { ...below.place, name: `server on ${below.place.name}` };
  return {
    name,
    environment: below.place.environment === 'production' ? 'production' : environment,
    readOnly: readOnly || below.place.readOnly,
    embeddedMaxUsers: null,
  };
}

/** @throws SwitchboardError `bad_input` when whoever is put into the Redis is not seen over the API */
async function demandSame(api: ApiClient, pool: PoolEngine): Promise<void> {
  const probe = `${SIMULATED}probe-${newId()}`;
  await pool.machine.arrive(probe);
  try {
    const { users } = await api.operation('users.whereabouts', {
      pool: pool.context.keys.pool,
      users: [probe],
    });
    if (users[0]?.states.length === 1) return;
  } finally {
    await pool.purge.removeAll(probe);
  }
  throw new SwitchboardError(
    'bad_input',
    '--api and --redis: the server works on another Redis. Name the Redis of that server, or leave --redis out.',
  );
}

function addressOf({ deployment }: RedisGround, named: string | null): string {
  return deployment.embedded ? urlOfTarget(deployment.embedded.target) : (named ?? '');
}

/** Connects to a Redis. @throws SwitchboardError when it does not answer */
async function openRedis(redis: string | null, log: Logger): Promise<RedisGround> {
  // Only --redis names a Redis here: nobody simulates on one that happens to be in the environment.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => name !== 'REDIS_URL' && !name.startsWith('SWITCHBOARD_')),
  );
  const named = redis === null ? [] : ['--redis', redis];
  const outcome = readConfig(['--headless', '--no-simulate', ...named], env);
  if (outcome.kind !== 'config') throw new Error('the configuration is not one');
  const deployment = await openDeployment(placeOfConfig(outcome.config), outcome.config, {
    host: 'browser',
    log,
    memoryServerProgram: join(import.meta.dirname, 'memory-server-process.js'),
  });
  const { manager, embedded, session } = deployment;
  const { lastError, status } = manager.getHealth();
  if (status !== 'ready') {
    await deployment.stop();
    throw new SwitchboardError('redis_away', lastError?.message ?? 'Redis does not answer.');
  }
  const engine = new Engine({ store: manager.store, log });
  const { name, environment, readOnly } = session.deployment;
  return {
    engine,
    deployment,
    place: { name, environment, readOnly, embeddedMaxUsers: embedded?.maxUsers ?? null },
    available: () => manager.getHealth().status === 'ready',
    async close() {
      await engine.stop();
      await deployment.stop();
    },
  };
}
