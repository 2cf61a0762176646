import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { SwitchboardError } from '@shared/errors';

/**
 * Refuses requests that another web page made through the visitor's browser.
 *
 * The Host header must be an IP address, localhost or a name that was allowed: a foreign name that was made to
 * point here (DNS rebinding) is refused. The Origin header, which browsers put on every POST and every WebSocket
 * and which pages cannot forge, must be this very server.
 * @param allowedHosts further names under which this server is reached, without a port
 */
export function checkOrigin(
  headers: Pick<IncomingHttpHeaders, 'host' | 'origin'>,
  allowedHosts: readonly string[],
  { originRequired }: { originRequired: boolean },
): void {
  const host = headers.host ?? '';
  if (!isOwnHost(host, allowedHosts))
    throw new SwitchboardError(
      'forbidden',
      `Switchboard is not served under the name ${quote(host)}. Open the address that its terminal shows, or allow that name with SWITCHBOARD_ALLOWED_HOSTS.`,
    );
  const { origin } = headers;
  if (origin === undefined ? originRequired : hostOfOrigin(origin) !== host.toLowerCase())
    throw new SwitchboardError(
      'forbidden',
      `A request from ${origin === undefined ? 'no page' : quote(origin)} was refused: only the page of this Switchboard may ask.`,
    );
}

/** Nearly every request names the same host; the last address that was found to be one need not be read again. */
let lastAddress = '';

function isOwnHost(host: string, allowedHosts: readonly string[]): boolean {
  if (host === lastAddress) return true;
  const url = `http://${host}`;
  // `URL` would quietly read `user@host` or `host/path`; a Host header is neither.
  if (!/^[\w.:[\]-]+$/.test(host) || !URL.canParse(url)) return false;
  const name = new URL(url).hostname;
  if (name !== 'localhost' && isIP(name.replace(/^\[|\]$/g, '')) === 0) return allowedHosts.includes(name);
  lastAddress = host;
  return true;
}

function hostOfOrigin(origin: string): string | null {
  // Only the two schemes of web pages; "null" (a sandboxed frame, a file) is nobody.
  return /^https?:\/\/([^/]+)$/.exec(origin.toLowerCase())?.[1] ?? null;
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
