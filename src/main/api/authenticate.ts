import { createHash, timingSafeEqual } from 'node:crypto';
import { type Role, ROLES, roleIncludes } from '@shared/contract/define';
import { SwitchboardError } from '@shared/errors';

/** Who calls the API. */
export interface ApiCaller {
  /** The name that log and audit entries carry. */
  actor: string;
  role: Role;
}

/** One secret that lets a program in. */
export interface ApiToken extends ApiCaller {
  secret: string;
}

/** Decides who a caller is. */
export interface Authenticator {
  /** Whether a secret must be shown at all. */
  readonly required: boolean;
  /**
   * @param shown reads the secret of the request; not called where none is required
   * @throws SwitchboardError `unauthenticated` without a secret that is known
   */
  authenticate(shown: () => string | null): ApiCaller;
}

export interface AuthenticatorOptions {
  tokens: readonly ApiToken[];
  /** Who a caller without a secret is, while no token exists. */
  anonymous: ApiCaller;
}

/** Shorter secrets can be guessed. */
const SECRET_LENGTH = { min: 16, max: 512 };
const NAME = /^[A-Za-z0-9._@-]{1,64}$/;

/** Decides by tokens; without any, everybody who can reach the port is `anonymous`. */
export function createAuthenticator({ tokens, anonymous }: AuthenticatorOptions): Authenticator {
  const known = tokens.map(({ actor, role, secret }) => ({
    caller: { actor, role },
    digest: digest(secret),
  }));
  return {
    required: known.length > 0,
    authenticate(readSecret) {
      if (known.length === 0) return anonymous;
      const secret = readSecret();
      const shown = digest(secret ?? '');
      let found: ApiCaller | null = null;
      // Every token is compared, each in constant time: how long it takes tells nothing about any of them.
      for (const token of known) if (timingSafeEqual(token.digest, shown)) found = token.caller;
      if (secret !== null && found) return found;
      throw new SwitchboardError(
        'unauthenticated',
        secret === null
          ? 'This server wants a key: send "Authorization: Bearer KEY" or "x-api-key: KEY".'
          : 'This key is not known here. Ask whoever runs the server for a current one.',
      );
    },
  };
}

/** @throws SwitchboardError `forbidden` when a caller has too small a role */
export function demandRole(caller: ApiCaller, needed: Role, what: string): void {
  if (roleIncludes(caller.role, needed)) return;
  throw new SwitchboardError(
    'forbidden',
    `${what} needs the role ${needed}, and the key of "${caller.actor}" has the role ${caller.role}.`,
    { needed, role: caller.role },
  );
}

/**
 * The secret of a request, from `Authorization: Bearer …` or `x-api-key`; null when none was shown.
 * @throws SwitchboardError `unauthenticated` for another scheme, so that nobody wonders why a key is not seen
 */
export function secretOf(headers: {
  authorization?: string | undefined;
  apiKey?: string | undefined;
}): string | null {
  if (headers.authorization === undefined) return headers.apiKey ?? null;
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization);
  if (bearer?.[1]) return bearer[1];
  throw new SwitchboardError('unauthenticated', 'Only "Authorization: Bearer KEY" is understood here.');
}

/**
 * Reads tokens as the environment gives them: `name:role:key`, separated by commas.
 * @returns the tokens, and every fault in words that never repeat a key
 */
export function readTokens(text: string): { tokens: ApiToken[]; faults: string[] } {
  const tokens: ApiToken[] = [];
  const faults: string[] = [];
  for (const [index, entry] of text.split(',').entries()) {
    const [actor = '', role = '', ...rest] = entry.trim().split(':');
    const secret = rest.join(':');
    const known = ROLES.find((one) => one === role);
    if (!NAME.test(actor) || !known) faults.push(`entry ${index + 1}: write name:role:key`);
    else if (secret.length < SECRET_LENGTH.min || secret.length > SECRET_LENGTH.max || /\s/.test(secret))
      faults.push(`entry ${index + 1}: a key is ${SECRET_LENGTH.min} characters or more, without blanks`);
    else if (tokens.some((other) => other.secret === secret || other.actor === actor))
      faults.push(`entry ${index + 1}: each name and each key may stand once only`);
    else tokens.push({ actor, role: known, secret });
  }
  return { tokens, faults };
}

/** Whether an address is this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Refuses to be reachable by other machines without a key.
 * @throws SwitchboardError `bad_input` saying what to set
 */
export function demandKeyBeyondLoopback(host: string, keyRequired: boolean): void {
  if (keyRequired || isLoopback(host)) return;
  throw new SwitchboardError(
    'bad_input',
    `Switchboard does not listen on ${host} without a key: anyone who reaches it could move your users. Set SWITCHBOARD_API_KEY (at least ${SECRET_LENGTH.min} characters), or use --host 127.0.0.1.`,
  );
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
