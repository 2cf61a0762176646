import { isIPv6 } from 'node:net';
import fastify, { type FastifyInstance } from 'fastify';
import { SwitchboardError } from '@shared/errors';
import type { Dispatcher } from '../api/dispatch';
import type { Caller } from '../api/pipeline';
import type { Logger } from '../lib/log';
import { pageHeaders } from '../lib/page-headers';
import { type BrowserSessions, createBrowserSessions } from './browser-sessions';
import { answerInEnvelopes } from './http-errors';
import { checkOrigin } from './origin-guard';
import { pageRoutes, sessionCookieOf } from './page-routes';
import { rpcRoute } from './rpc-route';
import { acceptSockets, socketRoute } from './socket-route';

/** The largest body that a request may have, in bytes. */
const BODY_LIMIT = 1024 * 1024;

/** How long a request may take to arrive as a whole (ms). */
const REQUEST_TIMEOUT_MS = 15_000;

/** What the routes of the console need. */
export interface ConsoleRoutesOptions {
  dispatcher: Dispatcher;
  /** In whose name browsers act: whoever was given the printed address. */
  caller: Pick<Caller, 'actor' | 'role'>;
  log: Logger;
}

export interface BrowserHostOptions extends ConsoleRoutesOptions {
  /** The address to listen on; anything but a loopback address opens the console to the network. */
  host: string;
  /** 0 takes a free port. */
  port: number;
  /** Further names under which the console is reached (behind a proxy), without a port. */
  allowedHosts?: readonly string[];
  /** The built renderer, or null to serve no page. */
  rendererRoot: string | null;
  /** Adds further routes, such as the API; they judge by themselves who may call them. */
  extend?: (app: FastifyInstance) => Promise<void>;
  /** Told an address for the next browser, each time one has been used. */
  onFreshAddress?: (address: string) => void;
}

/** The console, served to browsers on this machine. */
export interface BrowserHost {
  /** Where a browser gets in, once: it holds a one-time token. Without a page to show, just where the server is. */
  address: string;
  port: number;
  /** Ends every connection and stops listening. */
  close: () => Promise<void>;
}

/** Starts serving. @throws the error of `listen` (such as EADDRINUSE) when the address cannot be had */
export async function startBrowserHost(options: BrowserHostOptions): Promise<BrowserHost> {
  const { host, log, onFreshAddress } = options;
  const sessions = createBrowserSessions();
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    // A HEAD of the printed address (a link preview) must not spend its token.
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 16_384 },
    logger: false,
  });
  const port = () => {
    const [bound] = app.addresses();
    return typeof bound === 'object' ? bound.port : options.port;
  };
  const origin = () => `http://${shownHost(host)}:${port()}`;
  const freshAddress = () => `${origin()}/?token=${sessions.issueToken()}`;

  await acceptSockets(app, log);
  answerInEnvelopes(app, log);
  guardEveryRequest(app, [host, ...(options.allowedHosts ?? [])]);
  await app.register(async (scope) => {
    requireSession(scope, sessions, port);
    rpcRoute(scope, options);
    socketRoute(scope, options);
    if (options.rendererRoot !== null)
      await pageRoutes(scope, {
        root: options.rendererRoot,
        sessions,
        port,
        onTokenSpent: () => onFreshAddress?.(freshAddress()),
      });
  });

  await options.extend?.(app);

  await app.listen({ host, port: options.port });
  if (!isLoopback(host))
    log.warn({ host, port: port() }, 'the console is open to the network, without encryption');
  return {
    address: options.rendererRoot === null ? origin() : freshAddress(),
    port: port(),
    close: () => app.close(),
  };
}

function guardEveryRequest(app: FastifyInstance, allowedHosts: readonly string[]): void {
  // Pages send and read JSON only. Text would be a way around the browser's check before a foreign page's POST.
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.routeOptions.config.judgesOrigin !== true)
      checkOrigin(request.headers, allowedHosts, { originRequired: request.headers.upgrade !== undefined });
    done();
  });
  const headers = pageHeaders();
  app.addHook('onSend', (_request, reply, _payload, done) => {
    void reply.headers(headers);
    done();
  });
}

/** Lets only browsers through that have come in with a token; the front door itself decides for itself. */
function requireSession(scope: FastifyInstance, sessions: BrowserSessions, port: () => number): void {
  scope.addHook('onRequest', (request, _reply, done) => {
    const secret = sessionCookieOf(request.headers.cookie, port());
    const open = request.routeOptions.config.frontDoor === true;
    if (!open && !(secret && sessions.isKnown(secret)))
      throw new SwitchboardError(
        'unauthenticated',
        'This browser is not signed in here, or Switchboard has been restarted since. Open the address that its terminal shows.',
      );
    done();
  });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

/** The host as it stands in an address that works on this machine. */
function shownHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return isIPv6(host) ? `[${host}]` : host;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route that lets browsers in; it does its own checking. */
    frontDoor?: boolean;
    /** The route judges Host and Origin by its own rules. */
    judgesOrigin?: boolean;
  }
}
