import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

/** The programs that tests need beside Node: how each is found, and what Debian and Ubuntu call it. */
const TOOLS = {
  redis: {
    found: () => onPath('redis-server') || onPath('valkey-server'),
    packages: ['redis-server'],
    named: 'redis-server or valkey-server',
  },
  chromium: {
    found: () =>
      existsSync(chromium.executablePath()) ||
      ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'].some(onPath),
    packages: ['chromium-headless-shell'],
    named: 'Chromium (chromium-headless-shell, or: npx playwright install chromium)',
  },
  ps: { found: () => onPath('ps'), packages: ['procps'], named: 'ps (procps)' },
  openssl: { found: () => onPath('openssl'), packages: ['openssl'], named: 'openssl' },
};

/**
 * Makes sure that the named tools are there: installs what is missing by apt-get where this process may.
 * @param {readonly string[]} names
 * @throws {Error} in one line, naming what to install, when something is still missing
 */
export async function ensureTools(names) {
  const missing = () => names.filter((name) => !TOOLS[name].found());
  const packages = missing().flatMap((name) => TOOLS[name].packages);
  if (packages.length === 0) return;
  if (mayInstall()) install(packages);
  const left = missing().map((name) => TOOLS[name].named);
  if (left.length > 0)
    throw new Error(`The tests need these programs; please install them: ${left.join('; ')}.`);
}

function mayInstall() {
  return process.getuid?.() === 0 && onPath('apt-get');
}

/** A stale package list is the usual reason why an install fails, so it is brought up to date in between. */
function install(packages) {
  console.log(`Installing ${packages.join(', ')} by apt-get.`);
  if (aptGet('install', '-y', '--no-install-recommends', ...packages)) return;
  aptGet('update');
  aptGet('install', '-y', '--no-install-recommends', ...packages);
}

function aptGet(...args) {
  const { status } = spawnSync('apt-get', ['-qq', ...args], {
    stdio: ['ignore', 'ignore', 'ignore'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return status === 0;
}

function onPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}
