import { userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionProfile, START } from '@shared/contract/connections';
import { type Role, ROLES } from '@shared/contract/define';
import type { Session } from '@shared/contract/session';
import type { Config } from './config/config';
import { systemClock } from './lib/clock';
import { newId } from './lib/ids';
import type { Logger } from './lib/log';
import { VERSION } from './lib/version';
import { openConnectionManager, RedisConnectionManager } from './redis/connection-manager';
import { type EmbeddedStore, type EmbeddedStoreOptions, startEmbeddedStore } from './redis/embedded-store';
import { describeAddress, describeTarget, type RedisTarget, serversOf } from './redis/target';

/** Where a deployment is, how it is marked, and what may be done there. */
export interface Place extends Pick<
  Session['deployment'],
  'connection' | 'name' | 'environment' | 'readOnly' | 'pool'
> {
  role: Role;
  /** Null for the embedded store. */
  target: RedisTarget | null;
}

/** One Redis that this process works on: its own embedded one, or one that somebody named. */
export interface Deployment {
  manager: RedisConnectionManager;
  embedded: EmbeddedStore | null;
  session: Omit<Session, 'actor' | 'role'>;
  /** In whose name this console acts, and what it may do. */
  caller: { actor: string; role: Role };
  /** Closes the connections, and ends the embedded store; never a server that somebody else started. */
  stop(): Promise<void>;
}

/** How long a start waits for the first attempt to connect, in milliseconds; the health tells how it ends. */
const FIRST_ATTEMPT_MS = 2_000;

/** What opening a deployment needs besides the configuration. */
export interface DeploymentOptions extends Pick<EmbeddedStoreOptions, 'memoryServerProgram' | 'startChild'> {
  host: Session['host'];
  log: Logger;
}

/**
 * Opens a Redis and makes the first attempt to connect. One that cannot be reached is no error here: the health
 * tells, and attempts go on.
 * @throws SwitchboardError when the embedded store cannot be started
 */
export async function openDeployment(
  place: Place,
  config: Config,
  options: DeploymentOptions,
): Promise<Deployment> {
  const { host, log } = options;
  const embedded = place.target === null ? await startEmbeddedStore(options) : null;
  const target = place.target ?? embedded?.target;
  if (!target) throw new Error('no Redis: neither named nor embedded');
  const managed = {
    target,
    maxAttempts: config.maxRetries,
    timeouts: { connectMs: config.connectTimeoutMs, commandMs: config.commandTimeoutMs },
    log,
    clock: systemClock,
  };
  // The deployment that the process was started on is the process's own; others come and go beside it.
  const manager =
    place.connection === START ? openConnectionManager(managed) : new RedisConnectionManager(managed);
  embedded?.onFate((fate) => manager.notePrivateStore(fate));
  await Promise.race([manager.start(), sleep(FIRST_ATTEMPT_MS)]);
  const { connection, name, environment, readOnly, pool, role } = place;
  return {
    manager,
    embedded,
    session: {
      version: VERSION,
      host,
      consoleRole: consoleRole(config),
      deployment: {
        ...{ id: newId(), connection, name, environment, readOnly, pool },
        address: describeTarget(target),
        embedded: embedded?.kind ?? null,
      },
    },
    caller: { actor: config.actor ?? localActor(), role },
    async stop() {
      await manager.shutdown();
      await embedded?.stop();
    },
  };
}

/** What the person before this console may do with the console itself; nothing anywhere may exceed it. */
export function consoleRole({ role }: Config): Role {
  return role ?? 'admin';
}

/**
 * The place that flags and environment name. Only the sandbox is writable by default: on a Redis that somebody named,
 * changes are allowed by naming a role. A server elsewhere is taken for production until somebody says otherwise.
 */
export function placeOfConfig(config: Config): Place {
  const { redis: target, pool, role } = config;
  const isServer = config.display === 'headless';
  if (target === null)
    return {
      ...{ connection: START, name: 'sandbox', environment: 'sandbox', readOnly: false, pool, target },
      role: role ?? 'admin',
    };
  return {
    ...{ connection: START, name: nameOf(target), pool, target },
    environment: isLocal(target) ? 'development' : 'production',
    readOnly: role === undefined && !isServer,
    // A process without a console serves users: that is what somebody named the Redis for.
    role: role ?? (isServer ? 'admin' : 'viewer'),
  };
}

/** The place that a profile names. Its role never exceeds what the console was started for. */
export function placeOfProfile(profile: ConnectionProfile, target: RedisTarget, config: Config): Place {
  const { id, name, environment, readOnly, pool } = profile;
  return {
    ...{ connection: id, name, environment, readOnly, pool, target },
    role: smallerRole(profile.role, consoleRole(config)),
  };
}

function smallerRole(one: Role, other: Role): Role {
  return ROLES[Math.min(ROLES.indexOf(one), ROLES.indexOf(other))] ?? 'viewer';
}

function nameOf({ endpoint }: RedisTarget): string {
  const [first] = serversOf(endpoint);
  if (endpoint.kind === 'sentinel') return endpoint.primary;
  return first?.kind === 'tcp' ? describeAddress(first) : (first?.path ?? '');
}

function isLocal({ endpoint }: RedisTarget): boolean {
  return serversOf(endpoint).every(
    (server) => server.kind === 'socket' || /^(localhost|127\.|::1$)/.test(server.host),
  );
}

/** The name of whoever sits here, for audit entries. */
function localActor(): string {
  try {
    return userInfo().username;
  } catch {
    // A process may run as a user id that has no name.
    return 'local';
  }
}
