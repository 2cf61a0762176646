import { dirname, join } from 'node:path';
import { START } from '@shared/contract/connections';
import type { Health, Session } from '@shared/contract/session';
import type { Dispatcher } from './api/dispatch';
import { createDoor } from './api/door';
import { OpenDeployments } from './api/open-deployments';
import type { Caller } from './api/pipeline';
import type { ApiServices } from './api/services';
import type { Config } from './config/config';
import { Connections } from './connections/connections';
import { examine } from './connections/examine';
import { ProfileFile } from './connections/profile-file';
import { targetOf } from './connections/profile-target';
import { type CoreOptions, openCore } from './core';
import { consoleRole, placeOfConfig, placeOfProfile } from './deployment';
import { systemClock } from './lib/clock';
import type { Logger } from './lib/log';
import type { SecretStore } from './lib/secret-store';
import type { StartChild } from './redis/memory-server-child';
import { RunFolder } from './simulator/run-folder';

/** The whole product except what shows it: a desktop or browser host puts a wire on its dispatcher. */
export interface App {
  /** For pages: each call reaches the deployment that it is addressed to. */
  dispatcher: Dispatcher;
  /** In whose name the local console acts on the deployment that it was started on. */
  caller: Pick<Caller, 'actor' | 'role'>;
  deployment: Session['deployment'];
  /** What the HTTP side of the matching API calls: always the deployment that the process was started on. */
  openApi(): Promise<ApiServices>;
  /** The connection to Redis as it is right now. */
  health(): Health;
  /** Ends simulated people, workers, connections and the embedded store, in this order. */
  close(): Promise<void>;
}

/** What the host of the app provides. */
export interface AppOptions {
  host: Session['host'];
  log: Logger;
  /** Where the secrets of connections are. */
  secrets: SecretStore;
  /** How the in-memory store's process is started, where a plain fork is not possible. */
  startChild?: StartChild;
}

/**
 * Starts the core on the Redis of the configuration, and makes further ones beside it as pages open connections.
 * @throws SwitchboardError when the embedded store cannot be started, or the connection to start on is not there
 */
export async function startApp(config: Config, options: AppOptions): Promise<App> {
  const { log, secrets } = options;
  const file = new ProfileFile(config.connectionsFile);
  const placeOf = async (id: string) => {
    const profile = await file.get(id);
    return placeOfProfile(profile, await targetOf(profile, secrets), config);
  };
  const deployments = new OpenDeployments({
    async open(id) {
      const core = await openCore(await placeOf(id), config, coreOptions);
      await core.noteOpening();
      return core;
    },
    clock: systemClock,
    log,
  });
  const connections = new Connections({
    file,
    secrets,
    start: () => {
      const { session, role } = deployments.first;
      const { name, environment, readOnly, address } = session.deployment;
      return { id: START, name, environment, readOnly, role, address };
    },
    onChanged: (id) => deployments.close(id),
  });
  const coreOptions: CoreOptions = {
    ...options,
    runs: new RunFolder(join(dirname(config.connectionsFile), 'runs'), log),
    memoryServerProgram: join(import.meta.dirname, 'memory-server-process.js'),
    connections: {
      connections,
      deployments,
      examine: (profile, changes) =>
        examine(profile, changes, {
          secrets,
          timeouts: { connectMs: config.connectTimeoutMs, commandMs: config.commandTimeoutMs },
          clock: systemClock,
        }),
    },
  };
  const first = await openCore(
    config.connection === undefined
      ? placeOfConfig(config)
      : { ...(await placeOf(config.connection)), connection: START },
    config,
    coreOptions,
  );
  deployments.begin(first);
  return {
    dispatcher: createDoor(deployments, consoleRole(config)),
    openApi: () => first.openApi(),
    caller: first.caller,
    deployment: first.session.deployment,
    health: () => first.health(),
    close: () => deployments.closeAll(),
  };
}
