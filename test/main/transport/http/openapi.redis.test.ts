import { Validator } from '@seriousme/openapi-schema-validator';
import { OpenAPIClientAxios } from 'openapi-client-axios';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN_PREFIX, ADMIN_ROUTES } from '../../../../src/main/api/admin-routes';
import {
  ENDPOINT_CONFIGS,
  endpointConfig,
  ENDPOINTS,
  MATCHING_PREFIX,
} from '../../../../src/main/api/matching/endpoints';
import { type ApiServer, startApiServer } from '../../../support/api-server';
import { startStore, type TestStore } from '../../../support/store';
import { until } from '../../../support/until';

let redis: TestStore;
let server: ApiServer;
let document: { paths: Record<string, Record<string, { operationId: string; description: string }>> };
beforeAll(async () => {
  redis = await startStore();
  server = await startApiServer(redis, { matching: true });
  const response = await fetch(`${server.url}/openapi.json`);
  document = (await response.json()) as typeof document;
});
afterAll(async () => {
  await server.stop();
  await redis.stop();
});

describe('the OpenAPI description', () => {
  it('is valid', async () => {
    const result = await new Validator().validate(structuredClone(document));
    expect(result.errors).toBeUndefined();
    expect(result.valid).toBe(true);
  });

  it('describes every endpoint of the tables', () => {
    for (const { method, path } of Object.values(ENDPOINT_CONFIGS))
      expect(document.paths[`${MATCHING_PREFIX}/${path}`]).toHaveProperty(method.toLowerCase());
    for (const { method, path } of ADMIN_ROUTES)
      expect(document.paths[ADMIN_PREFIX + path], path).toHaveProperty(method.toLowerCase());
    for (const path of ['/healthz', '/readyz', '/metrics']) expect(document.paths).toHaveProperty(path);
  });

  it('tells the rules of each endpoint, also to people', async () => {
    const page = await (await fetch(`${server.url}/api/docs`)).text();
    for (const name of ENDPOINTS) {
      const { method, path, states, check } = endpointConfig(name);
      const told = document.paths[`${MATCHING_PREFIX}/${path}`]?.[method.toLowerCase()]?.description;
      expect(told).toContain(`Possible in: ${states.join(', ')}.`);
      if (check) for (const text of [told, page]) expect(text).toContain(check.rule);
    }
    expect(endpointConfig('leave').check).toBeDefined();
  });

  it('gives each operation a name of its own', () => {
    const names = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it('can be read as a page without scripts', async () => {
    const response = await fetch(`${server.url}/api/docs`);
    const page = await response.text();
    expect(response.headers.get('content-type')).toContain('text/html');
    for (const { path } of Object.values(ENDPOINT_CONFIGS))
      expect(page).toContain(`${MATCHING_PREFIX}/${path}<`);
    expect(page).not.toMatch(/<script|undefined|\[object/);
    expect((await fetch(`${server.url}/api/docs.css`)).headers.get('content-type')).toContain('text/css');
  });
});

describe('a client that is made from the description', () => {
  it('leads two people through their whole life', async () => {
    const api = new OpenAPIClientAxios({
      definition: document as never,
      axiosConfigDefaults: { baseURL: server.url, validateStatus: () => true },
    });
    const client = await api.init();
    const call = async (operation: string, userId: string, query = false) => {
      const invoke = client[operation] as unknown as (
        parameters: unknown,
        body?: unknown,
      ) => Promise<{ status: number; data: Record<string, unknown> }>;
      const { status, data } = await (query ? invoke({ userId }) : invoke(null, { userId }));
      expect({ operation, status, data }).toMatchObject({ status: 200 });
      return data;
    };

    expect(await call('enqueue', 'ada')).toMatchObject({ state: 'WAITING', position: 1 });
    expect(await call('heartbeat', 'ada')).toMatchObject({ userId: 'ada' });
    await call('enqueue', 'bob');
    await until(async () => (await call('checkMatch', 'ada', true))['state'] === 'CONNECTING');
    const match = await call('checkMatch', 'bob', true);
    expect(match).toMatchObject({ state: 'CONNECTING', partner: 'ada' });
    expect(await call('connected', 'ada')).toMatchObject({ waitingForPartner: true });
    expect(await call('connected', 'bob')).toMatchObject({ waitingForPartner: false, state: 'IN_CALL' });
    expect(await call('end', 'ada')).toMatchObject({ state: 'IDLE', formerPartner: 'bob' });
    expect(await call('checkDisconnect', 'bob', true)).toMatchObject({
      disconnected: true,
      last: { reason: 'end', by: 'partner', partner: 'ada' },
    });
    expect(await call('leave', 'bob')).toMatchObject({ state: 'IDLE', left: true });
  });
});
