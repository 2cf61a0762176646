import fastify, { type FastifyInstance } from 'fastify';
import type { Health } from '@shared/contract/session';
import { type ApiToken, createAuthenticator } from '../../src/main/api/authenticate';
import { createDispatcher, type Handlers } from '../../src/main/api/dispatch';
import { actionHandlers } from '../../src/main/api/handlers/actions';
import { analyticsHandlers } from '../../src/main/api/handlers/analytics';
import { auditHandlers } from '../../src/main/api/handlers/audit';
import { integrityHandlers } from '../../src/main/api/handlers/integrity';
import { metadataHandlers } from '../../src/main/api/handlers/metadata';
import { journalHandlers } from '../../src/main/api/handlers/journal';
import { requestHandlers } from '../../src/main/api/handlers/requests';
import { serviceHandlers } from '../../src/main/api/handlers/service';
import { userHandlers } from '../../src/main/api/handlers/users';
import { type ApiServices, createApiServices } from '../../src/main/api/services';
import { Engine } from '../../src/main/engine/engine';
import type { EngineSettings } from '../../src/main/engine/settings';
import { RequestLogs } from '../../src/main/journal/request-logs';
import { systemClock } from '../../src/main/lib/clock';
import { type Logger, silentLogger } from '../../src/main/lib/log';
import { createIoredisStore } from '../../src/main/redis/ioredis-store';
import { apiPlugin } from '../../src/main/transport/http/api-plugin';
import { createFakeBackEnd } from './contract-fakes';
import type { TestStore } from './store';

/** A server process's API on a test's own Redis, without the console. */
export interface ApiServer {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly engine: Engine;
  readonly services: ApiServices;
  readonly app: FastifyInstance;
  /** Waits until every request so far stands in the log. */
  flushLogs(): Promise<void>;
  stop(): Promise<void>;
}

export interface ApiServerOptions {
  tokens?: readonly ApiToken[];
  origins?: readonly string[];
  log?: Logger;
  /** Handlers of the console's operations beside those of the request log. */
  handlers?: Partial<Handlers>;
  /** What readiness and metrics hear about the connection. */
  connection?: 'ready' | 'reconnecting';
  /** A process that only watches. */
  readOnly?: boolean;
  /** Pair people as they come; otherwise a test pairs them itself. */
  matching?: boolean;
  /** Sweep too, as a server process does. */
  sweeping?: boolean;
  /** Check every answer against its schema; costs time. */
  checkOutputs?: boolean;
  settings?: Partial<EngineSettings>;
  /** A port of the test's own choice; a free one when missing. */
  port?: number;
  /** The pool in which it pairs and sweeps; the default one otherwise. */
  pool?: string;
}

/** Serves the API on a free port. */
export async function startApiServer(
  redis: Pick<TestStore, 'store' | 'client' | 'url'>,
  options: ApiServerOptions = {},
): Promise<ApiServer> {
  const { store } = redis;
  const log = options.log ?? silentLogger;
  const clock = systemClock;
  const engine = new Engine({ store, log, settings: options.settings ?? {} });
  const requestLogs = new RequestLogs({ store, log, clock, statsTtlMs: engine.settings.statsTtlMs });
  const fakes = createFakeBackEnd();
  const connection = options.connection ?? 'ready';
  const health = (): Health => ({
    ...{ status: connection, since: 0, attempts: 0, maxAttempts: 10, nextAttemptAt: null },
    lastError: null,
    roundTripMs: 1,
    server: { version: '7.0.15', topology: 'standalone', memoryBytes: 1, clockOffsetMs: 0 },
  });
  const dispatcher = createDispatcher({
    handlers: {
      ...fakes.handlers,
      ...journalHandlers(engine),
      ...actionHandlers(engine),
      ...auditHandlers(engine),
      ...integrityHandlers(engine),
      ...metadataHandlers(engine),
      ...userHandlers(engine),
      ...requestHandlers(requestLogs, clock),
      ...analyticsHandlers(engine, requestLogs),
      ...serviceHandlers({ engine, health, logControl: { level: 'silent' }, clock, version: '0' }),
      ...options.handlers,
    },
    checkOutputs: true,
    record: ({ pool = 'default', ...action }) => engine.pool(pool).audit.record(action),
    publishers: fakes.publishers,
    deployment: () => ({ readOnly: false, connection }),
    log,
  });
  const services = createApiServices({
    ...{ engine, store, dispatcher, requestLogs, log, clock },
    readOnly: options.readOnly ?? false,
    authenticator: createAuthenticator({
      tokens: options.tokens ?? [],
      anonymous: { actor: 'api', role: 'admin' },
    }),
    async openBlocking() {
      const client = redis.client.duplicate({ lazyConnect: true });
      await client.connect();
      const own = createIoredisStore({
        layout: 'single',
        client: () => client,
        failure: { address: redis.url },
      });
      return { command: own.command.bind(own), close: () => client.disconnect() };
    },
    health,
  });
  const app = fastify({ forceCloseConnections: true, exposeHeadRoutes: false });
  await app.register(apiPlugin, {
    services,
    version: '0.0.0',
    origins: options.origins ?? [],
    checkOutputs: options.checkOutputs ?? true,
  });
  const url = await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  const { matcher, sweeper } = engine.pool(options.pool);
  if (options.matching) matcher.start();
  if (options.sweeping) sweeper.start();
  return {
    url,
    engine,
    services,
    app,
    flushLogs: () => requestLogs.flush(),
    async stop() {
      await app.close();
      await engine.stop();
      await services.stop();
    },
  };
}
