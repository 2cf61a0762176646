import { join } from 'node:path';
import open from 'open';
import { SwitchboardError } from '@shared/errors';
import { demandKeyBeyondLoopback } from './api/authenticate';
import type { ApiServices } from './api/services';
import { type App, startApp } from './app';
import { readCommandLine } from './command-line';
import type { Config } from './config/config';
import { environmentSecrets } from './lib/environment-secrets';
import { createLogger } from './lib/log';
import { VERSION } from './lib/version';
import { type BrowserHost, startBrowserHost } from './transport/browser-host';
import { apiPlugin } from './transport/http/api-plugin';

/**
 * The entry without a window: serves the console to browsers (and the matching API) from this process, until it is
 * told to end. Standard output gets one line, when it is ready; everything else goes to standard error.
 */
const PAGE_FOLDER = join(import.meta.dirname, '..', 'renderer');
/** A shutdown that takes longer is cut off, in milliseconds: Ctrl-C has to work. */
const SHUTDOWN_LIMIT_MS = 1_800;

const config = readCommandLine(process.argv.slice(2), process.env);
const log = createLogger(config.logLevel);
// Whoever read our output may be gone; that is no reason to end.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
await serve(config);

async function serve(config: Config): Promise<void> {
  let app: App | null = null;
  let host: BrowserHost | null = null;
  const end = endOnce(async () => {
    await host?.close();
    await app?.close();
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0));
  // A process that was forked ends with the one that forked it, however that ends.
  process.once('disconnect', () => void end(0));
  process.on('uncaughtException', (fault) => {
    log.fatal({ err: fault }, 'unexpected fault; ending');
    void end(1);
  });
  try {
    demandKeyBeyondLoopback(config.host, config.apiTokens.length > 0);
    app = await startApp(config, { host: 'browser', log, secrets: environmentSecrets(process.env) });
    sayWhatIsWrong(app);
    host = await startHost(app, await app.openApi(), config);
    process.stdout.write(`Switchboard ready: ${host.address}\n`);
    if (config.display !== 'headless' && config.openBrowser) await openBrowser(host.address);
  } catch (fault) {
    say(inOneLine(fault, config));
    log.debug({ err: fault }, 'could not start');
    await end(1);
  }
}

function startHost(app: App, services: ApiServices, config: Config): Promise<BrowserHost> {
  const { allowedHosts, apiOrigins: origins } = config;
  return startBrowserHost({
    ...app,
    log,
    host: config.host,
    port: config.port,
    rendererRoot: config.display === 'headless' ? null : PAGE_FOLDER,
    allowedHosts,
    extend: (fastify) => apiPlugin(fastify, { services, version: VERSION, origins, allowedHosts }),
    onFreshAddress: (address) => say(`For another browser: ${address}`),
  });
}

/** Ends the process after closing everything. Once: Ctrl-C under npm arrives twice, from the terminal and from npm. */
function endOnce(close: () => Promise<void>): (code: number) => Promise<void> {
  let ending = false;
  return async (code) => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(code), SHUTDOWN_LIMIT_MS).unref();
    await close().catch((fault: unknown) => log.error({ err: fault }, 'did not close cleanly'));
    process.exit(code);
  };
}

/** A named Redis that cannot be used does not keep the console from starting: the banner shows it, and this line. */
function sayWhatIsWrong(app: App): void {
  const { status, lastError } = app.health();
  if (status !== 'ready')
    say(lastError?.message ?? 'Redis has not answered yet; the console shows when it does.');
}

/** A machine without a browser is no fault: the address has been printed. */
async function openBrowser(address: string): Promise<void> {
  try {
    const browser = await open(address);
    browser.on('error', (fault) => log.info({ err: fault }, 'no browser could be opened'));
  } catch (fault) {
    log.info({ err: fault }, 'no browser could be opened');
  }
}

/** Why the console did not start, and what to do about it. */
function inOneLine(fault: unknown, { host, port }: Config): string {
  if (fault instanceof SwitchboardError) return fault.message;
  const code = fault instanceof Error && 'code' in fault ? fault.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} of ${host} is in use. Choose another with --port NUMBER (0 takes a free one), or end the program that uses it.`;
    case 'EACCES':
      return `Port ${port} of ${host} is not for everybody. Choose one from 1024 upwards with --port NUMBER.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is not an address of this machine. Choose one with --host ADDRESS; 127.0.0.1 is always there.`;
    default:
      return `Switchboard could not start: ${fault instanceof Error ? fault.message : String(fault)}`;
  }
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
