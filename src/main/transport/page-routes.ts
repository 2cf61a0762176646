import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { BrowserSessions } from './browser-sessions';

export interface PageRoutesOptions {
  /** The folder of the built renderer. */
  root: string;
  sessions: BrowserSessions;
  port: () => number;
  /** Called when a browser has used the printed address up. */
  onTokenSpent: () => void;
}

/** Serves the built renderer, and at `/` exchanges the token of the printed address for a session. */
export async function pageRoutes(app: FastifyInstance, options: PageRoutesOptions): Promise<void> {
  const { root, sessions, port, onTokenSpent } = options;
  // The names of built files hold a digest of their content, so what was fetched once stays right.
  await app.register(fastifyStatic, { root, index: false, maxAge: '365d', immutable: true });

  app.get<{ Querystring: { token?: unknown } }>(
    '/',
    { config: { frontDoor: true } },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const { token } = request.query;
      const secret = sessionCookieOf(request.headers.cookie, port());
      const signedIn = secret !== null && sessions.isKnown(secret);
      if (signedIn && token === undefined) return reply.sendFile('index.html', { cacheControl: false });
      // Coming again by an address that was used before: no harm, and no token is spent.
      if (signedIn) return goOn(reply);
      const fresh = typeof token === 'string' ? sessions.redeem(token) : null;
      if (fresh === null) return refuse(reply);
      onTokenSpent();
      reply.header('set-cookie', `${cookieName(port())}=${fresh}; Path=/; HttpOnly; SameSite=Strict`);
      return goOn(reply);
    },
  );
}

/**
 * The session's secret in a Cookie header, or null. Browsers do not keep cookies of different ports apart, so the
 * port is in the name: two consoles on one machine do not sign each other out.
 */
export function sessionCookieOf(header: string | undefined, port: number): string | null {
  const wanted = `${cookieName(port)}=`;
  const pair = header?.split(/; */).find((part) => part.startsWith(wanted));
  return pair?.slice(wanted.length) ?? null;
}

function cookieName(port: number): string {
  return `switchboard_${port}`;
}

/**
 * Goes on to the page by itself. Not a redirect: a strict cookie is left out of one that began on another site,
 * such as a link in a chat. It also takes the token out of the address bar.
 */
function goOn(reply: FastifyReply): FastifyReply {
  return sendPage(reply, 200, '<meta http-equiv="refresh" content="0;url=/">', 'Opening Switchboard…');
}

function refuse(reply: FastifyReply): FastifyReply {
  return sendPage(
    reply,
    401,
    '',
    'This address has been used already, or is not complete. The terminal that runs Switchboard shows a fresh one for each browser.',
  );
}

function sendPage(reply: FastifyReply, status: number, head: string, text: string): FastifyReply {
  return reply
    .status(status)
    .type('text/html; charset=utf-8')
    .send(
      `<!doctype html><html lang="en"><head><meta charset="utf-8">${head}<title>Switchboard</title></head><body><p>${text}</p></body></html>`,
    );
}
