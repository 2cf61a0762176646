import type { Health } from '@shared/contract/session';
import { type ErrorCode, SwitchboardError } from '@shared/errors';
import { CONNECTION_RULES, type FailureContext, REPLY_RULES, UNKNOWN_OUTCOME } from './error-rules';
import type { RedisTarget } from './target';

/** The words by which a script of ours reports a key of another type (see `read.lua`). */
const SCRIPT_WRONG_TYPE = /SWITCHBOARD_WRONG_TYPE (\S+)/;

/**
 * Turns whatever a Redis client threw into one of the stable codes, with a sentence on what to try.
 * `details.reply` holds the original words, cleaned of secrets; the original error is not kept, because clients put
 * the arguments of commands, and so passwords, into theirs.
 */
export function translateRedisError(fault: unknown, context: FailureContext): SwitchboardError {
  if (fault instanceof SwitchboardError) return fault;
  const { code, message, answered } = describeFault(fault);
  const reply = withoutSecrets(message, context.secrets ?? []);
  const key = SCRIPT_WRONG_TYPE.exec(reply)?.[1] ?? context.key;
  const details = { reply, ...(key === undefined ? {} : { key }) };
  const rule = answered
    ? REPLY_RULES.find(({ pattern }) => pattern.test(reply))
    : CONNECTION_RULES.find(({ pattern }) => pattern.test(code) || pattern.test(reply));
  if (rule?.code === 'redis_away' && context.connecting)
    return new SwitchboardError('redis_wrong_server', sayClosedAtOnce(context), details);
  const words = inShort(reply);
  if (rule) return new SwitchboardError(rule.code, rule.say({ ...context, key }, words), details);
  return new SwitchboardError(
    'redis_failed',
    `Redis at ${context.address} ${answered ? 'answered with an error' : 'could not be used'}: ${words}`,
    details,
  );
}

/** An error's system code and words, and whether Redis said them. Of several addresses tried, the first counts. */
function describeFault(fault: unknown): { code: string; message: string; answered: boolean } {
  if (fault instanceof AggregateError && fault.errors.length > 0) return describeFault(fault.errors[0]);
  if (!(fault instanceof Error)) return { code: '', message: String(fault), answered: false };
  const code = 'code' in fault && typeof fault.code === 'string' ? fault.code : '';
  return { code, message: fault.message || code || fault.name, answered: fault.name === 'ReplyError' };
}

/** What was said as a part of a sentence: of a line of OpenSSL the words only, and no full stop. */
function inShort(reply: string): string {
  const openssl = /:SSL routines:[^:]*:([^:]+)/.exec(reply)?.[1];
  return (openssl ?? reply).trim().replace(/[.\s]+$/, '');
}

function sayClosedAtOnce({ address }: FailureContext): string {
  return `What answers at ${address} closed the connection at once. If it is a Redis, it may be stopping; otherwise check the port.`;
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce(
    (cleaned, secret) => (secret ? cleaned.replaceAll(secret, '[removed]') : cleaned),
    text,
  );
}

/**
 * Whether a refused PING still tells of a Redis that serves: one whose user may not PING, or whose disk is full (it
 * refuses PING along with every change, and reading works).
 */
export function isServedAllTheSame(fault: unknown): boolean {
  return fault instanceof Error && /^(NOPERM|MISCONF)\b/.test(fault.message);
}

/** Failures that mean that a server is not there, not that it refuses. */
const GONE: ReadonlySet<ErrorCode> = new Set([
  'redis_refused',
  'redis_timeout',
  'redis_unknown_host',
  'redis_away',
]);

/**
 * A server is gone that Sentinels or a cluster watch over: they will put another one in its place. Every other
 * failure stays what it is.
 */
export function whileReplaced(fault: unknown, target: RedisTarget): unknown {
  if (!(fault instanceof SwitchboardError) || !GONE.has(fault.code)) return fault;
  const watchers = target.endpoint.kind === 'sentinel' ? 'the Sentinels' : 'the other nodes of the cluster';
  return new SwitchboardError(
    'redis_failover',
    `A primary does not answer, and ${watchers} have not replaced it yet. It is asked again each second. ${fault.message.replace(` ${UNKNOWN_OUTCOME}`, '')}`,
    { ...fault.details, cause: fault.code },
  );
}

/** What a command gets while there is no connection. It has not been sent, and will not be. */
export function awayError(
  address: string,
  { status, lastError, nextAttemptAt, attempts }: Health,
): SwitchboardError {
  const what = {
    connecting: 'is not connected yet',
    ready: 'was lost just now',
    reconnecting: 'is away, and is tried again by itself',
    'gave-up': `is away, and was given up after ${attempts} attempts until somebody tries again`,
    closed: 'is closed',
  }[status];
  const why = lastError ? ` (${lastError.code})` : '';
  return new SwitchboardError(
    'redis_away',
    `Redis at ${address} ${what}${why}. Nothing was changed, and nothing is kept to run later.`,
    {
      status,
      cause: lastError?.code ?? null,
      nextAttemptAt,
    },
  );
}
