import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { until } from './until';

const BIN = resolve(import.meta.dirname, '../../bin');
/** A first start builds the console. */
const READY_TIMEOUT_MS = 120_000;

/** A command of the project, running. */
export interface RunningCommand {
  /** What it has written so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves with the address when it says that it is ready. @throws when it ends before */
  ready(): Promise<string>;
  /** Resolves when it has ended; null after a signal that it did not handle. */
  readonly ended: Promise<number | null>;
  signal(name: NodeJS.Signals): void;
  /** Stops reading what it writes, as a terminal that was closed does. */
  deafen(): void;
  /** What its private store has left in its temporary directory. */
  leftovers(): string[];
  /** Ends it hard and removes its temporary directory. */
  remove(): Promise<void>;
}

/**
 * Runs a command as a person would, with an empty home directory and no display.
 * @param env added to a small environment of its own
 * @param program a file of `bin`
 */
export function runCommand(
  args: readonly string[],
  env: Record<string, string> = {},
  program: 'switchboard.mjs' | 'simulate.mjs' = 'switchboard.mjs',
): RunningCommand {
  const home = mkdtempSync(join(tmpdir(), 'switchboard-cli-'));
  const temporary = mkdtempSync(join(tmpdir(), 'sb-'));
  const child = spawn(process.execPath, [join(BIN, program), ...args], {
    cwd: home,
    env: { PATH: process.env['PATH'], HOME: home, TMPDIR: temporary, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<number | null>((done) => child.once('close', (code) => done(code)));
  const leftovers = () => readdirSync(temporary).filter((name) => name.startsWith('switchboard-'));
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  return {
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    signal: (name) => void child.kill(name),
    deafen() {
      child.stdout.destroy();
      child.stderr.destroy();
    },
    leftovers,
    async ready() {
      const address = () => /^Switchboard ready: (\S+)$/m.exec(stdout)?.[1];
      await until(() => address() !== undefined || isOver(), { timeoutMs: READY_TIMEOUT_MS, what: 'ready' });
      const found = address();
      if (found === undefined) throw new Error(`it ended instead of being ready: ${stderr}`);
      return found;
    },
    async remove() {
      child.kill('SIGKILL');
      await ended;
      await until(() => leftovers().length === 0);
      for (const directory of [home, temporary]) rmSync(directory, { recursive: true, force: true });
    },
  };
}
