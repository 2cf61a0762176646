/** The scheme of links that open a place in the application, from a ticket or a chat. */
export const LINK_SCHEME = 'switchboard';

/** What user ids look like; the same rule as at the door, so that nothing else reaches the page. */
const USER_ID = /^[A-Za-z0-9._~@+=|-]{1,128}$/;

/** What pools and connections are called; the page looks closer. */
const NAME = /^[a-z0-9][a-z0-9_-]{0,39}$/;

/**
 * The place in the page that a link means, as the part after `#`, or null for a link that means none.
 * Links come from anywhere, so only known forms pass: `switchboard://user/<id>?pool=<pool>&connection=<id>`, where the
 * query may be missing.
 */
export function placeOfLink(link: string): string | null {
  if (!URL.canParse(link)) return null;
  const { protocol, host, pathname, search, searchParams, hash } = new URL(link);
  if (protocol !== `${LINK_SCHEME}:` || hash) return null;
  if (host !== 'user') return null;
  const id = decode(pathname.slice(1));
  if (id === null || !USER_ID.test(id) || !isBelonging(searchParams)) return null;
  return `/users/${encodeURIComponent(id)}${search}`;
}

/** Whether a query names a pool and a connection and nothing else, each once at most. */
function isBelonging(query: URLSearchParams): boolean {
  const given = [...query];
  const isKnown = given.every(([key, value]) => ['pool', 'connection'].includes(key) && NAME.test(value));
  return isKnown && new Set(query.keys()).size === given.length;
}

/** The first link in a command line, as systems other than macOS hand them over. */
export function placeInArguments(argv: readonly string[]): string | null {
  const link = argv.find((argument) => argument.startsWith(`${LINK_SCHEME}:`));
  return link === undefined ? null : placeOfLink(link);
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
