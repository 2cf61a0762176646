/** The sites that the console links to; nothing else is handed to the system. */
const KNOWN_HOSTS: ReadonlySet<string> = new Set(['redis.io', 'valkey.io', 'www.electronjs.org']);

/**
 * Whether a link may be opened by the system's browser. Handing any address to the system would let a page start
 * programs (`file:`, `smb:`, …), so only https to the sites that we link to passes.
 */
export function isExternalLink(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, password, port } = new URL(address);
  return (
    protocol === 'https:' && KNOWN_HOSTS.has(hostname) && username === '' && password === '' && port === ''
  );
}
