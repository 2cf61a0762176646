import { pino, type Logger as PinoLogger } from 'pino';

/** The structured log. Secrets are removed before a line is written. */
export type Logger = Pick<
  PinoLogger,
  'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'child' | 'level'
>;

/** Fields that may hold a secret, wherever they stand. */
const REDACTED = ['password', 'token', 'apiKey', 'authorization', 'cookie', 'secret'].flatMap((field) => [
  field,
  `*.${field}`,
  `*.*.${field}`,
]);

/** Creates the process's log: JSON lines on standard error, so that standard output stays for people. */
export function createLogger(level: string): PinoLogger {
  return pino(
    { level, redact: { paths: REDACTED, censor: '[removed]' }, base: null },
    pino.destination({ fd: 2, sync: true }),
  );
}

/** A log that keeps nothing, for tests and tools. */
export const silentLogger: Logger = pino({ level: 'silent' });
