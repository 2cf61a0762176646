import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const STAMP = join(ROOT, 'out', '.built');
const LOCK = join(ROOT, '.cache', 'build.lock');
/** Whatever the bundles are made from. */
const SOURCES = ['src', 'electron.vite.config.ts', 'package.json', 'tsconfig.base.json'];
const POLL_MS = 100;

/**
 * Builds main, preload and renderer unless the bundles are newer than everything they are made from. Several starts
 * at once build one after the other, and the second one finds nothing left to do.
 * @param {(line: string) => void} say told in one line that building takes a moment
 * @throws {Error} with what the build printed
 */
export async function buildIfNeeded(say = () => {}) {
  if (isFresh()) return;
  const unlock = await lock();
  try {
    if (isFresh()) return;
    say('Building the console; this takes a few seconds, once.');
    const begun = new Date();
    await build();
    writeFileSync(STAMP, `${begun.toISOString()}\n`);
  } finally {
    unlock();
  }
}

/** Fresh is judged by when the last build began: a source saved while it ran is built again. */
function isFresh() {
  if (!existsSync(join(ROOT, 'src'))) return true; // a package without sources
  if (!existsSync(STAMP)) return false;
  const builtAt = Date.parse(readFileSync(STAMP, 'utf8').trim());
  return SOURCES.every((source) => newestChange(join(ROOT, source)) <= builtAt);
}

function newestChange(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestChange(join(path, name))), 0);
}

async function build() {
  const manifest = createRequire(import.meta.url).resolve('electron-vite/package.json');
  const program = join(dirname(manifest), 'bin', 'electron-vite.js');
  const child = spawn(process.execPath, [program, 'build', '--logLevel', 'warn'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (printed += text));
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`The console could not be built:\n${printed.trim()}`);
}

/** Waits for the build of another process. A lock whose process is gone is taken over. */
async function lock() {
  mkdirSync(dirname(LOCK), { recursive: true });
  for (;;) {
    try {
      writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
      return () => rmSync(LOCK, { force: true });
    } catch (fault) {
      if (fault.code !== 'EEXIST') throw fault;
    }
    if (!isRunning(lockOwner())) rmSync(LOCK, { force: true });
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function lockOwner() {
  try {
    return Number(readFileSync(LOCK, 'utf8'));
  } catch {
    return 0;
  }
}

function isRunning(pid) {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (fault) {
    return fault.code === 'EPERM';
  }
}
