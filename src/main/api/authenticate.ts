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
  /** @throws SwitchboardError `unauthenticated` without a secret that is known, where one is required */
  authenticate(secret: string | null): ApiCaller;
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
  const known = tokens.map(({ actor, role, secret }) => ({ caller: { actor, role }, digest: digest(secret) }));
  return {
    required: known.length > 0,
    authenticate(secret) {
      if (known.length === 0) return anonymous;
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
export function secretOf(headers: { authorization?: string | undefined; apiKey?: string | undefined }): string | null {
  if (headers.authorization === undefined) return headers.apiKey ?? null;
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization);
  if (bearer?.[1]) return bearer[1];
  throw new SwitchboardError('unauthenticated', 'Only "Authorization: Bearer KEY" is understood here.');
}

/** What the environment says about keys. */
export interface KeySettings {
  /** One key with every right, named `api`. */
  apiKey?: string | undefined;
  /** `name:role:secret`, separated by commas. */
  apiTokens?: string | undefined;
}

/**
 * Reads the keys of the environment.
 * @returns the tokens, and every fault in words that never repeat a secret
 */
export function readTokens({ apiKey, apiTokens }: KeySettings): { tokens: ApiToken[]; faults: string[] } {
  const tokens: ApiToken[] = [];
  const faults: string[] = [];
  const add = (where: string, token: ApiToken) => {
    const { min, max } = SECRET_LENGTH;
    if (token.secret.length < min || token.secret.length > max || /\s/.test(token.secret))
      faults.push(`${where}: a key is ${min} to ${max} characters without blanks`);
    else if (tokens.some((other) => other.secret === token.secret || other.actor === token.actor))
      faults.push(`${where}: each name and each key may stand once only`);
    else tokens.push(token);
  };
  if (apiKey) add('SWITCHBOARD_API_KEY', { actor: 'api', role: 'admin', secret: apiKey });
  for (const [index, entry] of (apiTokens ?? '').split(',').entries()) {
    if (entry.trim() === '') continue;
    const where = `SWITCHBOARD_API_TOKENS, entry ${index + 1}`;
    const [actor = '', role = '', ...rest] = entry.trim().split(':');
    const known = ROLES.find((one) => one === role);
    if (!NAME.test(actor) || !known || rest.length === 0)
      faults.push(`${where}: write name:role:key, with a role of ${ROLES.join(', ')}`);
    else add(where, { actor, role: known, secret: rest.join(':') });
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
export function demandKeyBeyondLoopback(host: string, authenticator: Pick<Authenticator, 'required'>): void {
  if (authenticator.required || isLoopback(host)) return;
  throw new SwitchboardError(
    'bad_input',
    `Switchboard does not listen on ${host} without a key: anyone who reaches it could move your users. Set SWITCHBOARD_API_KEY (at least ${SECRET_LENGTH.min} characters), or use --host 127.0.0.1.`,
  );
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
