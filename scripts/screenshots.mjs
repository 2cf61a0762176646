/**
 * Makes the pictures of the documentation from the running console: every screen in both themes, with simulated
 * people in the console's own private store. `npm run screenshots -- overview users` makes only those;
 * `--warm-up 16` lets the people live for so many minutes first, which fills the charts of the last 15.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { PICTURES } from './pictures.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FOLDER = join(ROOT, 'docs', 'images');
const SIZE = { width: 1440, height: 900 };
/** So many minutes a world must have lived before a picture of it says something. */
const WARM_UP = '1.25';
const SETTLE_MS = 3_000;
const BROWSERS = [chromium.executablePath(), '/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

/** Starts the console as a person does, and resolves with its address. */
async function startConsole() {
  const child = spawn(
    process.execPath,
    [join(ROOT, 'bin', 'switchboard.mjs'), '--browser', '--no-open', '--port', '0'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      // So that a picture shows nobody's own folders or name.
      env: {
        ...process.env,
        XDG_CONFIG_HOME: '/home/you/.config',
        SWITCHBOARD_ACTOR: 'you',
      },
    },
  );
  for await (const line of createInterface(child.stdout)) {
    const address = /^Switchboard ready: (\S+)/.exec(line)?.[1];
    if (address) return { address, stop: () => child.kill('SIGTERM') };
  }
  throw new Error('The console ended before it was ready.');
}

async function takeAll(names, warmUp) {
  const executablePath = BROWSERS.find((path) => existsSync(path));
  if (!executablePath) throw new Error('No Chromium was found: install the package chromium-headless-shell.');
  mkdirSync(FOLDER, { recursive: true });
  const server = await startConsole();
  const browser = await chromium.launch({ executablePath });
  try {
    const first = await browser.newPage();
    await first.goto(server.address);
    const storageState = await first.context().storageState();
    console.log(`The simulated people live for ${warmUp} minutes before they are taken …`);
    await first.waitForTimeout(warmUp * 60_000);
    for (const name of names) {
      const { path, prepare, happens } = PICTURES[name];
      await happens?.(first);
      for (const colorScheme of ['dark', 'light']) {
        const context = await browser.newContext({ storageState, colorScheme, viewport: SIZE });
        const page = await context.newPage();
        await page.goto(`${new URL(server.address).origin}/#${path}`);
        await page.waitForTimeout(SETTLE_MS);
        await prepare?.(page);
        await page.waitForTimeout(SETTLE_MS);
        await page.screenshot({ path: join(FOLDER, `${name}-${colorScheme}.png`) });
        await context.close();
        console.log(`docs/images/${name}-${colorScheme}.png`);
      }
    }
  } finally {
    await browser.close();
    server.stop();
  }
}

const { positionals: wanted, values } = parseArgs({
  allowPositionals: true,
  options: { 'warm-up': { type: 'string', default: WARM_UP } },
});
const warmUp = Number(values['warm-up']);
const unknown = wanted.filter((name) => !Object.hasOwn(PICTURES, name));
if (unknown.length > 0) {
  console.error(`There is no picture ${unknown.join(', ')}. There are: ${Object.keys(PICTURES).join(', ')}.`);
  process.exitCode = 2;
} else if (!(warmUp >= 0 && warmUp <= 60)) {
  console.error(`--warm-up "${values['warm-up']}": minutes from 0 to 60, please.`);
  process.exitCode = 2;
} else {
  const names = Object.keys(PICTURES);
  await takeAll(wanted.length > 0 ? names.filter((name) => wanted.includes(name)) : names, warmUp);
}
