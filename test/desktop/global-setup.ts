import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { findElectronRuntime } from '../../scripts/electron-runtime.mjs';
import { STAND_IN_FOLDER } from './launch';

/** Says which runtime is used, and builds the stand-in where there is no other. */
export default async function setup(): Promise<void> {
  const root = join(import.meta.dirname, '../..');
  if (!existsSync(join(root, 'out/main/index.js')))
    throw new Error('There is nothing built to run: npm run build');
  const runtime = findElectronRuntime();
  // Not on standard output, which belongs to what runs here: the startup benchmark prints JSON there.
  console.error(
    runtime
      ? `Desktop run on Electron: ${runtime}`
      : 'Desktop run on the stand-in for Electron (no runtime is installed)',
  );
  if (runtime) return;
  await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      ssr: join(root, 'test/support/electron/electron.ts'),
      outDir: STAND_IN_FOLDER,
      minify: false,
      rolldownOptions: { output: { entryFileNames: 'electron.mjs' } },
    },
  });
}
