import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';
import { SwitchboardError } from '@shared/errors';
import { checkOrigin } from '../origin-guard';

export interface CrossOriginOptions {
  /** Pages of which other origins may call the API from a browser; none by default. */
  origins: readonly string[];
  /** Names under which this server is reached beside localhost and IP addresses. */
  allowedHosts: readonly string[];
  /** Whether callers must show a key. A page cannot know it, so that foreign names in Host are harmless then. */
  keyRequired: boolean;
}

/**
 * Lets pages of the allowed origins in, and no other. Without this any page that a developer visits could send
 * beacons to a server on that developer's machine.
 */
export async function guardOrigins(app: FastifyInstance, options: CrossOriginOptions): Promise<void> {
  const { origins, allowedHosts, keyRequired } = options;
  app.addHook('onRequest', (request, _reply, done) => {
    const { host, origin } = request.headers;
    const allowed = origin !== undefined && origins.includes(origin);
    if (!keyRequired)
      checkOrigin(allowed ? { host } : { host, origin }, allowedHosts, { originRequired: false });
    else if (origin !== undefined && !allowed && !isOwnOrigin(origin, host))
      throw new SwitchboardError(
        'forbidden',
        'Pages of this origin may not call the API. Allow it in SWITCHBOARD_API_ORIGINS, or call from your own server.',
      );
    done();
  });
  if (origins.length === 0) return;
  await app.register(cors, {
    origin: [...origins],
    methods: ['GET', 'POST'],
    allowedHeaders: [
      ...['content-type', 'authorization', 'x-api-key', 'x-user-id', 'x-pool'],
      ...['x-request-id', 'idempotency-key', 'last-event-id'],
    ],
    exposedHeaders: ['x-request-id', 'retry-after'],
    maxAge: 600,
  });
}

function isOwnOrigin(origin: string, host: string | undefined): boolean {
  return host !== undefined && /^https?:\/\/([^/]+)$/.exec(origin.toLowerCase())?.[1] === host.toLowerCase();
}
