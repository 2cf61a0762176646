import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RequestRecord } from '../../../src/main/journal/request-log';
import { RequestLogs } from '../../../src/main/journal/request-logs';
import { systemClock } from '../../../src/main/lib/clock';
import { silentLogger } from '../../../src/main/lib/log';
import { poolKeys } from '../../../src/main/redis/keys';
import type { Store } from '../../../src/main/redis/store';
import { STORE_KINDS, startStore, type TestStore } from '../../support/store';

const DAY_MS = 24 * 3_600_000;
const NOW = Date.UTC(2026, 4, 1, 12, 0, 30);

describe.each(STORE_KINDS)('the request log on %s', (kind) => {
  let redis: TestStore;
  let logs: RequestLogs;
  beforeAll(async () => {
    redis = await startStore(kind);
  });
  beforeEach(async () => {
    await redis.flush();
    logs = new RequestLogs({
      store: redis.store,
      log: silentLogger,
      clock: systemClock,
      statsTtlMs: 2 * DAY_MS,
    });
  });
  afterAll(() => redis.stop());

  const record = (more: Partial<RequestRecord> = {}): RequestRecord => ({
    at: NOW,
    endpoint: 'skip',
    user: 'ada',
    stateBefore: 'IN_CALL',
    status: 200,
    code: null,
    ms: 2.34,
    requestId: 'request-1',
    caller: 'api',
    server: 'here:1',
    ...more,
  });

  async function write(...records: RequestRecord[]): Promise<void> {
    for (const one of records) logs.of('default').add(one);
    await logs.flush();
  }

  it('gives back what was written, newest first', async () => {
    await write(
      record(),
      record({ endpoint: 'end', user: null, stateBefore: null, status: 409, code: 'wrong_state' }),
    );
    const { entries, cursor, scanned } = await logs
      .of('default')
      .list({ filter: {}, limit: 10, maxScan: 100 });
    expect(entries).toMatchObject([
      {
        ...record({ endpoint: 'end', user: null, stateBefore: null, status: 409, code: 'wrong_state' }),
        ms: 2.3,
      },
      { ...record(), ms: 2.3 },
    ]);
    expect({ cursor, scanned }).toEqual({ cursor: null, scanned: 2 });
  });

  it('writes nothing of a batch whose statistics are damaged, and all of it when they are mended', async () => {
    const minute = poolKeys('default').requestStats(Math.floor(NOW / 60_000));
    await redis.client.set(minute, 'damage');
    await write(record(), record());
    expect(await logs.of('default').total()).toBe(0);
    await redis.client.del(minute);
    await logs.flush();
    expect(await logs.of('default').total()).toBe(2);
    expect(await redis.client.hvals(minute)).toContain('2');
  });

  it('filters, and pages without gap or repetition', async () => {
    await write(
      ...Array.from({ length: 50 }, (_, index) =>
        record({ user: index % 2 ? 'ada' : 'bob', requestId: `request-${index}`, ms: index }),
      ),
    );
    const seen: string[] = [];
    let before: string | undefined;
    for (;;) {
      const page = await logs.of('default').list({ filter: { user: 'ada' }, before, limit: 7, maxScan: 20 });
      seen.push(...page.entries.map(({ requestId }) => requestId));
      if (page.cursor === null) break;
      before = page.cursor;
    }
    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => `request-${49 - index * 2}`));
    const slow = await logs.of('default').list({ filter: { minMs: 48 }, limit: 10, maxScan: 100 });
    expect(slow.entries).toHaveLength(2);
    const refused = await logs
      .of('default')
      .list({ filter: { outcome: 'refused' }, limit: 10, maxScan: 100 });
    expect(refused.entries).toHaveLength(0);
  });

  it('reads an entry that somebody else spoilt as far as it can', async () => {
    await redis.client.xadd('matching:requests', '*', 'endpoint', 'skip', 'status', 'x', 'before', 'NOWHERE');
    const { entries } = await logs.of('default').list({ filter: {}, limit: 10, maxScan: 100 });
    expect(entries).toMatchObject([{ endpoint: 'skip', status: 0, stateBefore: null, user: null }]);
  });

  it('sums up a window and compares it with the time before', async () => {
    const before = NOW - 20 * 60_000;
    await write(
      ...Array.from({ length: 100 }, (_, index) => record({ ms: index + 1 })),
      ...Array.from({ length: 5 }, () => record({ status: 409, code: 'wrong_state' })),
      record({ endpoint: 'enqueue', status: 503, code: 'redis_away' }),
      record({ at: before }),
      record({ at: before, status: 400, code: 'bad_input' }),
    );
    const summary = await logs.statsOf('default').summary(15, NOW);
    expect(summary).toMatchObject({
      requests: 106,
      refused: 5,
      failed: 1,
      lost: 0,
      before: { requests: 2, refused: 1, failed: 0 },
      errors: [
        { endpoint: 'skip', code: 'wrong_state', status: 409, count: 5 },
        { endpoint: 'enqueue', code: 'redis_away', status: 503, count: 1 },
      ],
    });
    expect(summary.endpoints.map(({ endpoint, requests }) => [endpoint, requests])).toEqual([
      ['skip', 105],
      ['enqueue', 1],
    ]);
    const p95 = summary.endpoints[0]?.p95Ms ?? 0;
    expect(Math.abs(p95 - 95) / 95).toBeLessThan(0.05);
    expect(summary.points).toHaveLength(15);
    expect(summary.points.at(-1)).toMatchObject({ done: 100, refused: 5, failed: 1 });
  });

  it('has nothing to compare a window with that is longer than half of what is kept', async () => {
    await write(record());
    expect((await logs.statsOf('default').summary(1_440, NOW)).before).not.toBeNull();
    const long = await logs.statsOf('default').summary(2_880, NOW);
    expect(long).toMatchObject({ requests: 1, before: null });
    expect(long.points.length).toBeLessThanOrEqual(120);
  });
});

describe('while Redis is away', () => {
  it('keeps requests, and writes them when it is back', async () => {
    const redis = await startStore();
    try {
      let away = true;
      const store: Store = {
        ...redis.store,
        run: (script, input) => (away ? Promise.reject(new Error('away')) : redis.store.run(script, input)),
      };
      const logs = new RequestLogs({ store, log: silentLogger, clock: systemClock, statsTtlMs: DAY_MS });
      logs.of('default').add({
        ...{ at: NOW, endpoint: 'skip', user: 'ada', stateBefore: null, status: 503, code: 'redis_away' },
        ...{ ms: 1, requestId: 'request-1', caller: 'api', server: 'here:1' },
      });
      await logs.flush();
      expect(await logs.of('default').total()).toBe(0);
      away = false;
      await logs.flush();
      expect(await logs.of('default').total()).toBe(1);
      expect(logs.lostRequests).toBe(0);
    } finally {
      await redis.stop();
    }
  });
});
