/** What a person copies into a report when something is wrong. */
export interface DiagnosticFacts {
  /** Name and version of what takes part: the application, its runtime, the system. */
  versions: Readonly<Record<string, string | undefined>>;
  deployment: object;
  connection: object;
  /** The newest lines of the log. */
  logLines: readonly string[];
}

/** The report as text, without secrets. */
export function writeDiagnostics({ versions, deployment, connection, logLines }: DiagnosticFacts): string {
  const rows = Object.entries(versions).map(([name, version]) => `${name}: ${version ?? 'unknown'}`);
  return removeSecrets(
    [
      'Switchboard diagnostics',
      ...rows,
      `deployment: ${JSON.stringify(deployment)}`,
      `connection: ${JSON.stringify(connection)}`,
      '',
      ...logLines,
    ].join('\n'),
  );
}

/** What a secret may look like in a text, and what is left of it. */
const SECRETS: readonly [RegExp, string][] = [
  [/(bearer\s+)[\w.~+/-]+=*/gi, '$1[removed]'],
  // scheme://user:password@host
  [/([a-z][a-z0-9+.-]*:\/\/[^\s:/@"]*):[^\s@"]*@/gi, '$1:[removed]@'],
  [/([?&]token=)[^\s&"]+/gi, '$1[removed]'],
  [
    /((?:^|["\s])(?:password|token|apiKey|api_key|authorization|cookie|secret)"?\s*[:=]\s*"?)(?!\[removed\])[^"\s,}]+/gi,
    '$1[removed]',
  ],
];

/** A text without passwords in addresses, tokens and named secrets. */
export function removeSecrets(text: string): string {
  return SECRETS.reduce((cleaned, [pattern, replacement]) => cleaned.replace(pattern, replacement), text);
}
