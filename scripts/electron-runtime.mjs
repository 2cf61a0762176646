import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * The path of the installed Electron runtime, or null where there is none. Only looks: importing `electron` itself
 * would begin a download.
 * @returns {string | null}
 */
export function findElectronRuntime() {
  let folder;
  try {
    folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  } catch {
    return null; // installed without development dependencies
  }
  const read = (name) => {
    const file = join(folder, name);
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
  };
  const executable = read('path.txt');
  const elsewhere = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (elsewhere) return existingOrNull(join(elsewhere, executable ?? 'electron'));
  if (!executable) return null;
  const wanted = JSON.parse(read('package.json') ?? '{}').version;
  const found = read('dist/version')?.replace(/^v/, '');
  return found === wanted ? existingOrNull(join(folder, 'dist', executable)) : null;
}

function existingOrNull(path) {
  return existsSync(path) ? path : null;
}
