import { join } from 'node:path';
import { START } from '@shared/contract/connections';
import type { Health } from '@shared/contract/session';
import { Alarms } from './alarms/alarms';
import { actionHandlers } from './api/handlers/actions';
import { alarmHandlers } from './api/handlers/alarms';
import { analyticsHandlers } from './api/handlers/analytics';
import { auditHandlers } from './api/handlers/audit';
import { type ConnectionSources, connectionHandlers } from './api/handlers/connections';
import { integrityHandlers } from './api/handlers/integrity';
import { metadataHandlers } from './api/handlers/metadata';
import { journalHandlers } from './api/handlers/journal';
import { poolHandlers } from './api/handlers/pools';
import { requestHandlers } from './api/handlers/requests';
import { serviceHandlers } from './api/handlers/service';
import { sessionHandlers } from './api/handlers/session';
import { simulatorHandlers } from './api/handlers/simulator';
import { userHandlers } from './api/handlers/users';
import { createDispatcher } from './api/dispatch';
import type { OpenDeployment } from './api/open-deployments';
import type { Caller } from './api/pipeline';
import { createAuthenticator } from './api/authenticate';
import type { ApiServices } from './api/services';
import { PermissionBook } from './connections/permission-book';
import { readPermissions } from './connections/permissions';
import type { Config } from './config/config';
import { type Deployment, type DeploymentOptions, openDeployment, type Place } from './deployment';
import { Engine } from './engine/engine';
import { Workers } from './engine/workers';
import { createFeeds } from './feed/feeds';
import { attentionFromScan } from './feed/integrity-feed';
import { RequestLogs } from './journal/request-logs';
import { systemClock } from './lib/clock';
import type { Logger } from './lib/log';
import { engineWay } from './simulator/engine-way';
import type { RunFolder } from './simulator/run-folder';
import { Runs } from './simulator/runs';
import { Simulator } from './simulator/simulator';
import { drillHost } from './simulation-host';

/** The built server entry, which stands beside this file. */
const SERVER_PROGRAM = join(import.meta.dirname, 'server.js');

/** One open deployment with everything that runs on it: what `startApp` has one or several of. */
export interface Core extends OpenDeployment {
  /** In whose name the local console acts. */
  caller: Pick<Caller, 'actor' | 'role'>;
  /** What the HTTP side of the matching API calls; a process that does not serve it never loads it. */
  openApi(): Promise<ApiServices>;
  /** The connection to Redis as it is right now. */
  health(): Health;
  /** Writes into the audit trail that somebody came in who may change things. */
  noteOpening(): Promise<void>;
  /** Ends simulated people, workers, connections and the embedded store, in this order. */
  close(): Promise<void>;
}

export interface CoreOptions extends DeploymentOptions {
  /** The connections of the console, which every deployment can list and open. */
  connections: ConnectionSources;
  /** Where the runs of the simulator are kept, of whatever deployment. */
  runs: RunFolder;
}

/**
 * Opens a deployment and starts what runs on it.
 * @throws SwitchboardError when the embedded store cannot be started
 */
export async function openCore(place: Place, config: Config, options: CoreOptions): Promise<Core> {
  const { log } = options;
  const deployment = await openDeployment(place, config, options);
  const { manager, session, caller } = deployment;
  const engine = new Engine({
    store: manager.store,
    log,
    ...(isShowcase(config, deployment) && { matcher: SHOWCASE_MATCHER }),
  });
  const workers = new Workers({ engine, log, sweepAtOnce: config.cleanUpAtStart !== false });
  if (runsWorkers(config, deployment)) workers.start(place.pool);
  else if (config.cleanUpAtStart === true) await cleanUpOnce(workers, place.pool, deployment, log);
  const discovery = discoverPools(engine, deployment, log);
  const simulator = createSimulator(config, deployment, engine, options);

  const alarms = new Alarms({
    engine,
    health: () => manager.getHealth(),
    readOnly: session.deployment.readOnly,
    clock: systemClock,
    log,
  });
  alarms.start();

  const permissions = new PermissionBook({
    read: (pool) => {
      const { store, keys } = engine.pool(pool).context;
      return readPermissions(store, keys);
    },
    clock: systemClock,
  });
  const { store } = manager;
  const { statsTtlMs } = engine.settings;
  const requestLogs = new RequestLogs({ store, log, clock: systemClock, statsTtlMs });
  const dispatcher = createDispatcher({
    handlers: {
      ...sessionHandlers({ session, retry: () => manager.retryNow() }),
      ...connectionHandlers(options.connections),
      ...poolHandlers(engine, permissions),
      ...journalHandlers(engine),
      ...actionHandlers(engine),
      ...auditHandlers(engine),
      ...alarmHandlers(alarms),
      ...userHandlers(engine),
      ...requestHandlers(requestLogs, systemClock),
      ...analyticsHandlers(engine, requestLogs),
      ...integrityHandlers(engine),
      ...metadataHandlers(engine),
      ...simulatorHandlers(simulator, new Runs(simulator, options.runs)),
      ...serviceHandlers({
        engine,
        health: () => manager.getHealth(),
        logControl: log,
        clock: systemClock,
        version: session.version,
      }),
    },
    publishers: createFeeds({
      ...{ engine, connection: manager, simulator, alarms, clock: systemClock, log },
      findings: (pool) => attentionFromScan(engine.pool(pool).integrity),
    }),
    deployment: () => ({
      readOnly: session.deployment.readOnly,
      connection: manager.getHealth().status,
      wake: () => manager.wake(),
    }),
    findRefusal: (operation, pool) => permissions.refusalOf(operation, pool),
    // On a read-only profile nothing is written, not even who tried.
    ...(session.deployment.readOnly
      ? {}
      : { record: ({ pool = place.pool, ...action }) => engine.pool(pool).audit.record(action) }),
    log,
  });
  let api: ApiServices | null = null;
  return {
    async openApi() {
      const { createApiServices } = await import('./api/services');
      api ??= createApiServices({
        ...{ engine, store, dispatcher, requestLogs, log, clock: systemClock },
        authenticator: createAuthenticator({
          tokens: config.apiTokens,
          anonymous: { actor: 'api', role: caller.role },
        }),
        openBlocking: () => manager.openBlocking(),
        health: () => manager.getHealth(),
        readOnly: session.deployment.readOnly,
      });
      return api;
    },
    dispatcher,
    session,
    caller,
    role: caller.role,
    health: () => manager.getHealth(),
    async noteOpening() {
      if (session.deployment.readOnly || manager.getHealth().status !== 'ready') return;
      const entry = { by: caller.actor, action: 'connections.open', outcome: 'done' as const, users: [] };
      await engine
        .pool(place.pool)
        .audit.record({ ...entry, detail: `role ${caller.role}` })
        .catch((fault: unknown) => log.warn({ err: fault }, 'audit entry not written'));
    },
    async close() {
      await simulator.stop().catch((fault: unknown) => {
        log.warn({ err: fault }, 'simulated people were left behind; the next run takes them out');
      });
      discovery.abort();
      await alarms.stop();
      await workers.stop();
      await engine.stop();
      await api?.stop();
      await deployment.stop();
    },
  };
}

