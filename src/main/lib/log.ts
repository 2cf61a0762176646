import { pino, type Logger as PinoLogger } from 'pino';

/** The structured log. Secrets are removed before a line is written. */
export type Logger = Pick<
  PinoLogger,
  'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'child' | 'level'
>;

/** How much is logged; it can be changed while the process runs. */
export interface LogControl {
  level: string;
}

/** Fields that may hold a secret, wherever they stand. */
const REDACTED = ['password', 'token', 'apiKey', 'authorization', 'cookie', 'secret'].flatMap((field) => [
  field,
  `*.${field}`,
  `*.*.${field}`,
]);

/**
 * Creates the process's log: JSON lines on standard error, so that standard output stays for people.
 * @param file where the lines go as well; its folder is made
 */
export function createLogger(level: string, file?: string): PinoLogger & LogControl {
  // A child logger has a level of its own from its making on; these are told of later changes.
  const children = new Set<WeakRef<PinoLogger>>();
  const root = pino(
    {
      level,
      redact: { paths: REDACTED, censor: '[removed]' },
      base: null,
      onChild: (child) => void children.add(new WeakRef(child)),
    },
    file === undefined ? writeTo({ fd: 2 }) : writeToBoth({ dest: file, mkdir: true }),
  );
  root.on('level-change', (next, _value, _before, _valueBefore, changed) => {
    // Children share the emitter, and tell of their own change too.
    if (changed !== root) return;
    for (const reference of children) {
      const child = reference.deref();
      if (child) child.level = next;
      else children.delete(reference);
    }
  });
  return root;
}

function writeTo(target: { fd: number } | { dest: string; mkdir: boolean }) {
  const destination = pino.destination({ ...target, sync: true });
  // A terminal or pipe that is gone, or a full disk, takes no more lines; that must not end the process.
  destination.on('error', () => {});
  return destination;
}

/** Both take whatever the log itself lets through. */
function writeToBoth(file: { dest: string; mkdir: boolean }) {
  return pino.multistream([
    { level: 'trace', stream: writeTo({ fd: 2 }) },
    { level: 'trace', stream: writeTo(file) },
  ]);
}

/** A log that keeps nothing, for tests and tools. */
export const silentLogger: Logger = pino({ level: 'silent' });
