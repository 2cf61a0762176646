import rateLimit, { type RateLimitOptions } from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { SwitchboardError } from '@shared/errors';
import type { SharedCounter } from '../../api/shared-counter';
import {
  type EndpointConfig,
  type EndpointName,
  ENDPOINTS,
  endpointConfig,
} from '../../api/matching/endpoints';
import type { Identity } from '../../api/matching/identity';

/** How many users' counts one process remembers for each endpoint. */
const REMEMBERED_USERS = 50_000;

type Answer = (fault: Error | null, result?: { current: number; ttl: number }) => void;

/** Counts in Redis, for every process together. The key says endpoint, pool and user. */
function sharedStore(counter: SharedCounter) {
  return class SharedStore {
    incr(key: string, answer: Answer, windowMs: number): void {
      const [endpoint = '', pool = '', user = ''] = key.split(' ');
      counter.hit(pool, endpoint, user, windowMs).then(
        ({ times, ttlMs }) => answer(null, { current: times, ttl: ttlMs }),
        (fault: unknown) => answer(fault instanceof Error ? fault : new Error(String(fault))),
      );
    }

    child(): SharedStore {
      return this;
    }
  };
}

export interface RateLimitsOptions {
  counter: SharedCounter;
  identityOf: (request: FastifyRequest) => Identity;
}

/**
 * Registers the matching endpoints in two scopes by how they are counted: in Redis where a limit protects the
 * state of users, in the process where it only protects the process.
 * @param register adds one endpoint with the route options that limit it
 */
export async function withRateLimits(
  app: FastifyInstance,
  { counter, identityOf }: RateLimitsOptions,
  register: (scope: FastifyInstance, endpoint: EndpointName, limit: RateLimitOptions) => void,
): Promise<void> {
  for (const shared of [true, false]) {
    await app.register(async (scope) => {
      await scope.register(rateLimit, {
        global: false,
        hook: 'preHandler',
        cache: REMEMBERED_USERS,
        // While Redis is away the request itself tells so.
        skipOnError: true,
        keyGenerator: (request) => {
          const { pool, user } = identityOf(request);
          return [request.routeOptions.config.endpoint, pool, user].join(' ');
        },
        errorResponseBuilder: (_request, { max, ttl }) =>
          new SwitchboardError(
            'rate_limited',
            `This user may call this endpoint ${max} times in a while, and has: wait ${Math.ceil(ttl / 1000)} s.`,
            { retryAfterMs: ttl },
          ),
        ...(shared ? { store: sharedStore(counter) } : {}),
      });
      for (const endpoint of ENDPOINTS) {
        const config = endpointConfig(endpoint);
        if (config.rateLimit.shared === shared) register(scope, endpoint, limitOf(config));
      }
    });
  }
}

function limitOf({ rateLimit: { max, perMs } }: EndpointConfig): RateLimitOptions {
  return { max, timeWindow: perMs };
}
