import { type Page, test as base } from '@playwright/test';
import { startFixtureSite } from '../support/fixture-site';
import type { FixtureScene } from '../support/fixture-world';

interface Fixtures {
  /** Opens the console over the fixture wire and waits for the first picture. */
  open: (scene?: FixtureScene) => Promise<Page>;
  /** What the page complained about: errors, and refusals of its content security policy. */
  complaints: string[];
}

/** Tests of the console's page without a server: the wire in the page plays a deployment. */
export const test = base.extend<Fixtures, { site: string }>({
  site: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the parameter's pattern
    async ({}, use) => {
      const site = await startFixtureSite();
      await use(site.url);
      await site.stop();
    },
    { scope: 'worker' },
  ],
  complaints: async ({ page }, use) => {
    const complaints: string[] = [];
    page.on('pageerror', (fault) => complaints.push(fault.message));
    page.on('console', (line) => {
      if (line.type() === 'error' || line.type() === 'warning') complaints.push(line.text());
    });
    await use(complaints);
  },
  open: async ({ page, site }, use) => {
    await use(async (scene = 'busy') => {
      await page.goto(`${site}?scene=${scene}`);
      await page.getByRole('article', { name: 'WAITING' }).waitFor();
      return page;
    });
  },
});

export { expect } from '@playwright/test';
