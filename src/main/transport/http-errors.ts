import type { FastifyError, FastifyInstance } from 'fastify';
import { type Envelope, ERROR_CODES, type ErrorCode, SwitchboardError, toErrorBody } from '@shared/errors';
import { newId } from '../lib/ids';
import type { Logger } from '../lib/log';

/** What the HTTP library refuses before any route sees it, in our words. */
const LIBRARY_FAULTS: Partial<Record<number, { code: ErrorCode; message: string }>> = {
  400: { code: 'bad_input', message: 'The body is not valid JSON.' },
  // Also a path that leads out of the built page: it does not learn whether something is there.
  403: { code: 'not_found', message: 'There is nothing at this address.' },
  404: { code: 'not_found', message: 'There is nothing at this address.' },
  413: { code: 'payload_too_large', message: 'The body is larger than 1 MiB; send less at once.' },
  414: { code: 'bad_input', message: 'The address is too long.' },
  415: { code: 'unsupported_media_type', message: 'Send the body as application/json.' },
};

/** Answers every failure of the host with an envelope: no stack trace and no library's own format gets out. */
export function answerInEnvelopes(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler((fault: FastifyError | SwitchboardError, request, reply) => {
    const refusal = translate(fault);
    if (refusal.code === 'internal')
      log.error({ err: fault, url: request.url.split('?')[0] }, 'HTTP request failed');
    const envelope = toEnvelope(refusal);
    return reply
      .status(ERROR_CODES[refusal.code])
      .header('x-request-id', envelope.requestId)
      .header('cache-control', 'no-store')
      .send(envelope);
  });

  app.setNotFoundHandler((request) => {
    throw new SwitchboardError(
      'not_found',
      `There is nothing at ${request.method} ${request.url.split('?')[0]?.slice(0, 200)}.`,
    );
  });
}

function translate(fault: FastifyError | SwitchboardError): SwitchboardError {
  if (fault instanceof SwitchboardError) return fault;
  const known = LIBRARY_FAULTS[fault.statusCode ?? 500];
  return known
    ? new SwitchboardError(known.code, known.message, {}, { cause: fault })
    : new SwitchboardError('internal', toErrorBody(fault).message, {}, { cause: fault });
}

function toEnvelope(refusal: SwitchboardError): Envelope<never> {
  return { ok: false, error: toErrorBody(refusal), requestId: newId() };
}
