import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { docsPage, DOCS_STYLE } from './docs-page';

/** Describes every route that is registered after this, from the schemas that the routes have anyway. */
export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Switchboard',
        version,
        description:
          'The matching API of Switchboard: users join a queue, are paired, talk, and part. Refusals are problems of RFC 9457.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      tags: [
        { name: 'matching', description: 'What a web application calls for its users' },
        { name: 'admin', description: 'The operations of the console' },
        { name: 'observability', description: 'What machines watch the server by' },
      ],
      components: {
        securitySchemes: {
          bearer: { type: 'http', scheme: 'bearer' },
          key: { type: 'apiKey', in: 'header', name: 'x-api-key' },
        },
      },
      security: [{ bearer: [] }, { key: [] }, {}],
    },
    transform: jsonSchemaTransform,
  });
}

/** Serves the description, for programs and for people. */
export function descriptionRoutes(app: FastifyInstance): void {
  const open = { config: { open: true }, schema: { hide: true } };
  app.get('/openapi.json', open, (_request, reply) => reply.serializer(JSON.stringify).send(app.swagger()));
  app.get('/api/docs', open, (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(docsPage(app.swagger())),
  );
  app.get('/api/docs.css', open, (_request, reply) => reply.type('text/css; charset=utf-8').send(DOCS_STYLE));
}
