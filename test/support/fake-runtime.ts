import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPackage } from '@electron/asar';

/** Where Electron keeps its fuses inside the executable: this text, a version, a length, and one byte per fuse. */
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FUSE_COUNT = 9;

/**
 * A folder that looks like an Electron runtime for Linux, enough for the packager to work on: everything but the
 * executable's content is as it would be, and that has fuses to flip.
 */
export async function createFakeRuntime(version: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-runtime-'));
  const fuses = Buffer.from([1, FUSE_COUNT, ...Array.from({ length: FUSE_COUNT }, () => '1'.charCodeAt(0))]);
  writeFileSync(
    join(folder, 'electron'),
    Buffer.concat([Buffer.from(`\x7fELF pretended ${FUSE_SENTINEL}`), fuses, Buffer.from('\0end')]),
  );
  chmodSync(join(folder, 'electron'), 0o755);
  writeFileSync(join(folder, 'chrome-sandbox'), '');
  writeFileSync(join(folder, 'version'), version);
  writeFileSync(join(folder, 'LICENSE'), 'licence of the runtime');
  writeFileSync(join(folder, 'LICENSES.chromium.html'), 'licences of its parts');
  mkdirSync(join(folder, 'locales'));
  writeFileSync(join(folder, 'locales', 'en-US.pak'), '');
  mkdirSync(join(folder, 'resources'));
  const app = mkdtempSync(join(tmpdir(), 'switchboard-default-app-'));
  writeFileSync(join(app, 'package.json'), '{}');
  await createPackage(app, join(folder, 'resources', 'default_app.asar'));
  return folder;
}
