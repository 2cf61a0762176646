import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { demandRole } from '../../api/authenticate';
import type { ApiServices } from '../../api/services';
import { callerOf } from './request-state';

const alive = z.object({ status: z.literal('alive'), uptimeS: z.number() });
const ready = z.object({
  status: z.enum(['ready', 'not-ready']),
  redis: z.string().describe('The state of the connection to Redis.'),
  since: z.number(),
});

/** What machines watch a server process by: is it alive, can it serve, how does it do. */
export function observabilityRoutes(app: FastifyInstance, services: ApiServices): void {
  const { metrics } = services;

  app.get('/healthz', {
    config: { open: true },
    schema: {
      tags: ['observability'],
      operationId: 'healthz',
      summary: 'Whether the process is alive; says nothing about Redis',
      response: { 200: alive },
    },
    handler: () => ({ status: 'alive', uptimeS: Math.round(process.uptime()) }),
  });

  app.get('/readyz', {
    config: { open: true },
    schema: {
      tags: ['observability'],
      operationId: 'readyz',
      summary: 'Whether the process can serve requests: 503 while Redis is away',
      response: { 200: ready, 503: ready },
    },
    handler: (_request, reply) => {
      const { status, since } = services.health();
      void reply.status(status === 'ready' ? 200 : 503);
      return { status: status === 'ready' ? 'ready' : 'not-ready', redis: status, since };
    },
  });

  app.get('/metrics', {
    schema: {
      tags: ['observability'],
      operationId: 'metrics',
      summary: 'The metrics of this process for Prometheus',
      response: {
        200: { description: 'Text format of Prometheus', content: { 'text/plain': { schema: z.string() } } },
      },
    },
    handler: async (request, reply) => {
      demandRole(callerOf(request), 'viewer', '"metrics"');
      const text = await metrics.scrape();
      return reply.type(metrics.contentType).serializer(String).send(text);
    },
  });
}
