import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const { version } = JSON.parse(readFileSync(resolve(import.meta.dirname, 'package.json'), 'utf8')) as {
  version: string;
};
const define = { __SWITCHBOARD_VERSION__: JSON.stringify(version) };
const alias = { '@shared': resolve(import.meta.dirname, 'src/shared') };

/**
 * What the page's imports stand for. The page forbids inline styles, so the package by which Radix dialogs lock
 * scrolling gives way to our own of the same interface.
 */
export const rendererAlias = {
  ...alias,
  'react-style-singleton': resolve(import.meta.dirname, 'src/renderer/styles/style-singleton.ts'),
};

export default defineConfig({
  main: {
    define,
    resolve: { alias },
    build: {
      rolldownOptions: {
        input: {
          index: resolve(import.meta.dirname, 'src/main/index.ts'),
          server: resolve(import.meta.dirname, 'src/main/server.ts'),
          simulate: resolve(import.meta.dirname, 'src/main/simulate.ts'),
          'command-line': resolve(import.meta.dirname, 'src/main/command-line.ts'),
          'memory-server-process': resolve(import.meta.dirname, 'src/main/redis/memory-server-process.ts'),
        },
        // Beside the entries, so that a path from `import.meta.dirname` is right in whichever file it ends up.
        output: { chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    resolve: { alias },
    build: {
      rolldownOptions: {
        input: { preload: resolve(import.meta.dirname, 'src/main/preload.ts') },
        // A sandboxed preload can only be CommonJS.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve(import.meta.dirname, 'src/renderer'),
    resolve: { alias: rendererAlias },
    plugins: [react()],
    build: {
      minify: true,
      rolldownOptions: { input: resolve(import.meta.dirname, 'src/renderer/index.html') },
    },
  },
});
