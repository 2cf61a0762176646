import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import { Redis } from 'ioredis';
import { runCommand } from '../support/command';
import { startRedisServer } from '../support/redis-server';

/** A Redis of its own, and as many consoles on it as a test wants. */
export interface Consoles {
  redis: Redis;
  /** Opens a console of its own process in the name of somebody, as an admin. */
  open: (actor: string, path: string, options?: { environment?: 'production' | 'staging' }) => Promise<Page>;
  close: () => Promise<void>;
}

/** Starts the server; each console that is opened is a process of its own, as on two machines. */
export async function startConsoles(browser: Browser): Promise<Consoles> {
  const server = await startRedisServer();
  const redis = new Redis(server.url);
  const folder = mkdtempSync(join(tmpdir(), 'sb-consoles-'));
  const closing: (() => Promise<unknown>)[] = [];
  return {
    redis,
    async open(actor, path, { environment } = {}) {
      const where = environment
        ? ['--connection', writeProfile(folder, environment, server.url)]
        : ['--redis', server.url];
      const command = runCommand(
        ['--browser', '--no-open', '--port', '0', '--role', 'admin', '--as', actor, ...where],
        { SWITCHBOARD_CONNECTIONS: join(folder, 'connections.json') },
      );
      closing.push(() => command.remove());
      const address = await command.ready();
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      closing.push(() => context.close());
      const page = await context.newPage();
      await page.goto(address);
      // The page takes the token out of its address before it shows anything.
      await page.getByRole('navigation', { name: 'Screens' }).waitFor();
      await page.goto(`${new URL(address).origin}/#${path}`);
      await page.getByRole('navigation', { name: 'Screens' }).waitFor();
      return page;
    },
    async close() {
      for (const close of closing.reverse()) await close();
      redis.disconnect();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Writes the file of profiles as a person would. */
function writeProfile(folder: string, environment: string, url: string): string {
  const { hostname, port } = new URL(url);
  const profile = {
    ...{ id: environment, name: environment, environment, readOnly: false, role: 'admin' },
    endpoint: { kind: 'tcp', host: hostname, port: Number(port) },
  };
  writeFileSync(join(folder, 'connections.json'), JSON.stringify({ version: 1, profiles: [profile] }));
  return environment;
}
