import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StoreKind, STORE_KINDS, startStore, type TestStore } from '../../support/store';

const CAP = 10;
const MANY = 300;

interface Difference {
  ask: (store: TestStore) => Promise<unknown>;
  answers: Record<StoreKind, unknown>;
}

/** What the in-memory store does otherwise than Redis: the table of decision 12. */
const DIFFERENCES: Record<string, Difference> = {
  'DUMP is missing': {
    ask: ({ client }) => answerOf(client.dump('text')),
    answers: { redis: expect.any(String), 'in-memory': refused('DUMP') },
  },
  'INFO commandstats is empty': {
    ask: async ({ client }) => (await client.info('commandstats')).includes('cmdstat_set:'),
    answers: { redis: true, 'in-memory': false },
  },
  'MEMORY is missing': {
    ask: ({ client }) => answerOf(client.memory('USAGE', 'text')),
    answers: { redis: expect.any(Number), 'in-memory': refused('MEMORY') },
  },
  'OBJECT is missing': {
    ask: ({ client }) => answerOf(client.object('ENCODING', 'text')),
    answers: { redis: 'embstr', 'in-memory': refused('OBJECT') },
  },
  'CLIENT UNBLOCK is missing': {
    ask: ({ client }) => answerOf(client.client('UNBLOCK', 1)),
    answers: { redis: 0, 'in-memory': refused('UNBLOCK') },
  },
  'struct.unpack in scripts gives another number': {
    ask: async ({ client }) =>
      (await client.eval("return struct.unpack('I4', struct.pack('I4', 7))", 0)) === 7,
    answers: { redis: true, 'in-memory': false },
  },
  'XADD with an exact MAXLEN is refused': {
    ask: ({ client }) => answerOf(client.xadd('exact', 'MAXLEN', '=', 10, '1-1', 'field', 'value')),
    answers: { redis: '1-1', 'in-memory': expect.stringContaining('ERR') as unknown },
  },
  'XADD with an approximate MAXLEN trims sooner': {
    ask: async ({ client }) => {
      for (let entry = 0; entry < MANY; entry += 1)
        await client.xadd('about', 'MAXLEN', '~', CAP, '*', 'field', 'value');
      return client.xlen('about');
    },
    answers: { redis: 100, 'in-memory': CAP + 1 },
  },
};

describe.each(STORE_KINDS)('what tests and benchmarks cannot ask of every store, on %s', (kind) => {
  let store: TestStore;
  beforeAll(async () => {
    store = await startStore(kind);
    await store.client.set('text', 'value');
  });
  afterAll(() => store.stop());

  it.each(Object.entries(DIFFERENCES))('%s', async (_, { ask, answers }) => {
    expect(await ask(store)).toEqual(answers[kind]);
  });
});

/** The answer, or the message of the refusal. */
function answerOf(answer: Promise<unknown>): Promise<unknown> {
  return answer.catch((fault: unknown) => String(fault));
}

function refused(command: string): unknown {
  return expect.stringMatching(new RegExp(`unknown.*${command}`, 'i'));
}
