import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { acting } from '../../../src/main/engine/core';
import { separateScript } from '../../../src/main/engine/separate';
import { Sweeper } from '../../../src/main/engine/sweeper';
import { systemClock } from '../../../src/main/lib/clock';
import { testContext } from '../../support/engine';
import { STORE_KINDS, startStore, type TestStore } from '../../support/store';

/** A time to count from; scripts take it instead of the server's clock. */
const NOW = 1_800_000_000_000;

/** The fields that have a value. */
function given(fields: Record<string, string | number | null | undefined>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string | number] => entry[1] != null),
  );
}

describe.each(STORE_KINDS)('Sweeper on %s', (kind) => {
  let redis: TestStore;
  beforeAll(async () => {
    redis = await startStore(kind);
  });
  beforeEach(() => redis.flush());
  afterAll(() => redis.stop());

  const sweeper = () => new Sweeper(testContext(redis.store), { perStep: 3 });
  const sweep = (options: Parameters<Sweeper['sweep']>[0] = {}) => sweeper().sweep({ now: NOW, ...options });

  /** Puts a user somewhere as another program would, with an index entry unless `silentFor` is null. */
  async function place(
    id: string,
    set: string,
    {
      ageMs = 0,
      silentFor = 0,
      ...fields
    }: {
      ageMs?: number;
      silentFor?: number | null;
      [field: string]: string | number | null | undefined;
    } = {},
  ) {
    await redis.client.zadd(`matching:${set}`, NOW - ageMs, id);
    await redis.client.hset(`user:${id}`, { state: set.toUpperCase(), createdAt: NOW, ...given(fields) });
    if (silentFor !== null) await redis.client.zadd('matching:heartbeats', NOW - silentFor, id);
  }
  const inSet = async (set: string) => await redis.client.zrange(`matching:${set}`, 0, '-1');
  const since = async (set: string, id: string) => Number(await redis.client.zscore(`matching:${set}`, id));

  it('takes a couple that connects for too long back to its place in the queue, and keeps them apart', async () => {
    await place('a', 'connecting', { ageMs: 16_000, matchedWith: 'b', queuedAt: NOW - 50_000 });
    await place('b', 'connecting', { ageMs: 16_000, matchedWith: 'a', queuedAt: NOW - 40_000 });
    await place('c', 'connecting', { ageMs: 14_000, matchedWith: 'd' });
    const report = await sweep();
    expect(await inSet('waiting')).toEqual(['a', 'b']);
    expect(await since('waiting', 'a')).toBe(NOW - 50_000);
    expect(await inSet('connecting')).toEqual(['c']);
    expect(await redis.client.exists('cooldown:a:b')).toBe(1);
    expect(await redis.client.hget('user:a', 'matchedWith')).toBeNull();
    expect(report).toMatchObject({ complete: true, moved: { connecting: 2 } });
  });

  describe('somebody who is alone in a call, because another program took the partner away', () => {
    /** A sweeper whose own clock stands where `at` says. */
    function watched() {
      const time = { at: 0 };
      const clock = { ...systemClock, now: () => time.at };
      const one = new Sweeper({ ...testContext(redis.store), clock }, { perStep: 3 });
      return { time, sweep: (dryRun = false) => one.sweep({ now: NOW, dryRun }) };
    }
    const couple = async (a: string, b: string) => {
      await place(a, 'in_call', { ageMs: 60_000, matchedWith: b });
      await place(b, 'in_call', { ageMs: 60_000, matchedWith: a });
    };

    it('goes back to the queue at the next sweep, and nobody else is moved', async () => {
      const { time, sweep } = watched();
      await couple('left', 'taken');
      await couple('happy', 'too');
      await place('partnerless', 'in_call', { ageMs: 60_000 });
      await redis.client.zrem('matching:in_call', 'taken');
      expect((await sweep()).moved.alone).toBe(0);
      time.at = 999;
      expect((await sweep()).moved.alone).toBe(0);
      time.at = 1000;
      expect((await sweep(true)).moved.alone).toBe(2);
      expect(await inSet('waiting')).toEqual([]);
      expect((await sweep()).moved.alone).toBe(2);
      expect(await inSet('waiting')).toEqual(['left']);
      expect((await inSet('in_call')).sort()).toEqual(['happy', 'partnerless', 'too']);
      expect(await redis.client.hmget('user:left', 'state', 'matchedWith')).toEqual(['WAITING', null]);
    });

    it('stays when the partner was missing for a moment only, or is with them again', async () => {
      const { time, sweep } = watched();
      await couple('a', 'b');
      await redis.client.zrem('matching:in_call', 'b');
      await sweep();
      await redis.client.zadd('matching:in_call', NOW, 'b');
      time.at = 5000;
      await sweep();
      await redis.client.zrem('matching:in_call', 'b');
      expect((await sweep()).moved.alone).toBe(0);
      expect(await inSet('in_call')).toEqual(['a']);
    });

    it('is found among more than one look can hold, and when the partner went on to somebody else', async () => {
      const { time, sweep } = watched();
      const many = Array.from({ length: kind === 'redis' ? 1_200 : 40 }, (_, index) => `stranger-${index}`);
      await redis.client.zadd('matching:in_call', ...many.flatMap((user) => [NOW - 90_000, user]));
      await place('left', 'in_call', { ageMs: 60_000, matchedWith: 'faithless' });
      await couple('faithless', 'other');
      await sweep();
      time.at = 5000;
      await sweep();
      expect(await inSet('waiting')).toEqual(['left']);
      expect(await inSet('in_call')).toHaveLength(many.length + 2);
    });
  });

  it('lets the partner of a silent user in a call go back to the queue in the same transaction', async () => {
    await place('dead', 'in_call', { ageMs: 60_000, silentFor: 31_000, matchedWith: 'alive' });
    await place('alive', 'in_call', { ageMs: 60_000, matchedWith: 'dead' });
    const report = await sweep();
    expect(await inSet('in_call')).toEqual([]);
    expect(await inSet('idle')).toEqual(['dead']);
    expect(await inSet('waiting')).toEqual(['alive']);
    expect(report.transactions).toHaveLength(1);
    expect(report.examples.map(({ user, to }) => `${user} ${to}`)).toEqual([
      'dead DISCONNECTING',
      'dead IDLE',
      'alive DISCONNECTING',
      'alive WAITING',
    ]);
  });

  it('takes both out of a call when both fell silent, whoever comes first', async () => {
    await place('x', 'in_call', { ageMs: 60_000, silentFor: 40_000, matchedWith: 'y' });
    await place('y', 'in_call', { ageMs: 60_000, silentFor: 35_000, matchedWith: 'x' });
    await sweep();
    expect((await inSet('idle')).sort()).toEqual(['x', 'y']);
    expect(await inSet('waiting')).toEqual([]);
  });

  it('moves silent people in the queue and those who disconnect for too long to IDLE', async () => {
    await place('silent', 'waiting', { ageMs: 90_000, silentFor: 30_001 });
    await place('lively', 'waiting', { ageMs: 90_000, silentFor: 29_000 });
    await place('leaving', 'disconnecting', { ageMs: 10_001 });
    await place('left', 'disconnecting', { ageMs: 9_000 });
    await sweep();
    expect((await inSet('idle')).sort()).toEqual(['leaving', 'silent']);
    expect(await inSet('waiting')).toEqual(['lively']);
    expect(await inSet('disconnecting')).toEqual(['left']);
    expect(await redis.client.hget('user:silent', 'isActive')).toBe('false');
  });

  it('forgets silent idle users, and tells it in journal and statistics', async () => {
    await place('gone', 'idle', { ageMs: 31_000, silentFor: 31_000 });
    await place('fresh', 'idle', { ageMs: 1000, silentFor: 31_000 });
    const report = await sweep();
    expect(report.forgotten).toBe(1);
    expect(await inSet('idle')).toEqual(['fresh']);
    expect(await redis.client.exists('user:gone')).toBe(0);
    expect(await redis.client.zscore('matching:heartbeats', 'gone')).toBeNull();
    expect(await redis.client.hget(`matching:stats:${NOW / 60_000}`, 'IDLE>UNKNOWN:sweep-heartbeat')).toBe(
      '1',
    );
    const [entry] = await redis.client.xrange('matching:journal', '-', '+');
    expect(entry?.[1].join(' ')).toContain('user gone from IDLE to  cause sweep-heartbeat');
  });

  it('leaves users alone whom a grace period protects', async () => {
    await place('until', 'waiting', { silentFor: 90_000, gracePeriod: NOW + 1 });
    await place('always', 'waiting', { silentFor: 90_000, gracePeriod: 'true' });
    await place('over', 'waiting', { silentFor: 90_000, gracePeriod: NOW - 1 });
    await sweep();
    expect((await inSet('waiting')).sort()).toEqual(['always', 'until']);
  });

  it('finds those behind many who stay, however small its steps are', async () => {
    for (let index = 0; index < 10; index += 1)
      await place(`protected${index}`, 'waiting', { silentFor: 90_000 + index, gracePeriod: 'true' });
    for (let index = 0; index < 10; index += 1)
      await place(`silent${index}`, 'waiting', { silentFor: 40_000 + index });
    const report = await sweep();
    expect(report.moved.heartbeat).toBe(10);
    expect(await inSet('idle')).toHaveLength(10);
  });

  describe('on a deployment whose programs know no index', () => {
    it('sweeps nobody because the index is missing', async () => {
      await place('unheard', 'waiting', { silentFor: null });
      await place('in-call', 'in_call', { silentFor: null, matchedWith: 'other' });
      await sweep();
      await sweep();
      expect(await inSet('waiting')).toEqual(['unheard']);
      expect(await inSet('in_call')).toEqual(['in-call']);
    });

    it('believes heartbeats in the metadata and in heartbeat:<id>', async () => {
      await place('by-hash', 'waiting', { silentFor: 90_000, lastHeartbeat: NOW - 1000 });
      await place('by-key', 'waiting', { silentFor: 90_000, lastHeartbeat: NOW - 90_000 });
      await redis.client.set('heartbeat:by-key', NOW - 2000);
      await place('dead', 'waiting', { silentFor: null, lastHeartbeat: NOW - 90_000 });
      const one = sweeper();
      await one.sweep({ now: NOW });
      expect(one.metrics.adopted).toBe(1);
      expect(Number(await redis.client.zscore('matching:heartbeats', 'by-key'))).toBe(NOW - 2000);
      await one.sweep({ now: NOW });
      expect((await inSet('waiting')).sort()).toEqual(['by-hash', 'by-key']);
      expect(await inSet('idle')).toEqual(['dead']);
    });

    it('drops index entries of users of whom nothing is left', async () => {
      await redis.client.zadd('matching:heartbeats', NOW - 90_000, 'ghost');
      await sweep();
      expect(await redis.client.zcard('matching:heartbeats')).toBe(0);
    });
  });

  it('leaves damaged users to the repair and sweeps all others', async () => {
    await place('split', 'waiting', { silentFor: 80_000 });
    await redis.client.zadd('matching:in_call', NOW, 'split');
    await redis.client.set('user:text', 'not a hash');
    await redis.client.zadd('matching:waiting', NOW, 'text');
    await redis.client.zadd('matching:heartbeats', NOW - 80_000, 'text');
    await place('fine', 'waiting', { silentFor: 40_000 });
    await sweep();
    expect(await inSet('idle')).toEqual(['fine']);
    expect((await inSet('waiting')).sort()).toEqual(['split', 'text']);
  });

  it('reports in a dry run what it would do, and changes nothing', async () => {
    await place('silent', 'waiting', { silentFor: 31_000 });
    await place('stuck', 'disconnecting', { ageMs: 11_000 });
    const before = await redis.client.keys('*');
    const report = await sweep({ dryRun: true });
    expect(report.examples.map(({ user, to }) => `${user} ${to}`)).toEqual(['stuck IDLE', 'silent IDLE']);
    expect((await redis.client.keys('*')).sort()).toEqual(before.sort());
    expect(await inSet('idle')).toEqual([]);
  });

  it('sweeps everybody once when several work at the same time', async () => {
    for (let index = 0; index < 30; index += 1) {
      const other = index % 2 ? index - 1 : index + 1;
      await place(`u${index}`, 'in_call', { silentFor: index % 2 ? 0 : 40_000, matchedWith: `u${other}` });
    }
    const reports = await Promise.all([sweep(), sweep(), sweep()]);
    const moved = reports.reduce((sum, report) => sum + report.moved.heartbeat, 0);
    expect(moved).toBe(60);
    expect(await inSet('idle')).toHaveLength(15);
    expect(await inSet('waiting')).toHaveLength(15);
  });

  it('ends after the step under way when it is cancelled', async () => {
    for (let index = 0; index < 10; index += 1) await place(`u${index}`, 'waiting', { silentFor: 40_000 });
    const report = await sweep({ signal: AbortSignal.abort() });
    expect(report.complete).toBe(false);
    expect(await inSet('waiting')).toHaveLength(10);
  });

  it('leaves pairs that are not mutual to separate as before', async () => {
    await place('a', 'in_call', { matchedWith: 'b' });
    await place('b', 'in_call', { matchedWith: 'c' });
    const { keys, settings } = testContext(redis.store);
    const { partner } = await redis.store.run(separateScript, {
      acting: acting(keys, settings, { now: NOW }),
      user: 'a',
      action: 'skip',
      alive: true,
    });
    expect(partner).toBeNull();
    expect(await inSet('in_call')).toEqual(['b']);
  });
});
