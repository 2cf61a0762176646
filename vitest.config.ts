import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

/** One object for each project, because vitest empties the one that it is given. */
const define = () => ({ __SWITCHBOARD_VERSION__: JSON.stringify('0.0.0-test') });
const alias = { '@shared': resolve(import.meta.dirname, 'src/shared') };

/** One project for each thing a test needs: nothing, a private Redis, or a DOM. */
export default defineConfig({
  test: {
    projects: [
      {
        define: define(),
        resolve: { alias },
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.redis.test.ts', 'test/renderer/**', 'test/e2e/**'],
        },
      },
      {
        define: define(),
        resolve: { alias },
        test: {
          name: 'redis',
          environment: 'node',
          include: ['test/**/*.redis.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        define: define(),
        resolve: { alias },
        test: {
          name: 'renderer',
          environment: 'happy-dom',
          include: ['test/renderer/**/*.test.{ts,tsx}'],
        },
      },
    ],
  },
});
