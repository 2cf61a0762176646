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
  let made: unknown;
  const document = () => (made ??= withoutLooseEnds(app.swagger()));
  app.get('/openapi.json', open, (_request, reply) => reply.serializer(JSON.stringify).send(document()));
  app.get('/api/docs', open, (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(docsPage(document())),
  );
  app.get('/api/docs.css', open, (_request, reply) => reply.type('text/css; charset=utf-8').send(DOCS_STYLE));
}

const REFERENCE = '#/components/schemas/';

/**
 * The one schema that holds itself is that of any JSON value. The converter refers to it by a name that it does not
 * define; here such references say what they mean.
 */
function withoutLooseEnds(document: object): unknown {
  const components = 'components' in document ? (document.components as { schemas?: object }) : {};
  const defined = components.schemas ?? {};
  return JSON.parse(JSON.stringify(document), (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('$ref' in value)) return value;
    const { $ref: target } = value;
    const loose =
      typeof target === 'string' &&
      target.startsWith(REFERENCE) &&
      !Object.hasOwn(defined, target.slice(REFERENCE.length));
    return loose ? { description: 'Any JSON value.' } : value;
  }) as unknown;
}
