import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { build, preview } from 'vite';
import { rendererAlias } from '../../electron.vite.config';
import { pageHeaders } from '../../src/main/lib/page-headers';

const ROOT = resolve(import.meta.dirname, 'fixture-page');
const OUT = resolve(import.meta.dirname, '../../out/fixture');

/** Builds the console over the fixture wire and serves it on a free port of this machine. */
export async function startFixtureSite(): Promise<{ url: string; stop: () => Promise<void> }> {
  const shared = {
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    resolve: { alias: rendererAlias },
  } as const;
  await build({ ...shared, plugins: [react()], build: { outDir: OUT, emptyOutDir: true } });
  const server = await preview({
    ...shared,
    build: { outDir: OUT },
    preview: {
      host: '127.0.0.1',
      strictPort: false,
      headers: pageHeaders(),
    },
  });
  const url = server.resolvedUrls?.local[0];
  if (!url) throw new Error('The fixture page is not served anywhere.');
  return { url, stop: () => server.close() };
}
