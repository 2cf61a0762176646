import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findElectronRuntime } from './electron-runtime.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** How long a start waits for the runtime's download before it goes on without. */
const DOWNLOAD_WAIT_MS = 12_000;
/** A runtime that ends this soon with an error could not run here. */
const EARLY_MS = 8_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Opens the desktop window where that is possible, and waits for its end.
 * @param {readonly string[]} args the flags, handed on
 * @param {(line: string) => void} say told what takes a moment
 * @returns {Promise<{ exitCode: number } | { why: string }>} how it ended, or why there is no window
 */
export async function openDesktop(args, say) {
  const obstacle = displayObstacle(process.platform, process.env, process.getuid?.());
  if (obstacle) return { why: obstacle };
  const runtime = findElectronRuntime() ?? (await fetchRuntime(say));
  return typeof runtime === 'string' ? run(runtime, args) : runtime;
}

/**
 * Why no window can open here, whatever is installed; null when one can.
 * @param {NodeJS.Platform} platform
 * @param {NodeJS.ProcessEnv} env
 * @param {number | undefined} uid
 */
export function displayObstacle(platform, env, uid) {
  if (platform !== 'linux') return null;
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return 'there is no display';
  if (uid === 0 && !env.ELECTRON_DISABLE_SANDBOX) return 'the desktop runtime does not run as root';
  return null;
}

/**
 * The runtime is not part of the package: its installer downloads it once. A download that does not come must not
 * hold up the console, so it goes on beside it, and the window opens from the next start on.
 */
async function fetchRuntime(say) {
  if (process.env.ELECTRON_SKIP_BINARY_DOWNLOAD)
    return { why: 'the desktop runtime is not installed, and ELECTRON_SKIP_BINARY_DOWNLOAD is set' };
  const installer = findInstaller();
  if (!installer) return { why: 'the desktop runtime is not installed' };
  say('Fetching the desktop runtime (Electron), once.');
  const child = spawn(process.execPath, [installer], { stdio: 'ignore' });
  process.once('exit', () => child.kill());
  const outcome = await Promise.race([
    new Promise((resolve) => child.once('error', resolve).once('close', () => resolve('ended'))),
    new Promise((resolve) => setTimeout(resolve, DOWNLOAD_WAIT_MS, 'waiting')),
  ]);
  const runtime = findElectronRuntime();
  if (runtime) return runtime;
  if (outcome === 'waiting')
    return { why: 'the desktop runtime is still being downloaded; the window opens from the next start on' };
  return { why: 'the desktop runtime could not be downloaded' };
}

function findInstaller() {
  try {
    const file = join(dirname(createRequire(import.meta.url).resolve('electron/package.json')), 'install.js');
    return existsSync(file) ? file : null;
  } catch {
    return null;
  }
}

/** Runs the window in its own process: signals are handed on, its exit code is ours. */
function run(runtime, args) {
  const begun = Date.now();
  let child = null;
  const handOn = (signal) => child?.kill(signal);
  // Before the window exists, or a signal that comes just then would end us and leave the window.
  for (const signal of SIGNALS) process.on(signal, handOn);
  child = spawn(runtime, [ROOT, ...args], { stdio: 'inherit' });
  return new Promise((resolve) => {
    const finish = (outcome) => {
      for (const signal of SIGNALS) process.off(signal, handOn);
      resolve(outcome);
    };
    child.once('error', (fault) =>
      finish({ why: `the desktop runtime could not be run (${fault.code ?? fault.message})` }),
    );
    child.once('close', (code) => {
      const early = code !== 0 && code !== null && Date.now() - begun < EARLY_MS;
      finish(early ? { why: `the desktop runtime ended with code ${code}` } : { exitCode: code ?? 0 });
    });
  });
}
