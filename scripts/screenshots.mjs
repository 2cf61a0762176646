/**
 * Makes the pictures of the documentation from the running console: every screen in both themes, with simulated
 * people in the console's own private store. `npm run screenshots -- overview users` makes only those.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const PICTURES = join(ROOT, 'docs', 'images');
const SIZE = { width: 1440, height: 900 };
/** So long a world must have lived before a picture of it says something. */
const WARM_UP_MS = 75_000;
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

async function takeAll(names) {
  const executablePath = BROWSERS.find((path) => existsSync(path));
  if (!executablePath) throw new Error('No Chromium was found: install the package chromium-headless-shell.');
  mkdirSync(PICTURES, { recursive: true });
  const server = await startConsole();
  const browser = await chromium.launch({ executablePath });
  try {
    const first = await browser.newPage();
    await first.goto(server.address);
    const storageState = await first.context().storageState();
    console.log(
      `The simulated people need ${WARM_UP_MS / 1000} seconds to make a picture worth looking at …`,
    );
    await first.waitForTimeout(WARM_UP_MS);
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

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(PICTURE_LIST, name));
if (unknown.length > 0) {
  console.error(
    `There is no picture ${unknown.join(', ')}. There are: ${Object.keys(PICTURE_LIST).join(', ')}.`,
  );
  process.exitCode = 2;
} else {
  await takeAll(wanted.length > 0 ? wanted : Object.keys(PICTURE_LIST));
}
