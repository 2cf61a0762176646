import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 bits of chance, safe in an address and in a cookie. */
const newSecret = () => randomBytes(32).toString('base64url');

const digest = (secret: string) => createHash('sha256').update(secret).digest();

/**
 * Who may see the console in a browser. The address printed by the process holds a token that lets one browser
 * in, once; that browser gets a cookie, and the process prints an address with a fresh token for the next one.
 * Tokens and sessions live as long as the process; only their digests are kept.
 */
export interface BrowserSessions {
  /** A token that lets one more browser in; the one issued before no longer does. */
  issueToken: () => string;
  /** Spends the token. @returns the secret for the browser's cookie, or null when the token is wrong or spent */
  redeem: (token: string) => string | null;
  /** Whether a cookie's secret belongs to a session of this process. */
  isKnown: (secret: string) => boolean;
}

/** Sessions of one process; nobody is let in before a token is issued. */
export function createBrowserSessions(): BrowserSessions {
  const sessions = new Set<string>();
  let openToken: Buffer | null = null;

  return {
    issueToken() {
      const token = newSecret();
      openToken = digest(token);
      return token;
    },
    redeem(token) {
      // Digests are of one length and are compared in constant time: how long it takes tells nothing.
      if (!openToken || !timingSafeEqual(openToken, digest(token))) return null;
      openToken = null;
      const secret = newSecret();
      sessions.add(digest(secret).toString('hex'));
      return secret;
    },
    // Looked up by digest: the time it takes says nothing about the secret that would be right.
    isKnown: (secret) => sessions.has(digest(secret).toString('hex')),
  };
}
