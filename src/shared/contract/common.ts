import { z } from 'zod';
import { STATES } from '../states';
import { ROLES } from './define';

/** Milliseconds since the epoch by the clock of the Redis server, unless said otherwise. */
export const timestamp = z.number().int().nonnegative();

/** A length of time in milliseconds. */
export const duration = z.number().nonnegative();

/** A number of things. */
export const count = z.number().int().nonnegative();

export const state = z.enum(STATES);

/** A state, or null for a user who is in no set. */
export const stateOrUnknown = state.nullable();

export const role = z.enum(ROLES);

/** What ids a user may have, in words. */
export const ID_RULE =
  'a user id is 1 to 128 letters, digits or any of . _ ~ @ + = | - (no blanks, colons or braces)';

/**
 * Who a user is: 1 to 128 letters, digits or `. _ ~ @ + = | -`. Colons, braces, blanks and control characters
 * are refused, so that no id can reach a key of another kind.
 */
export const userId = z.string().regex(/^[A-Za-z0-9._~@+=|-]{1,128}$/, ID_RULE);

/** The name of the pool whose keys are the classic ones. */
export const DEFAULT_POOL = 'default';

/** A separate queue: region, language, product. */
export const pool = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9_-]{0,31}$/,
    'a pool is 1 to 32 small letters, digits, - or _, starting with a letter or digit',
  );

/** A transaction id: asking again with the same one within 30 s returns the first result. */
export const transactionId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{8,64}$/, 'a transaction id is 8 to 64 letters, digits, - or _');

/** Why an operator did something; kept in the audit trail. */
export const reason = z.string().trim().min(3, 'say why, in at least 3 characters').max(500);

/** The input of operations that take none. */
export const nothing = z.strictObject({}).default({});

/** The input of operations that concern one pool. */
export const inPool = z.strictObject({ pool: pool.default(DEFAULT_POOL) });
