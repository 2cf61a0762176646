import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { type ErrorCode, SwitchboardError, toErrorBody } from '@shared/errors';
import { toProblem } from '../../api/problem';
import { newId } from '../../lib/ids';
import type { Logger } from '../../lib/log';

/** How many faults of an input are told at once. */
const FAULTS_TOLD = 10;

/** What the HTTP library refuses before a route sees it, in our words. */
const LIBRARY_FAULTS: Partial<Record<number, ErrorCode>> = {
  400: 'bad_input',
  404: 'not_found',
  413: 'payload_too_large',
  414: 'bad_input',
  415: 'unsupported_media_type',
  431: 'bad_input',
};
const WORDS: Partial<Record<ErrorCode, string>> = {
  bad_input:
    'The request could not be read: the body must be valid JSON in UTF-8, and the address well-formed.',
  payload_too_large: 'The body is too large: this endpoint needs a few hundred bytes at most.',
  unsupported_media_type: 'Send the body as application/json.',
};

/** Answers every failure of a scope as `application/problem+json`. */
export function answerInProblems(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler((fault: FastifyError | SwitchboardError, request, reply) => {
    const refusal = translate(fault);
    // What the pipeline refused it has logged, with the cause.
    if (refusal.code === 'internal' && refusal !== fault)
      log.error({ err: fault, requestId: request.api?.requestId }, 'a request failed');
    return sendProblem(request, reply, refusal);
  });
}

/** Sends a refusal with the headers that belong to it. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: SwitchboardError,
): FastifyReply {
  const requestId = request.api?.requestId ?? newId();
  if (request.api) request.api.code = refusal.code;
  const { status, problem, retryAfter } = toProblem(toErrorBody(refusal), requestId);
  if (retryAfter !== null) void reply.header('retry-after', retryAfter);
  if (status === 401) void reply.header('www-authenticate', 'Bearer realm="switchboard"');
  const { allow } = refusal.details;
  if (typeof allow === 'string') void reply.header('allow', allow);
  return reply.status(status).type('application/problem+json').send(problem);
}

function translate(fault: FastifyError | SwitchboardError): SwitchboardError {
  if (fault instanceof SwitchboardError) return fault;
  if (hasZodFastifySchemaValidationErrors(fault))
    return badInput(fault.validationContext ?? 'body', fault.validation);
  const code = LIBRARY_FAULTS[fault.statusCode ?? 500];
  return code
    ? new SwitchboardError(code, WORDS[code] ?? 'There is nothing at this address.', {}, { cause: fault })
    : new SwitchboardError('internal', toErrorBody(fault).message, {}, { cause: fault });
}

const PLACES: Record<string, string> = { querystring: 'The query is', headers: 'The headers are' };

function badInput(
  where: string,
  validation: readonly { instancePath: string; message?: string | undefined }[],
): SwitchboardError {
  const faults = validation.slice(0, FAULTS_TOLD).map(({ instancePath, message = 'is not valid' }) => ({
    path: instancePath.split('/').filter(Boolean).join('.'),
    message,
  }));
  const told = faults.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
  const more = validation.length - faults.length;
  return new SwitchboardError(
    'bad_input',
    `${PLACES[where] ?? `The ${where} is`} not valid: ${told}${more > 0 ? `; and ${more} more` : ''}.`,
    { faults },
  );
}
