import { createHash } from 'node:crypto';
import { z } from 'zod';
import { DEFAULT_POOL, pool, userId } from '@shared/contract/common';
import { SwitchboardError } from '@shared/errors';

/** What one part of a request (body, query or headers) says about who it concerns. */
export interface IdentityClaim {
  userId?: string | undefined;
  pool?: string | undefined;
}

/** Who a request concerns. */
export interface Identity {
  user: string;
  pool: string;
}

/** The headers that may stand for fields. */
export const identityHeaders = z.looseObject({
  'x-user-id': userId.optional(),
  'x-pool': pool.optional(),
  'idempotency-key': z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/, 'an idempotency key is 1 to 128 visible characters')
    .optional()
    .describe('Asking again with the same key within 30 s acts once and returns the first result.'),
});

/**
 * Joins what the parts of a request claim.
 * @throws SwitchboardError `bad_input` when nobody is named, or two parts name different ones
 */
export function identify(claims: readonly IdentityClaim[]): Identity {
  const user = only(
    'userId',
    claims.map((claim) => claim.userId),
  );
  if (user === undefined)
    throw new SwitchboardError(
      'bad_input',
      'Say which user this is about: "userId" in the body or the query, or the header x-user-id.',
      { faults: [{ path: 'userId', message: 'is missing' }] },
    );
  const named = only(
    'pool',
    claims.map((claim) => claim.pool),
  );
  return { user, pool: named ?? DEFAULT_POOL };
}

function only(field: string, claimed: (string | undefined)[]): string | undefined {
  const values = new Set(claimed.filter((value) => value !== undefined));
  if (values.size > 1)
    throw new SwitchboardError(
      'bad_input',
      `The body, the query and the headers name different values of "${field}": say it once.`,
      { faults: [{ path: field, message: 'has more than one value' }] },
    );
  return [...values][0];
}

/**
 * The transaction id for an idempotency key. It is bound to user and endpoint, so that nobody can ask for the result
 * of somebody else's request by its key.
 */
export function transactionOf(endpoint: string, { user, pool: name }: Identity, key: string): string {
  return createHash('sha256').update([endpoint, name, user, key].join('\n')).digest('base64url').slice(0, 32);
}
