import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { findChromium } from '../chromium';

/** The browser that stands in for Electron's own, with the profile of one launch. */
export interface StandInBrowser {
  context: BrowserContext;
  /** Where the test attaches to the same pages. */
  debuggingAddress: string;
}

export async function launchChromium(userData: string): Promise<StandInBrowser> {
  const profile = join(userData, 'stand-in-profile');
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    args: ['--remote-debugging-port=0'],
    // The application itself decides what a signal means.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    viewport: { width: 1440, height: 900 },
  });
  const [port] = readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n');
  return { context, debuggingAddress: `http://127.0.0.1:${port}` };
}

/**
 * Chromium knows no schemes of an application, so `scheme://host/path` is shown to it as
 * `https://host.scheme.stand-in/path`, which never reaches a network: every request for it is answered here.
 */
const SUFFIX = '.stand-in';

export function toBrowserUrl(url: string, schemes: ReadonlySet<string>): string {
  const { protocol, host, pathname, search, hash } = new URL(url);
  const scheme = protocol.slice(0, -1);
  return schemes.has(scheme) ? `https://${host}.${scheme}${SUFFIX}${pathname || '/'}${search}${hash}` : url;
}

export function fromBrowserUrl(url: string): string {
  if (!URL.canParse(url)) return url;
  const { protocol, hostname, pathname, search, hash } = new URL(url);
  if (protocol !== 'https:' || !hostname.endsWith(SUFFIX)) return url;
  const [scheme, ...host] = hostname.slice(0, -SUFFIX.length).split('.').reverse();
  return `${scheme}://${host.reverse().join('.')}${pathname}${search}${hash}`;
}
