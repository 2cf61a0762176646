import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createIoredisStore } from '../../../src/main/redis/ioredis-store';
import { defineScript } from '../../../src/main/redis/script';
import { SwitchboardError } from '@shared/errors';
import { startStore, STORE_KINDS, type TestStore } from '../../support/store';

const raiseScript = defineScript<{ key: string; by: number }, number>({
  name: 'raise',
  source: "return redis.call('INCRBY', KEYS[1], ARGV[1])",
  encode: ({ key, by }) => ({ keys: [key], args: [by] }),
  decode: (reply) => Number(reply),
});

const refusingScript = defineScript<null, never>({
  name: 'refuse',
  source: "return 'no'",
  encode: () => ({ keys: [], args: [] }),
  decode() {
    throw new SwitchboardError('wrong_state', 'said no');
  },
});

describe.each(STORE_KINDS)('the store on %s', (kind) => {
  let redis: TestStore;
  beforeAll(async () => {
    redis = await startStore(kind);
  });
  beforeEach(() => redis.flush());
  afterAll(() => redis.stop());

  it('runs a script, also when the server does not know it yet', async () => {
    await redis.client.script('FLUSH');
    expect(await redis.store.run(raiseScript, { key: 'n', by: 2 })).toBe(2);
    expect(await redis.store.run(raiseScript, { key: 'n', by: 3 })).toBe(5);
  });

  it('hands a script’s own refusal through', async () => {
    await expect(redis.store.run(refusingScript, null)).rejects.toMatchObject({ code: 'wrong_state' });
  });

  it('sends one command', async () => {
    await redis.store.command(['SET', 'a', 1]);
    expect(await redis.client.get('a')).toBe('1');
  });

  it('sends several commands and returns their replies in order', async () => {
    const replies = await redis.store.pipeline([
      ['ZADD', 'z', 7, 'x'],
      ['ZSCORE', 'z', 'x'],
      ['GET', 'none'],
    ]);
    expect(replies.map((reply) => (reply === null ? null : Number(reply)))).toEqual([1, 7, null]);
    expect(await redis.store.pipeline([])).toEqual([]);
  });

  it('names the key that has another type', async () => {
    await redis.client.set('matching:waiting', 'text');
    const refused = { code: 'redis_wrong_type', details: { key: 'matching:waiting' } };
    await expect(redis.store.command(['ZCARD', 'matching:waiting'])).rejects.toMatchObject(refused);
    await expect(
      redis.store.pipeline([
        ['GET', 'other'],
        ['ZCARD', 'matching:waiting'],
      ]),
    ).rejects.toMatchObject(refused);
    await redis.client.rpush('list', 'x');
    await expect(redis.store.run(raiseScript, { key: 'list', by: 1 })).rejects.toMatchObject({
      code: 'redis_wrong_type',
      message: expect.stringContaining('list') as string,
    });
  });

  it('reports any other refusal in the words of Redis', async () => {
    await expect(redis.store.command(['NOSUCHCOMMAND'])).rejects.toMatchObject({
      code: 'redis_failed',
      message: expect.stringMatching(/unknown command/i) as string,
    });
  });
});

describe('the store without a connection', () => {
  it('fails with what the connection says, and sends nothing later', async () => {
    const away = new SwitchboardError('redis_away', 'away');
    const store = createIoredisStore({
      layout: 'single',
      client() {
        throw away;
      },
      failure: { address: 'nowhere' },
    });
    await expect(store.command(['PING'])).rejects.toBe(away);
    await expect(store.pipeline([['PING']])).rejects.toBe(away);
    await expect(store.run(raiseScript, { key: 'n', by: 1 })).rejects.toBe(away);
  });
});

it('of a test can be stopped after its server was killed', async () => {
  const redis = await startStore();
  await redis.server?.kill();
  await expect.poll(() => redis.client.status).toBe('end');
  await redis.stop();
});
