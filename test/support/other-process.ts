import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'vite';

const ROOT = resolve(import.meta.dirname, '../..');

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
  // Inside the project, so that the packages it imports are found.
  const directory = mkdtempSync(join(ROOT, 'node_modules/.switchboard-test-'));
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { '@shared': resolve(ROOT, 'src/shared') } },
    build: {
      ssr: resolve(ROOT, entry),
      outDir: directory,
      rolldownOptions: { output: { entryFileNames: 'main.mjs' } },
    },
  });
  const child = spawn(process.execPath, [join(directory, 'main.mjs'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let written = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (written += text));
  child.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  return { child, output: () => written, killHard: () => void child.kill('SIGKILL') };
}
