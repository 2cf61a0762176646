import { userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Role } from '@shared/contract/define';
import type { Session } from '@shared/contract/session';
import type { Config } from './config';
import { systemClock } from './lib/clock';
import type { Logger } from './lib/log';
import { VERSION } from './lib/version';
import { openConnectionManager, type RedisConnectionManager } from './redis/connection-manager';
import { type EmbeddedStore, type EmbeddedStoreOptions, startEmbeddedStore } from './redis/embedded-store';
import { describeAddress, describeTarget, type RedisTarget, serversOf } from './redis/target';

/** The Redis that this process works on: its own embedded one, or one that somebody named. */
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
 * Opens the Redis of the configuration and makes the first attempt to connect. A named Redis that cannot be reached
 * is no error here: the health tells, and attempts go on.
 * @throws SwitchboardError when the embedded store cannot be started
 */
export async function openDeployment(config: Config, options: DeploymentOptions): Promise<Deployment> {
  const { host, log } = options;
  const embedded = config.redis === null ? await startEmbeddedStore(options) : null;
  const target = config.redis ?? embedded?.target;
  if (!target) throw new Error('no Redis: neither named nor embedded');
  const manager = openConnectionManager({
    target,
    maxAttempts: config.maxRetries,
    timeouts: { connectMs: config.connectTimeoutMs, commandMs: config.commandTimeoutMs },
    log,
    clock: systemClock,
  });
  await Promise.race([manager.start(), sleep(FIRST_ATTEMPT_MS)]);
  return {
    manager,
    embedded,
    session: { version: VERSION, host, deployment: describeDeployment(config, target, embedded) },
    caller: { actor: localActor(), role: config.role ?? (embedded || isServer(config) ? 'admin' : 'viewer') },
    async stop() {
      await manager.shutdown();
      await embedded?.stop();
    },
  };
}

/** A process without a console serves users: that is what somebody named the Redis for. */
function isServer({ display }: Config): boolean {
  return display === 'headless';
}

/**
 * How the deployment is shown. Only the sandbox is writable by default: on a Redis that somebody named, changes are
 * allowed by naming a role. A server elsewhere is taken for production until somebody says otherwise.
 */
function describeDeployment(
  config: Config,
  target: RedisTarget,
  embedded: EmbeddedStore | null,
): Session['deployment'] {
  if (embedded)
    return {
      name: 'sandbox',
      environment: 'sandbox',
      address: describeTarget(target),
      readOnly: false,
      embedded: embedded.kind,
    };
  return {
    name: nameOf(target),
    environment: isLocal(target) ? 'development' : 'production',
    address: describeTarget(target),
    readOnly: config.role === undefined && !isServer(config),
    embedded: null,
  };
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
