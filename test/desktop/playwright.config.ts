import { defineConfig } from '@playwright/test';

/** The desktop run: the built main and preload on the real Electron where it is installed, else on the stand-in. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.desktop.spec.ts',
  globalSetup: './global-setup.ts',
  outputDir: '../../test-results/desktop',
  workers: 1,
  timeout: 30_000,
  forbidOnly: Boolean(process.env['CI']),
  // A browser on a busy machine may miss a deadline once. What needs a second attempt is named at the end.
  retries: process.env['CI'] ? 1 : 0,
  reporter: [['list']],
});
