import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const SYSTEM_BROWSERS = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Where a Chromium is: Playwright's own where it is installed, else the system's. @throws when there is none. */
export function findChromium(): string {
  const path = [chromium.executablePath(), ...SYSTEM_BROWSERS].find((candidate) => existsSync(candidate));
  if (path) return path;
  throw new Error(
    'No Chromium was found. Install the package chromium-headless-shell, or run: npx playwright install chromium',
  );
}
