import type { Problem } from '@shared/contract/matching';
import { ERROR_CODES, type ErrorBody, type ErrorCode } from '@shared/errors';
import { isState, type State } from '@shared/states';

/** Seconds after which it makes sense to ask again, where nothing better is known. */
const RETRY_AFTER_S = 2;

/** A short name for people, by HTTP status. */
const TITLES: Record<number, string> = {
  400: 'Not understood',
  401: 'Who are you?',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Wrong method',
  409: 'Not in this state',
  413: 'Too large',
  415: 'Wrong content type',
  429: 'Too many requests',
  500: 'Our fault',
  503: 'Redis is away',
};

/** What a refusal needs beside its body. */
export interface ProblemReply {
  status: number;
  problem: Problem;
  /** Seconds for the Retry-After header, where asking again can help. */
  retryAfter: number | null;
}

/** A failure as `application/problem+json` (RFC 9457). Details that help a client to go on are lifted up. */
export function toProblem({ code, message, details }: ErrorBody, requestId: string): ProblemReply {
  const status = ERROR_CODES[code];
  const where = code === 'unknown_user' ? null : currentState(details);
  return {
    status,
    retryAfter: retryAfter(status, details),
    problem: {
      type: problemType(code),
      title: TITLES[status] ?? 'Refused',
      status,
      detail: message,
      code,
      requestId,
      ...(status === 409 ? { currentState: where, allowedStates: allowedStates(details) } : {}),
      ...(Array.isArray(details['faults']) && status === 400 ? { faults: faults(details['faults']) } : {}),
    },
  };
}

/** The URN that names a kind of problem for ever. */
export function problemType(code: ErrorCode): string {
  return `urn:switchboard:problem:${code.replaceAll('_', '-')}`;
}

function retryAfter(status: number, details: Record<string, unknown>): number | null {
  if (status !== 429 && status !== 503) return null;
  const given = details['retryAfterMs'];
  return typeof given === 'number' ? Math.max(1, Math.ceil(given / 1000)) : RETRY_AFTER_S;
}

/** Where the user is: told by the check before the script, or by the script itself. */
function currentState(details: Record<string, unknown>): State | null {
  const own = details['currentState'] ?? firstFault(details)?.['currentState'];
  return typeof own === 'string' && isState(own) ? own : null;
}

function allowedStates(details: Record<string, unknown>): State[] {
  const allowed = details['allowedStates'] ?? firstFault(details)?.['allowedStates'];
  return Array.isArray(allowed)
    ? allowed.filter((one): one is State => typeof one === 'string' && isState(one))
    : [];
}

function firstFault(details: Record<string, unknown>): Record<string, unknown> | undefined {
  const list = details['faults'];
  return Array.isArray(list) ? (list[0] as Record<string, unknown> | undefined) : undefined;
}

function faults(list: unknown[]): { path: string; message: string }[] {
  return list.map((fault) => {
    const { path, message } = fault as { path?: unknown; message?: unknown };
    return { path: typeof path === 'string' ? path : '', message: String(message) };
  });
}
