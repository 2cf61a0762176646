import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ENDPOINT_CONFIGS, ENDPOINTS, type EndpointName } from '../../../../src/main/api/matching/endpoints';
import { type ApiServer, startApiServer } from '../../../support/api-server';
import {
  type Answer,
  bringTo,
  type MatchingClient,
  matchingClient,
  type Place,
  PLACES,
  setsOf,
} from '../../../support/matching-client';
import { startStore, type TestStore } from '../../../support/store';

/** What an endpoint answers in each place, and where it leaves ada and her partner. */
interface Row {
  status: number;
  ada?: string[];
  bob?: string[];
}

const refused: Row = { status: 409 };
const nobody: Row = { status: 404 };
const stays: Row = { status: 200 };
const to = (ada: string, bob?: string): Row => ({ status: 200, ada: [ada], ...(bob ? { bob: [bob] } : {}) });

/** The full table, written out by hand: the rules in the code must agree with it, not make it. */
const TABLE: Record<EndpointName | 'leave (beacon)', Record<Place, Row>> = {
  enqueue: {
    UNKNOWN: to('WAITING'),
    IDLE: to('WAITING'),
    WAITING: stays,
    CONNECTING: refused,
    IN_CALL: refused,
    DISCONNECTING: to('WAITING'),
  },
  skip: {
    UNKNOWN: nobody,
    IDLE: refused,
    WAITING: refused,
    CONNECTING: to('WAITING', 'WAITING'),
    IN_CALL: to('WAITING', 'WAITING'),
    DISCONNECTING: refused,
  },
  end: {
    UNKNOWN: nobody,
    IDLE: refused,
    WAITING: refused,
    CONNECTING: to('IDLE', 'WAITING'),
    IN_CALL: to('IDLE', 'WAITING'),
    DISCONNECTING: refused,
  },
  connected: {
    UNKNOWN: nobody,
    IDLE: refused,
    WAITING: refused,
    // Until bob has said so too.
    CONNECTING: to('CONNECTING', 'CONNECTING'),
    IN_CALL: stays,
    DISCONNECTING: refused,
  },
  leave: {
    UNKNOWN: nobody,
    IDLE: refused,
    WAITING: to('IDLE'),
    CONNECTING: refused,
    IN_CALL: refused,
    DISCONNECTING: refused,
  },
  'leave (beacon)': {
    UNKNOWN: nobody,
    IDLE: to('IDLE'),
    WAITING: to('IDLE'),
    CONNECTING: to('IDLE', 'WAITING'),
    IN_CALL: to('IDLE', 'WAITING'),
    DISCONNECTING: to('IDLE'),
  },
  heartbeat: {
    UNKNOWN: nobody,
    IDLE: stays,
    WAITING: stays,
    CONNECTING: stays,
    IN_CALL: stays,
    DISCONNECTING: stays,
  },
  'check-match': {
    UNKNOWN: nobody,
    IDLE: refused,
    WAITING: stays,
    CONNECTING: stays,
    IN_CALL: stays,
    DISCONNECTING: refused,
  },
  'check-disconnect': {
    UNKNOWN: nobody,
    IDLE: stays,
    WAITING: stays,
    CONNECTING: stays,
    IN_CALL: stays,
    DISCONNECTING: stays,
  },
  events: {
    UNKNOWN: nobody,
    IDLE: stays,
    WAITING: stays,
    CONNECTING: stays,
    IN_CALL: stays,
    DISCONNECTING: stays,
  },
};

let redis: TestStore;
let server: ApiServer;
let client: MatchingClient;
beforeAll(async () => {
  redis = await startStore();
  server = await startApiServer(redis);
  client = matchingClient(server.url);
});
beforeEach(() => redis.flush());
afterAll(async () => {
  await server.stop();
  await redis.stop();
});

/** Calls an endpoint for ada as its kind of client does. */
async function call(endpoint: string): Promise<Answer> {
  if (endpoint === 'leave (beacon)')
    return client.send('/api/simple-matching/leave', { method: 'POST', body: '{"userId":"ada"}' });
  if (endpoint === 'events') return openStream();
  const { method, path } = ENDPOINT_CONFIGS[endpoint as EndpointName];
  return method === 'GET' ? client.get(path, { userId: 'ada' }) : client.post(path, { userId: 'ada' });
}

async function openStream(): Promise<Answer> {
  const gone = new AbortController();
  const response = await fetch(`${server.url}/api/simple-matching/events?userId=ada`, {
    signal: gone.signal,
  });
  const body = response.ok ? {} : ((await response.json()) as Record<string, unknown>);
  gone.abort();
  return { url: response.url, status: response.status, headers: response.headers, body };
}

const rows = Object.entries(TABLE).flatMap(([endpoint, places]) =>
  PLACES.map((place) => ({ endpoint, place, expected: places[place] })),
);

describe('every endpoint in every state', () => {
  it('has a row for each endpoint', () => {
    expect(Object.keys(TABLE).sort()).toEqual([...ENDPOINTS, 'leave (beacon)'].sort());
  });

  it.each(rows)('$endpoint while $place: $expected.status', async ({ endpoint, place, expected }) => {
    const partner = await bringTo(server, place);
    const before = { ada: await setsOf(redis, 'ada'), bob: await setsOf(redis, 'bob') };
    const keys = await redis.client.keys('*');

    const answer = await call(endpoint);

    expect({ status: answer.status, body: answer.body }).toMatchObject({ status: expected.status });
    expect(await setsOf(redis, 'ada')).toEqual(expected.ada ?? before.ada);
    expect(await setsOf(redis, 'bob')).toEqual(partner ? (expected.bob ?? before.bob) : before.bob);
    if (expected.status === 409) {
      const rules = ENDPOINT_CONFIGS[endpoint as EndpointName];
      expect(answer.body).toMatchObject({
        code: 'wrong_state',
        currentState: place,
        allowedStates: rules.states,
        title: 'Not in this state',
      });
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
    }
    // What is refused leaves nothing behind, except in the books of the API itself.
    if (expected.status >= 400) expect(await redis.client.keys('*')).toEqual(expect.arrayContaining(keys));
    if (expected.status === 404)
      expect((await redis.client.keys('*')).filter((key) => !/^matching:(limit|request)/.test(key))).toEqual(
        [],
      );
  });

  it('leaves metadata in step with the sets, by plain commands', async () => {
    await bringTo(server, 'IN_CALL');
    await client.post('skip', { userId: 'ada' });
    const ada = await redis.client.hgetall('user:ada');
    expect(ada).toMatchObject({ state: 'WAITING', lastAction: 'skip', lastPartner: 'bob', totalSkips: '1' });
    expect(ada['matchedWith']).toBeUndefined();
    expect(await redis.client.exists('cooldown:ada:bob')).toBe(1);
    expect(await redis.client.zscore('matching:waiting', 'ada')).toBe(ada['lastStateChange']);
  });
});
