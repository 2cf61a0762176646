import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { protocol, type Session } from 'electron';
import { pageHeaders } from '../lib/page-headers';

/** The scheme of our page. A scheme of our own, unlike `file:`, has an origin, headers and no way to other files. */
const SCHEME = 'switchboard-app';

/** Scheme and host of the console's page; what the sender of a message is judged by. */
export const PAGE_ORIGIN = `${SCHEME}://console`;

/** The address of the console's page. */
export const PAGE_URL = `${PAGE_ORIGIN}/`;

/** The kinds of file that the built page consists of; anything else is not served. */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** Tells Electron about the scheme; only possible before it is ready. */
export function declarePageScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the built page, and nothing outside its folder, to a session. */
export function servePage(session: Session, root: string): void {
  session.protocol.handle(SCHEME, (request) => answer(request, root));
}

async function answer(request: Request, root: string): Promise<Response> {
  const file = request.method === 'GET' ? fileFor(request.url, root) : null;
  if (!file) return refuse();
  const type = CONTENT_TYPES[extname(file)];
  if (!type) return refuse();
  try {
    const content = await readFile(file);
    return new Response(new Uint8Array(content), { headers: { ...pageHeaders(), 'content-type': type } });
  } catch {
    return refuse();
  }
}

/** The file that an address of the page stands for, or null for one that is not of the page. */
export function fileFor(address: string, root: string): string | null {
  const { protocol: scheme, host, pathname } = new URL(address);
  if (`${scheme}//${host}` !== PAGE_ORIGIN) return null;
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  if (path.includes('\0')) return null;
  const base = normalize(root + sep);
  const file = join(base, path === '/' ? 'index.html' : path);
  return file.startsWith(base) ? file : null;
}

function refuse(): Response {
  return new Response('Not found', { status: 404, headers: pageHeaders() });
}
