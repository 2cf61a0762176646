import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENDPOINT_CONFIGS } from '../../src/main/api/matching/endpoints';
import { type ApiServer, startApiServer } from '../support/api-server';
import { parseCurl, runCurl } from '../support/curl';
import { setsOf } from '../support/matching-client';
import { startStore, type TestStore } from '../support/store';
import { until } from '../support/until';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/api.md'), 'utf8');
const commands = [...page.matchAll(/^```sh\n([^`]+)\n```$/gm)].map(([, command = '']) => command);

let redis: TestStore;
let server: ApiServer;
beforeAll(async () => {
  redis = await startStore();
  server = await startApiServer(redis, { matching: true });
});
afterAll(async () => {
  await server.stop();
  await redis.stop();
});

describe('docs/api.md', () => {
  it('has examples', () => {
    expect(commands.length).toBeGreaterThan(15);
  });

  // In the order of the page: together they are a life of two people.
  it.each(commands)('%s', async (command) => {
    if (command.includes('check-match'))
      await until(async () => (await setsOf(redis, 'ada')).includes('CONNECTING'));
    const { status, text } = await runCurl(parseCurl(command, server.url));
    expect({ command, status, text }).toMatchObject({ status: 200 });
  });

  it('names every endpoint with the states in which it is possible', () => {
    for (const { method, path, states } of Object.values(ENDPOINT_CONFIGS)) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${method} ${path}\``));
      expect(row, path).toBeDefined();
      const said = row?.split('|')[2] ?? '';
      if (said.includes('any') && states.length > 1) continue;
      for (const state of states) expect(row).toContain(state);
    }
  });
});
