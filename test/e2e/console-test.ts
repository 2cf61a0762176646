import { type Page, test as base } from '@playwright/test';
import { Redis } from 'ioredis';
import { runCommand } from '../support/command';
import { BUSY, populate, type Population } from '../support/populate';
import { startRedisServer } from '../support/redis-server';

interface Deployment {
  /** A plain client on the Redis that the console shows. */
  redis: Redis;
  address: string;
}

interface Fixtures {
  /** Fills Redis, opens the console there, and waits for the first picture. */
  open: (path?: string, population?: Population) => Promise<Page>;
  redis: Redis;
}

/**
 * Tests of the built console as a person has it: the command serves it to the browser, on a real Redis that somebody
 * named, where nobody but the test moves anybody.
 */
export const test = base.extend<Fixtures, { deployment: Deployment; signedIn: { cookies: string } }>({
  deployment: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the parameter's pattern
    async ({}, use) => {
      const server = await startRedisServer();
      const command = runCommand([
        '--browser',
        '--no-open',
        '--port',
        '0',
        '--redis',
        server.url,
        '--role',
        'admin',
      ]);
      const redis = new Redis(server.url);
      await use({ redis, address: await command.ready() });
      redis.disconnect();
      await command.remove();
      await server.stop();
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  signedIn: [
    async ({ deployment, browser }, use) => {
      const context = await browser.newContext();
      const page = await context.newPage();
      await page.goto(deployment.address);
      const [cookie] = await context.cookies();
      if (!cookie) throw new Error('The console gave no session cookie for its token.');
      await use({ cookies: JSON.stringify(cookie) });
      await context.close();
    },
    { scope: 'worker' },
  ],
  redis: ({ deployment }, use) => use(deployment.redis),
  open: async ({ page, deployment, signedIn }, use) => {
    await page
      .context()
      .addCookies([JSON.parse(signedIn.cookies) as { name: string; value: string; url: string }]);
    await use(async (path = '/', population = BUSY) => {
      await deployment.redis.flushall();
      await populate(deployment.redis, population);
      await page.goto(`${new URL(deployment.address).origin}/#${path}`);
      await page.getByRole('navigation', { name: 'Screens' }).waitFor();
      return page;
    });
  },
});

export { expect } from '@playwright/test';
