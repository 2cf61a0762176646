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

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const PICTURES = join(ROOT, 'docs', 'images');
const SIZE = { width: 1440, height: 900 };
/** So many minutes a world must have lived before a picture of it says something. */
const WARM_UP = '1.25';
const SETTLE_MS = 3_000;
const BROWSERS = [chromium.executablePath(), '/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];

/** Each picture: where it is taken, and what is done there first. */
const PICTURE_LIST = {
  overview: { path: '/' },
  users: { path: '/users?state=IN_CALL', prepare: openFirstRow },
  transitions: { path: '/transitions' },
  requests: { path: '/requests' },
  analytics: { path: '/analytics' },
  integrity: { path: '/integrity' },
  audit: { path: '/audit' },
  alarms: { path: '/alarms' },
  settings: { path: '/settings' },
  wallboard: { path: '/wallboard' },
  connections: { path: '/connections' },
  simulator: { path: '/simulator' },
  scenario: { path: '/simulator?tab=scenario' },
  palette: { path: '/', prepare: (page) => page.keyboard.press('Control+k') },
};

async function openFirstRow(page) {
  await page.getByRole('row').nth(3).click();
}

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
  mkdirSync(PICTURES, { recursive: true });
  const server = await startConsole();
  const browser = await chromium.launch({ executablePath });
  try {
    const first = await browser.newPage();
    await first.goto(server.address);
    const storageState = await first.context().storageState();
    console.log(`The simulated people live for ${warmUp} minutes before they are taken …`);
    await first.waitForTimeout(warmUp * 60_000);
    const screens = await first
      .getByRole('navigation')
      .getByRole('link')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    for (const colorScheme of ['dark', 'light']) {
      for (const name of names) {
        const { path, prepare } = PICTURE_LIST[name];
        const screen = `#${path.split('?')[0]}`;
        if (!screens.includes(screen) && path !== '/wallboard') continue;
        const context = await browser.newContext({ storageState, colorScheme, viewport: SIZE });
        const page = await context.newPage();
        await page.goto(`${new URL(server.address).origin}/#${path}`);
        await page.waitForTimeout(SETTLE_MS);
        await prepare?.(page);
        await page.waitForTimeout(SETTLE_MS);
        await page.screenshot({ path: join(PICTURES, `${name}-${colorScheme}.png`) });
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
const unknown = wanted.filter((name) => !Object.hasOwn(PICTURE_LIST, name));
if (unknown.length > 0) {
  console.error(
    `There is no picture ${unknown.join(', ')}. There are: ${Object.keys(PICTURE_LIST).join(', ')}.`,
  );
  process.exitCode = 2;
} else if (!(warmUp >= 0 && warmUp <= 60)) {
  console.error(`--warm-up "${values['warm-up']}": minutes from 0 to 60, please.`);
  process.exitCode = 2;
} else {
  await takeAll(wanted.length > 0 ? wanted : Object.keys(PICTURE_LIST), warmUp);
}
