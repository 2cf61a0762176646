import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { identityBody, problem } from '@shared/contract/matching';
import { SwitchboardError } from '@shared/errors';
import {
  type EndpointName,
  endpointConfig,
  MATCHING_PREFIX,
  type EndpointConfig,
} from '../../api/matching/endpoints';
import { identify, type Identity, type IdentityClaim, identityHeaders } from '../../api/matching/identity';
import type { MatchingRequest } from '../../api/matching/matching-api';
import type { ApiServices } from '../../api/services';
import { streamEvents } from './event-stream';
import { withRateLimits } from './rate-limits';
import { callerOf, header, stateOf } from './request-state';

/** More than any body of these endpoints needs, in bytes. */
const BODY_LIMIT = 4 * 1024;

/** Every method that a client could try on a path. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** Serves the matching API. */
export async function matchingRoutes(app: FastifyInstance, services: ApiServices): Promise<void> {
  await withRateLimits(app, { counter: services.counter, identityOf }, (scope, endpoint, rateLimit) => {
    const config = endpointConfig(endpoint);
    if (!config.beacon) return add(scope);
    void scope.register((inner, _options, done) => {
      acceptBeacons(inner);
      add(inner);
      done();
    });

    function add(target: FastifyInstance): void {
      target.withTypeProvider<ZodTypeProvider>().route({
        method: config.method,
        url: `${MATCHING_PREFIX}/${config.path}`,
        config: { endpoint, rateLimit },
        bodyLimit: BODY_LIMIT,
        schema: schemaOf(endpoint, config),
        preValidation: (request, _reply, done) => {
          // Nothing in the body is the same as an empty one: the user may stand in query or headers.
          if (config.method === 'POST') request.body ??= {};
          done();
        },
        handler: (request, reply) => answer(services, endpoint, request, reply),
      });
      refuseOtherMethods(target, `${MATCHING_PREFIX}/${config.path}`, [config.method], endpoint);
    }
  });
}

/** Answers every other method of a path with 405 and what is allowed. */
export function refuseOtherMethods(
  app: FastifyInstance,
  url: string,
  allowed: readonly string[],
  endpoint: string,
): void {
  const allow = allowed.join(', ');
  app.route({
    method: METHODS.filter((method) => !allowed.includes(method)),
    url,
    config: { endpoint, open: true },
    schema: { hide: true },
    handler: (request) => {
      throw new SwitchboardError(
        'method_not_allowed',
        `${request.method} is not possible here, only ${allow}.`,
        {
          allow,
        },
      );
    },
  });
}

function schemaOf(
  endpoint: EndpointName,
  { method, input, output, summary, description, states, check }: EndpointConfig,
) {
  return {
    tags: ['matching'],
    operationId: endpoint.replace(/-(\w)/, (_, letter: string) => letter.toUpperCase()),
    summary,
    description: [description, `Possible in: ${states.join(', ')}.`, check?.rule]
      .filter(Boolean)
      .join('\n\n'),
    headers: identityHeaders,
    ...(method === 'POST' ? { body: input, querystring: identityBody } : { querystring: input }),
    response: {
      200: output ?? {
        description: 'A stream of events; the data of each is JSON as described.',
        content: { 'text/event-stream': { schema: z.string() } },
      },
      default: {
        description: 'Every refusal, as a problem of RFC 9457',
        content: { 'application/problem+json': { schema: problem } },
      },
    },
  };
}

async function answer(
  services: ApiServices,
  endpoint: EndpointName,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const config = endpointConfig(endpoint);
  const input = config.method === 'POST' ? request.body : request.query;
  const asked: MatchingRequest = {
    endpoint,
    input,
    claims: claimsOf(request),
    caller: callerOf(request),
    requestId: stateOf(request).requestId,
    idempotencyKey: header(request, 'idempotency-key'),
    beacon: config.beacon && isBeacon(request, input),
    client: { ip: request.ip, userAgent: header(request, 'user-agent') },
  };
  if (endpoint === 'events') return streamEvents(services, asked, request, reply);
  return services.matching.call(asked, stateOf(request));
}

function identityOf(request: FastifyRequest): Identity {
  return identify(claimsOf(request));
}

/** What body, query and headers say; each was validated before. */
function claimsOf(request: FastifyRequest): IdentityClaim[] {
  return [
    request.body ?? {},
    request.query as IdentityClaim,
    { userId: header(request, 'x-user-id'), pool: header(request, 'x-pool') },
  ];
}

/** Browsers send a page's last words as text, or without any content type. */
function isBeacon(request: FastifyRequest, input: unknown): boolean {
  const type = request.headers['content-type'];
  const said = typeof input === 'object' && input !== null && 'beacon' in input ? input.beacon : undefined;
  return said === true || (said !== false && (type === undefined || type.startsWith('text/plain')));
}

/** Takes text and bodies without a content type, and reads them as JSON when there is anything in them. */
function acceptBeacons(app: FastifyInstance): void {
  app.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    const type = request.headers['content-type'];
    if (type !== undefined && !type.startsWith('text/plain'))
      return done(
        new SwitchboardError(
          'unsupported_media_type',
          'Send the body as application/json, or as text/plain from navigator.sendBeacon.',
        ),
      );
    const text = String(body).trim();
    const parsed = text === '' ? {} : parseJson(text);
    if (parsed !== undefined) return done(null, parsed);
    return done(
      new SwitchboardError('bad_input', 'A beacon holds JSON, such as {"userId":"ada"}, or nothing.'),
    );
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // told as a bad request
  }
}
