import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'vite';

const ROOT = resolve(import.meta.dirname, '../..');

/** A program of the sources, built so that Node can run it. */
export interface BuiltProgram {
  file: string;
  remove(): void;
}

/**
 * Builds a TypeScript file of this project with everything it imports from the project.
 * @param entry path from the project's root
 */
export async function buildProgram(entry: string): Promise<BuiltProgram> {
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
  return {
    file: join(directory, 'main.mjs'),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
