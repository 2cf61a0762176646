import type { FastifyInstance } from 'fastify';
import { ERROR_CODES } from '@shared/errors';
import type { ConsoleRoutesOptions } from './browser-host';

/** `POST /rpc/<operation>` with the input as JSON: the first verb over HTTP, answered by an envelope. */
export function rpcRoute(app: FastifyInstance, options: ConsoleRoutesOptions): void {
  app.post<{ Params: { operation: string } }>('/rpc/:operation', async (request, reply) => {
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort());
    const requestId = request.headers['x-request-id'];
    const envelope = await options.dispatcher.invoke(request.params.operation, request.body, {
      ...options.caller,
      host: 'http',
      signal: gone.signal,
      requestId: typeof requestId === 'string' ? requestId : undefined,
    });
    return reply
      .status(envelope.ok ? 200 : ERROR_CODES[envelope.error.code])
      .header('x-request-id', envelope.requestId)
      .header('cache-control', 'no-store')
      .send(envelope);
  });
}
