import { type ChildProcess, spawn } from 'node:child_process';
import { buildProgram } from './built-program';

/** A program of the sources running in a process of its own. */
export interface OtherProcess {
  readonly child: ChildProcess;
  /** What it has written to standard output so far. */
  output(): string;
  /** Ends it as a crash does. */
  killHard(): void;
}

/**
 * Builds a TypeScript file of this project and runs it in a Node process of its own, for what cannot be seen from
 * inside one process: death, signals, exit codes.
 * @param entry path from the project's root
 */
export async function runInOtherProcess(entry: string, args: readonly string[] = []): Promise<OtherProcess> {
  const program = await buildProgram(entry);
  const child = spawn(process.execPath, [program.file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let written = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written += text));
  child.once('exit', () => program.remove());
  return { child, output: () => written, killHard: () => void child.kill('SIGKILL') };
}

/** Whether a process is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
