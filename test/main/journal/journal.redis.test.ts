import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JournalEntry, JournalFilter } from '@shared/contract/transitions';
import { acting } from '../../../src/main/engine/core';
import { transitionScript } from '../../../src/main/engine/transition';
import { Journal } from '../../../src/main/journal/journal';
import { testContext } from '../../support/engine';
import { startStore, STORE_KINDS, type TestStore } from '../../support/store';

describe.each(STORE_KINDS)('journal on %s', (kind) => {
  let redis: TestStore;
  const context = () => testContext(redis.store);
  const journal = () => new Journal(context());

  beforeAll(async () => {
    redis = await startStore(kind);
  });
  beforeEach(() => redis.flush());
  afterAll(() => redis.stop());

  /** Writes entries as another process would have: `count` moves of users u0 … u9 in turn. */
  async function write(count: number) {
    await redis.store.pipeline(
      Array.from({ length: count }, (_, index) => [
        'XADD',
        context().keys.journal,
        `${1000 + index}-0`,
        ...['tx', `tx${index}`, 'user', `u${index % 10}`, 'from', index % 2 ? 'IDLE' : ''],
        ...['to', index % 2 ? 'WAITING' : 'IDLE', 'cause', index % 2 ? 'queue' : 'arrive', 'by', 'test'],
        ...['spent', index % 2 ? '5' : '', 'partner', '', 'at', String(1000 + index), 'request', ''],
      ]),
    );
  }

  const ids = (entries: readonly JournalEntry[]) => entries.map(({ id }) => id);

  it('reads the newest, those before one and those after one, newest first', async () => {
    await write(30);
    expect(await journal().newest(2)).toMatchObject({
      entries: [{ id: '1029-0' }, { id: '1028-0' }],
      total: 30,
    });
    expect(ids((await journal().before('1010-0', 3)).entries)).toEqual(['1009-0', '1008-0', '1007-0']);
    expect(ids((await journal().after('1010-0', 3)).entries)).toEqual(['1013-0', '1012-0', '1011-0']);
    expect(ids((await journal().after('1029-0')).entries)).toEqual([]);
  });

  it('does not let Redis walk the whole journal for what is older than the oldest', async () => {
    await write(12);
    const sent: string[][] = [];
    const { store, keys } = context();
    const watched = {
      ...store,
      pipeline: (commands: Parameters<typeof store.pipeline>[0]) => {
        sent.push(...commands.map((command) => command.map(String)));
        return store.pipeline(commands);
      },
    };
    const one = new Journal({ store: watched, keys });
    expect(await one.before('1000-0')).toEqual({ entries: [], total: 12 });
    expect(await one.before('999-7')).toEqual({ entries: [], total: 12 });
    expect(sent.map(([name]) => name)).not.toContain('XREVRANGE');
    expect(ids((await one.before('1000-1')).entries)).toEqual(['1000-0']);
    expect(ids((await one.before('1002-0')).entries)).toEqual(['1001-0', '1000-0']);
  });

  it('reads every field that a moving script writes', async () => {
    const { store, keys, settings } = context();
    await store.run(transitionScript, {
      acting: acting(keys, settings, {
        by: 'api',
        transaction: 'transaction-1',
        requestId: 'request-1',
        now: 5000,
      }),
      steps: [{ user: 'a', to: 'IDLE', cause: 'arrive' }],
    });
    await store.run(transitionScript, {
      acting: acting(keys, settings, { by: 'api', transaction: 'transaction-2', now: 5250 }),
      steps: [{ user: 'a', to: 'WAITING', cause: 'queue' }],
    });
    const [second, first] = (await journal().newest()).entries;
    expect(first).toMatchObject({
      at: 5000,
      user: 'a',
      from: null,
      to: 'IDLE',
      cause: 'arrive',
      by: 'api',
      transaction: 'transaction-1',
      spent: null,
      partner: null,
      requestId: 'request-1',
    });
    expect(second).toMatchObject({ at: 5250, from: 'IDLE', to: 'WAITING', spent: 250, requestId: null });
    const { id: _id, user: _user, requestId: _request, ...kept } = second as JournalEntry;
    expect((await journal().history('a'))[0]).toEqual(kept);
  });

  it('finds every entry of a user through the whole retained journal, in stretches', async () => {
    await write(125);
    const found: JournalEntry[] = [];
    const progress: number[] = [];
    const options = { step: 50, onProgress: ({ scanned }: { scanned: number }) => progress.push(scanned) };
    for await (const entries of journal().searchAll({ user: 'u3' }, options)) found.push(...entries);
    expect(ids(found)).toEqual(
      Array.from({ length: 125 }, (_, index) => 124 - index)
        .filter((index) => index % 10 === 3)
        .map((index) => `${1000 + index}-0`),
    );
    expect(progress).toEqual([50, 100, 125]);
  });

  it.each<[JournalFilter, number]>([
    [{}, 40],
    [{ from: 'UNKNOWN' }, 20],
    [{ from: 'IDLE', to: 'WAITING' }, 20],
    [{ cause: 'queue', user: 'u1' }, 4],
    [{ by: 'somebody else' }, 0],
  ])('filters by %o', async (filter, expected) => {
    await write(40);
    const { entries, cursor, scanned } = await journal().search(filter);
    expect([entries.length, cursor, scanned]).toEqual([expected, null, 40]);
  });

  it('goes on where a stretch ended, without a gap and without a repeat', async () => {
    await write(100);
    const found: string[] = [];
    let before: string | undefined;
    for (let calls = 0; calls < 100; calls += 1) {
      const stretch = await journal().search({ cause: 'queue' }, { before, limit: 7, scan: 11 });
      found.push(...ids(stretch.entries));
      if (stretch.cursor === null) break;
      before = stretch.cursor;
    }
    expect(found).toEqual(Array.from({ length: 50 }, (_, index) => `${1099 - 2 * index}-0`));
  });

  it('stops a search when it is cancelled', async () => {
    await write(60);
    const abort = new AbortController();
    const search = journal().searchAll({}, { signal: abort.signal, step: 50 });
    await search.next();
    abort.abort();
    await expect(search.next()).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('tells how many moves a live view left out', async () => {
    await write(3);
    const start = await journal().tail('0-0');
    expect(start).toMatchObject({
      journalled: 3,
      entries: [{ id: '1002-0' }, { id: '1001-0' }, { id: '1000-0' }],
    });
    await redis.client.del(context().keys.journal);
    await write(30);
    const { entries, journalled } = await journal().tail('1019-0', 4);
    expect(ids(entries)).toEqual(['1029-0', '1028-0', '1027-0', '1026-0']);
    expect(journalled).toBe(30);
  });

  it('leaves out what another program put into a history that is no move', async () => {
    await redis.client.lpush(
      context().keys.history('a'),
      'junk',
      '{}',
      '[1]',
      '[5,false,"IDLE","arrive",false,"t","api",false]',
    );
    expect(await journal().history('a')).toMatchObject([{ at: 5, to: 'IDLE' }]);
  });
});
