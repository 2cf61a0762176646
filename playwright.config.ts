import { defineConfig } from '@playwright/test';
import { findChromium } from './test/support/chromium';

/** The tests that drive the console in a real browser. One worker: they share the machine with real servers. */
export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'test-results',
  timeout: 120_000,
  expect: { timeout: 10_000 },
  workers: 1,
  forbidOnly: Boolean(process.env['CI']),
  // A browser on a busy machine may miss a deadline once. What needs a second attempt is named at the end.
  retries: process.env['CI'] ? 1 : 0,
  reporter: 'list',
  use: {
    launchOptions: { executablePath: findChromium() },
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
  },
});
