import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ErrorCode } from '@shared/errors';
import { type ApiCaller, type Authenticator, secretOf } from '../../api/authenticate';
import type { MatchingTrace } from '../../api/matching/matching-api';
import type { ApiServices } from '../../api/services';
import { newId } from '../../lib/ids';

/** What the API knows of a request while it is under way; the request log is written from it. */
export interface ApiRequest extends MatchingTrace {
  requestId: string;
  startedAt: number;
  caller: ApiCaller | null;
  code: ErrorCode | null;
  /** Written already, as an event stream is when it begins. */
  recorded: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set for every request of the API. */
    api: ApiRequest | null;
  }
  interface FastifyContextConfig {
    /** What the request log calls this route; routes without it are not logged. */
    endpoint?: string;
    /** The route can be used without a key. */
    open?: boolean;
  }
}

/** The request ids that callers may choose: short, printable, safe in a log line and a header. */
const REQUEST_ID = /^[A-Za-z0-9_-]{8,64}$/;

/** What writing a request down needs. */
export type Recorder = Pick<ApiServices, 'record' | 'now'>;

/** Gives every request of a scope its id, and writes it down when it has been answered. */
export function keepRequestState(app: FastifyInstance, recorder: Recorder): void {
  app.decorateRequest('api', null);

  app.addHook('onRequest', (request, reply, done) => {
    const wanted = header(request, 'x-request-id');
    const requestId = wanted !== undefined && REQUEST_ID.test(wanted) ? wanted : newId();
    request.api = {
      requestId,
      startedAt: recorder.now(),
      caller: null,
      code: null,
      user: null,
      pool: null,
      stateBefore: null,
      recorded: false,
    };
    void reply.header('x-request-id', requestId).header('cache-control', 'no-store');
    done();
  });

  app.addHook('onResponse', (request, reply, done) => {
    recordRequest(request, reply.statusCode, recorder);
    done();
  });
}

/** Finds out who calls, on every route of a scope that is not open. */
export function authenticateRequests(app: FastifyInstance, authenticator: Authenticator): void {
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.routeOptions.config.open !== true)
      stateOf(request).caller = authenticator.authenticate(() =>
        secretOf({ authorization: request.headers.authorization, apiKey: header(request, 'x-api-key') }),
      );
    done();
  });
}

/** Writes a request down, once. */
export function recordRequest(request: FastifyRequest, status: number, { record, now }: Recorder): void {
  const { endpoint } = request.routeOptions.config;
  const state = request.api;
  if (!state || state.recorded || endpoint === undefined) return;
  state.recorded = true;
  record({
    at: state.startedAt,
    endpoint,
    method: request.method,
    pool: state.pool,
    user: state.user,
    stateBefore: state.stateBefore,
    status,
    code: state.code,
    ms: now() - state.startedAt,
    requestId: state.requestId,
    caller: state.caller?.actor ?? '',
  });
}

/** The state of a request of the API. */
export function stateOf(request: FastifyRequest): ApiRequest {
  if (!request.api) throw new Error('a request of the API came without its state');
  return request.api;
}

/** Who calls; known on every route that is not open. */
export function callerOf(request: FastifyRequest): ApiCaller {
  const { caller } = stateOf(request);
  if (!caller) throw new Error('a request of the API came without its caller');
  return caller;
}

/** A header in one piece. */
export function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}
