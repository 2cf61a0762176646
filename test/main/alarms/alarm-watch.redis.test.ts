import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { feeds } from '@shared/contract';
import { DEFAULT_ALARM_RULES } from '@shared/contract/alarms';
import type { Health } from '@shared/contract/session';
import { AlarmWatch } from '../../../src/main/alarms/alarm-watch';
import { Engine } from '../../../src/main/engine/engine';
import { silentLogger } from '../../../src/main/lib/log';
import { startStore, STORE_KINDS, type TestStore } from '../../support/store';

/** Alarms come at the first look at which a value is bad, and go at the first at which it is good. */
const AT_ONCE = { ...DEFAULT_ALARM_RULES, raiseAfterMs: 0, clearAfterMs: 0 };

describe.each(STORE_KINDS)('the alarms of a pool on %s', (kind) => {
  let redis: TestStore;
  beforeAll(async () => {
    redis = await startStore(kind);
  });
  beforeEach(() => redis.flush());
  afterAll(() => redis.stop());

  function open(judge: string, { readOnly = false, roundTripMs = 1 } = {}) {
    const pool = new Engine({ store: redis.store, log: silentLogger }).pool();
    return new AlarmWatch({ pool, judge, readOnly, health: () => ({ roundTripMs }) as Health });
  }

  const levelOf = (event: Awaited<ReturnType<AlarmWatch['look']>>, kind: string) =>
    event.alarms.find((alarm) => alarm.kind === kind)?.level;

  it('are raised by what Redis holds, told as the contract says, and kept in the history', async () => {
    const watch = open('one');
    await watch.book.configure(AT_ONCE);
    await redis.client.zadd('matching:waiting', Date.now() - 120_000, 'ann');
    const event = await watch.look();
    expect(feeds.alarms.event.parse(event)).toEqual(event);
    expect(event).toMatchObject({ usual: false, rules: AT_ONCE });
    expect(levelOf(event, 'longest-wait')).toBe('warning');
    await redis.client.zrem('matching:waiting', 'ann');
    expect(levelOf(await watch.look(), 'longest-wait')).toBe('fine');
    const { entries, total } = await watch.book.history({ limit: 10 });
    expect(total).toBe(2);
    expect(entries).toMatchObject([
      { kind: 'longest-wait', from: 'warning', to: 'fine', value: null },
      { kind: 'longest-wait', from: 'fine', to: 'warning' },
    ]);
    expect(entries[1]?.value).toBeGreaterThanOrEqual(120_000);
    expect(entries[0]?.lastedMs).toBeGreaterThanOrEqual(0);
  });

  it('are judged by one process however many look, so that the history has each change once', async () => {
    const watches = ['one', 'two', 'three'].map((judge) => open(judge));
    await watches[0]?.book.configure(AT_ONCE);
    await redis.client.zadd('matching:waiting', Date.now() - 300_000, 'ann');
    for (let turn = 0; turn < 3; turn += 1) {
      const events = await Promise.all(watches.map((watch) => watch.look()));
      if (turn > 0)
        expect(events.map((event) => levelOf(event, 'longest-wait'))).toEqual(Array(3).fill('critical'));
    }
    expect(await redis.client.xlen('matching:alarm-history')).toBe(1);
  });

  it('are taken over, as they stand, from a process that has gone', async () => {
    const gone = open('gone');
    await gone.book.configure(AT_ONCE);
    await redis.client.zadd('matching:waiting', Date.now() - 300_000, 'ann');
    const first = await gone.look();
    const state = JSON.parse((await redis.client.get('matching:alarm-state')) ?? '') as { at: number };
    await redis.client.set('matching:alarm-state', JSON.stringify({ ...state, at: state.at - 11_000 }));
    const next = await open('heir').look();
    expect(next.alarms.find(({ kind }) => kind === 'longest-wait')).toMatchObject({
      level: 'critical',
      since: first.alarms.find(({ kind }) => kind === 'longest-wait')?.since,
    });
    expect(await redis.client.get('matching:alarm-state')).toContain('"by":"heir"');
    expect(await redis.client.xlen('matching:alarm-history')).toBe(1);
  });

  it('are judged without writing anything on a read-only profile', async () => {
    const watch = open('reader', { readOnly: true, roundTripMs: 900 });
    await watch.look();
    expect(levelOf(await watch.look(), 'redis-round-trip')).toBe('fine');
    expect(await redis.client.dbsize()).toBe(0);
  });

  it('carry their snooze until it ends or is taken back', async () => {
    const watch = open('one');
    const snooze = await watch.book.snooze('stuck-users', { minutes: 15, by: 'ann', reason: 'known' });
    const told = async () => (await watch.look()).alarms.find(({ kind }) => kind === 'stuck-users')?.snooze;
    expect(await told()).toEqual(snooze);
    expect(snooze.until - Date.now()).toBeGreaterThan(14 * 60_000);
    expect(await watch.book.wake('stuck-users')).toBe(true);
    expect(await told()).toBeNull();
    expect(await watch.book.wake('stuck-users')).toBe(false);
    await redis.client.hset('matching:alarm-snoozes', 'stuck-users', JSON.stringify({ ...snooze, until: 1 }));
    expect(await told()).toBeNull();
  });

  it('fall back to what is usual where the stored rules cannot be read', async () => {
    await redis.client.set('matching:alarm-rules', '{"thresholds":');
    await redis.client.set('matching:alarm-state', '[]');
    expect(await open('one').look()).toMatchObject({ usual: true, rules: DEFAULT_ALARM_RULES });
  });
});
