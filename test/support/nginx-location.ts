import { createServer, request as sendRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomBytes } from 'node:crypto';

/** One `location` block of an nginx configuration, as far as the documentation uses them. */
export interface NginxLocation {
  path: string;
  /** The path that is asked whether a request may pass; null for nobody. */
  authRequest: string | null;
  /** Variables that are set from the answer of `authRequest`: name without `$`, and the header that it is from. */
  authSet: ReadonlyMap<string, string>;
  /** Headers that are put in place of what the client sent; values may be variables. */
  setHeaders: ReadonlyMap<string, string>;
  pass: string;
}

/** @throws Error for a directive that is not known here, so that nothing in the text goes untried */
export function parseLocation(text: string): NginxLocation {
  const [, path, body] = /^location (\S+) \{\n([\s\S]*)\}\s*$/.exec(text.trim()) ?? [];
  if (!path || body === undefined) throw new Error(`not one location: ${text}`);
  const authSet = new Map<string, string>();
  const setHeaders = new Map<string, string>();
  let authRequest: string | null = null;
  let pass: string | null = null;
  for (const [, name, first = '', second = ''] of body.matchAll(/^\s*(\S+) ([^\s;]+)(?: ([^\s;]+))?;$/gm)) {
    if (name === 'auth_request') authRequest = first;
    else if (name === 'auth_request_set') authSet.set(first.slice(1), headerOfVariable(second));
    else if (name === 'proxy_set_header') setHeaders.set(first.toLowerCase(), second);
    else if (name === 'proxy_pass') pass = first;
    else if (name !== 'proxy_buffering') throw new Error(`unknown directive ${name}`);
  }
  if (!pass) throw new Error('nothing is passed on');
  return { path, authRequest, authSet, setHeaders, pass };
}

function headerOfVariable(variable: string): string {
  const [, header] = /^\$upstream_http_(\w+)$/.exec(variable) ?? [];
  if (!header) throw new Error(`unknown variable ${variable}`);
  return header.replaceAll('_', '-');
}

export interface NginxOptions {
  /** Where everything else goes, and where `authRequest` is asked. */
  application: string;
  /** Takes the place of the host in `proxy_pass`. */
  upstream: string;
  /** Variables that the configuration sets elsewhere. */
  variables: Readonly<Record<string, string>>;
}

/** A proxy that does what nginx does with such a block. */
export async function startNginx(
  location: NginxLocation,
  { application, upstream, variables }: NginxOptions,
) {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(502).end());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (!pathname.startsWith(location.path)) return pass(request, response, application, new Map());
    const known = new Map(Object.entries(variables));
    known.set('host', request.headers.host ?? '');
    known.set('request_id', randomBytes(16).toString('hex'));
    if (location.authRequest !== null) {
      const cookie = request.headers.cookie ?? '';
      const judged = await fetch(application + location.authRequest, { headers: { cookie } });
      if (!judged.ok) return void response.writeHead(judged.status).end();
      for (const [name, header] of location.authSet) known.set(name, judged.headers.get(header) ?? '');
    }
    const headers = new Map([...location.setHeaders].map(([name, value]) => [name, valueOf(value, known)]));
    pass(request, response, upstream, headers);
  }

  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function valueOf(text: string, variables: ReadonlyMap<string, string>): string {
  if (!text.startsWith('$')) return text;
  const value = variables.get(text.slice(1));
  if (value === undefined) throw new Error(`unknown variable ${text}`);
  return value;
}

function pass(
  request: IncomingMessage,
  response: ServerResponse,
  to: string,
  headers: ReadonlyMap<string, string>,
): void {
  const { host } = new URL(to);
  const onward = sendRequest(to + (request.url ?? '/'), {
    method: request.method,
    headers: { ...request.headers, host, ...Object.fromEntries(headers) },
  });
  onward.on('response', (answered) => {
    response.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(response);
  });
  onward.on('error', () => response.destroy());
  response.once('close', () => onward.destroy());
  request.pipe(onward);
}
