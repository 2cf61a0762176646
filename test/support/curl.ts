/** A curl command line, understood. */
export interface CurlCommand {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: string | null;
  /** Stop reading after so long (ms); null to wait for the end. */
  maxMs: number | null;
}

/** The words of a shell command: blanks part them, quotes keep them together, `$API` stands for the server. */
function wordsOf(command: string, api: string): string[] {
  const words = command.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return words.map((word) =>
    word.replaceAll(/'([^']*)'|"([^"]*)"|\$API/g, (whole, single?: string, double?: string) => {
      if (whole === '$API') return api;
      return single ?? (double ?? '').replaceAll('$API', api);
    }),
  );
}

/**
 * Understands the curl commands of the documentation, so that they are tried also where there is no curl.
 * @throws Error for an option that is not known here
 */
export function parseCurl(command: string, api: string): CurlCommand {
  const [program, ...words] = wordsOf(command.replaceAll('\\\n', ' '), api);
  if (program !== 'curl') throw new Error(`not a curl command: ${command}`);
  const parsed: CurlCommand = { url: '', method: '', headers: {}, body: null, maxMs: null };
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const value = () => words.shift() ?? '';
    if (word === '-X') parsed.method = value();
    else if (word === '-d') parsed.body = value();
    else if (word === '--max-time') parsed.maxMs = Number(value()) * 1000;
    else if (word === '-N') continue;
    else if (word === '-H') {
      const [name = '', ...rest] = value().split(':');
      parsed.headers[name] = rest.join(':').trim();
    } else if (word.startsWith('-') || parsed.url) throw new Error(`"${word}" in: ${command}`);
    else parsed.url = word;
  }
  parsed.method ||= parsed.body === null ? 'GET' : 'POST';
  return parsed;
}

/** Sends it. @returns the status, and what came of the body */
export async function runCurl({ url, method, headers, body, maxMs }: CurlCommand) {
  const gone = new AbortController();
  const timer = maxMs === null ? null : setTimeout(() => gone.abort(), maxMs);
  const response = await fetch(url, { method, headers, body, signal: gone.signal });
  const text = await response.text().catch(() => '');
  if (timer) clearTimeout(timer);
  return { status: response.status, text };
}