/** A private store with a console before it: simulated people make the first screen alive. */
function isShowcase({ display }: Config, { embedded }: Deployment): boolean {
  return embedded !== null && display !== 'headless';
}

/** In the showcase couples are made every few seconds, not at once, so that there is a queue to look at. */
const SHOWCASE_MATCHER = { everyMs: 3_000, onEnqueue: false };

/**
 * Whether this process pairs and sweeps. A console that looks at a Redis which somebody named leaves that to the
 * service that lives there; a server process is that service.
 */
function runsWorkers(config: Config, { embedded, session }: Deployment): boolean {
  if (session.deployment.connection !== START) return false;
  if (session.deployment.readOnly && config.display !== 'headless') return false;
  return config.workers ?? (embedded !== null || config.display === 'headless');
}

/** Cleans up where the process began and does not sweep; a page that opens another deployment changes nothing there. */
async function cleanUpOnce(
  workers: Workers,
  pool: string,
  { session: { deployment } }: Deployment,
  log: Logger,
): Promise<void> {
  if (deployment.connection !== START) return;
  if (deployment.readOnly) {
    log.warn('nothing is cleaned up at the start: without --role this console changes nothing');
    return;
  }
  await workers.cleanUp(pool).catch((fault: unknown) => {
    log.warn({ err: fault }, 'stale users were not cleaned up at the start');
  });
}

/** On a Redis that others use too, their pools are looked for in the background, once; a console can do without. */
function discoverPools(engine: Engine, { embedded }: Deployment, log: Logger): AbortController {
  const abort = new AbortController();
  if (embedded === null)
    engine.registry.discover(abort.signal).catch((fault: unknown) => {
      log.info({ err: fault }, 'pools of other programs were not looked for');
    });
  return abort;
}

/** The simulator, with people in it from the start where that is wanted: by default in the showcase only. */
function createSimulator(
  config: Config,
  deployment: Deployment,
  engine: Engine,
  { log, runs }: Pick<CoreOptions, 'log' | 'runs'>,
): Simulator {
  const { manager, embedded, session } = deployment;
  const { connection, name, environment, readOnly, pool } = session.deployment;
  // Only where the process began: nobody is simulated on a deployment because a page looks at it.
  const simulate = connection === START ? config.simulate : null;
  const simulator = new Simulator({
    way: (wanted) => engineWay(engine.pool(wanted), () => manager.getHealth().status === 'ready'),
    cooldownMs: engine.settings.cooldownMs,
    place: {
      ...{ name, environment, readOnly },
      embeddedMaxUsers: embedded?.maxUsers ?? null,
    },
    host: drillHost(embedded, SERVER_PROGRAM),
    folder: runs,
    pool,
    clock: systemClock,
    log,
  });
  const scenario = simulate === undefined && isShowcase(config, deployment) ? 'steady' : simulate;
  if (scenario)
    // Nobody asked for a record of it: it would push out the runs that somebody did ask for.
    simulator.start({ scenario, pool, keep: false }).catch((fault: unknown) => {
      log.error({ err: fault, scenario }, 'nobody is simulated');
    });
  return simulator;
}
