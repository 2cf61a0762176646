import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type OperationName, operations } from '@shared/contract';
import { problem } from '@shared/contract/matching';
import { SwitchboardError } from '@shared/errors';
import { ADMIN_PREFIX, ADMIN_ROUTES, type AdminRoute } from '../../api/admin-routes';
import type { ApiServices } from '../../api/services';
import { readQuery } from './query-values';
import { callerOf, stateOf } from './request-state';

/** More than any operation needs, in bytes: lists of some thousand users. */
const BODY_LIMIT = 1024 * 1024;

/**
 * Serves the console's operations over HTTP: the well-known ones at addresses of their own, and every one by its
 * name. Checks, roles and the audit trail are those of the console, because the same pipeline does them.
 */
export function adminRoutes(app: FastifyInstance, services: ApiServices): void {
  for (const route of ADMIN_ROUTES) add(app, services, route);

  app.post<{ Params: { operation: string } }>(`${ADMIN_PREFIX}/operations/:operation`, {
    config: { endpoint: 'admin/operations' },
    bodyLimit: BODY_LIMIT,
    validatorCompiler: acceptAnything,
    schema: {
      tags: ['admin'],
      operationId: 'operation',
      summary: 'Any operation of the console by its name, with its input as the body',
      params: z.object({ operation: z.enum(Object.keys(operations) as [OperationName, ...OperationName[]]) }),
      body: z.looseObject({}),
      response: { 200: z.unknown(), default: problems },
    },
    handler: (request, reply) =>
      answer(services, request.params.operation, request.body ?? {}, request, reply),
  });
}

/** The pipeline validates, for every wire alike; here the schemas only describe. */
const acceptAnything = () => (value: unknown) => ({ value });

const problems = {
  description: 'Every refusal, as a problem of RFC 9457',
  content: { 'application/problem+json': { schema: problem } },
};

function add(app: FastifyInstance, services: ApiServices, route: AdminRoute): void {
  const { method, path, operation } = route;
  const spec = operations[operation];
  app.route({
    method,
    url: ADMIN_PREFIX + path.replaceAll(/\{(\w+)\}/g, ':$1'),
    config: { endpoint: `admin/${operation}` },
    bodyLimit: BODY_LIMIT,
    validatorCompiler: acceptAnything,
    schema: {
      tags: ['admin'],
      operationId: operation.replace(/\.(\w)/, (_, letter: string) => letter.toUpperCase()),
      summary: spec.summary,
      description: `Needs the role ${spec.access}.`,
      ...describeInput(route),
      response: { 200: spec.output, default: problems },
    },
    handler: (request, reply) => {
      const input = {
        ...(method === 'GET' ? readQuery(spec.input, request.query) : (request.body ?? {})),
        ...(request.params as Record<string, string>),
      };
      return answer(services, operation, input, request, reply);
    },
  });
}

/** Query or body without what the path says. */
function describeInput({ method, path, operation }: AdminRoute): Record<string, z.ZodType> {
  const { input } = operations[operation];
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const object = input instanceof z.ZodDefault ? input.unwrap() : input;
  if (!(object instanceof z.ZodObject)) return {};
  const { shape } = object as z.ZodObject;
  const said = new Set(inPath);
  const rest = Object.entries(shape).filter(([name]) => !said.has(name));
  const params = inPath.length > 0 ? { params: z.object(pick(shape, inPath)) } : {};
  if (rest.length === 0) return params;
  const described = z.object(Object.fromEntries(rest));
  return { ...params, [method === 'GET' ? 'querystring' : 'body']: flatten(described, method) };
}

function pick(shape: Record<string, z.core.$ZodType>, names: string[]): Record<string, z.core.$ZodType> {
  return Object.fromEntries(names.map((name) => [name, shape[name] ?? z.string()]));
}

/** In a query the fields of a filter stand beside the others. */
function flatten(object: z.ZodObject, method: AdminRoute['method']): z.ZodObject {
  if (method !== 'GET') return object;
  const { filter, ...rest } = object.shape as Record<string, z.ZodType>;
  const inner = filter instanceof z.ZodDefault ? (filter.unwrap() as z.ZodType) : filter;
  if (!(inner instanceof z.ZodObject)) return object;
  return z.object({ ...rest, ...(inner.shape as Record<string, z.ZodType>) });
}

async function answer(
  { dispatcher }: ApiServices,
  operation: string,
  input: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const state = stateOf(request);
  noteSubject(request, input);
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const envelope = await dispatcher.invoke(operation, input, {
    ...callerOf(request),
    host: 'http',
    requestId: state.requestId,
    signal: gone.signal,
  });
  if (envelope.ok) return envelope.value;
  const { code, message, details } = envelope.error;
  throw new SwitchboardError(code, message, details);
}

/** For the request log: whom and which pool the request names, if its input is of that form. */
function noteSubject(request: FastifyRequest, input: unknown): void {
  const subject = z.object({ user: z.string().max(128).optional(), pool: z.string().max(32).optional() });
  const { data } = subject.safeParse(input);
  Object.assign(stateOf(request), { user: data?.user ?? null, pool: data?.pool ?? null });
}
