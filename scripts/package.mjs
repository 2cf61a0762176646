import { dirname } from 'node:path';
import { build } from 'electron-builder';
import { buildIfNeeded } from './build-if-needed.mjs';
import { findElectronRuntime } from './electron-runtime.mjs';
import { writeNotices } from './notices.mjs';
import config from '../electron-builder.config.mjs';

/**
 * `npm run package`: builds, writes the licence notices, and packages for this platform; `-- --dir` stops at the
 * unpacked application, `-- --linux`, `--mac` or `--windows` choose a platform. An Electron runtime that is installed
 * is used as it is; otherwise electron-builder fetches the one that package.json names.
 */
const flags = process.argv.slice(2);
const KNOWN = ['--dir', '--linux', '--mac', '--windows'];
const unknown = flags.filter((flag) => !KNOWN.includes(flag));
if (unknown.length > 0) {
  console.error(`${unknown.join(', ')}: there is no such flag. Known are ${KNOWN.join(', ')}.`);
  process.exit(2);
}

const has = (flag) => flags.includes(flag);
const runtime = findElectronRuntime();
try {
  await buildIfNeeded((line) => console.error(line));
  console.log(`Licence notices of ${writeNotices()} packages written.`);
  const files = await build({
    config: { ...config, ...(runtime ? { electronDist: dirname(runtime) } : {}) },
    ...(has('--dir') ? { dir: true } : {}),
    ...(has('--linux') ? { linux: [] } : {}),
    ...(has('--mac') ? { mac: [] } : {}),
    ...(has('--windows') ? { win: [] } : {}),
    publish: 'never',
  });
  for (const file of files) console.log(file);
} catch (fault) {
  console.error(fault instanceof Error ? fault.message : fault);
  if (!runtime)
    console.error('No Electron runtime is installed here; electron-builder has to fetch one for packaging.');
  process.exit(1);
}
