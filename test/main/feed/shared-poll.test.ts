import { describe, expect, it, vi } from 'vitest';
import { SwitchboardError } from '@shared/errors';
import { PollRegistry } from '../../../src/main/feed/poll-registry';
import { SharedPoll } from '../../../src/main/feed/shared-poll';
import { silentLogger } from '../../../src/main/lib/log';
import { fakeClock } from '../../support/fake-clock';
import { fakeConnection } from '../../support/fake-connection';

function setUp(read: () => Promise<number> = counter()) {
  const clock = fakeClock();
  const connection = fakeConnection();
  const spy = vi.fn(read);
  const options = { name: 'test', everyMs: 250, connection, clock, log: silentLogger };
  return { clock, connection, read: spy, options, poll: new SharedPoll({ ...options, read: spy }) };
}

function counter() {
  let value = 0;
  return () => Promise.resolve((value += 1));
}

function listener() {
  return { publish: vi.fn(), fail: vi.fn() };
}

describe('a shared poll', () => {
  it('reads once for any number of listeners', async () => {
    const { clock, poll, read } = setUp();
    const listeners = Array.from({ length: 100 }, listener);
    for (const each of listeners) poll.subscribe(each);
    await clock.advance(1_000);
    expect(read).toHaveBeenCalledTimes(5);
    for (const each of listeners) expect(each.publish.mock.calls).toEqual([[1], [2], [3], [4], [5]]);
  });

  it('reads nothing before somebody listens and after nobody does', async () => {
    const { clock, connection, poll, read } = setUp();
    await clock.advance(1_000);
    expect(read).not.toHaveBeenCalled();
    const stops = [poll.subscribe(listener()), poll.subscribe(listener())];
    await clock.advance(250);
    for (const stop of stops) stop();
    const reads = read.mock.calls.length;
    await clock.advance(5_000);
    expect([read.mock.calls.length, clock.waiting, connection.watchers]).toEqual([reads, 0, 0]);
  });

  it('starts again for somebody who comes later', async () => {
    const { clock, poll } = setUp();
    poll.subscribe(listener())();
    const late = listener();
    poll.subscribe(late);
    await clock.advance(10);
    expect(late.publish).toHaveBeenCalled();
  });

  it('gives the latest value at once to whoever joins', async () => {
    const { clock, poll } = setUp();
    poll.subscribe(listener());
    await clock.advance(300);
    const late = listener();
    poll.subscribe(late);
    expect(late.publish.mock.calls).toEqual([[2]]);
  });

  it('asks nothing while Redis is away, and goes on at once when it is back', async () => {
    const { clock, connection, poll, read } = setUp();
    const each = listener();
    poll.subscribe(each);
    await clock.advance(10);
    connection.become({ status: 'gave-up' });
    await clock.advance(60_000);
    expect(read).toHaveBeenCalledTimes(1);
    connection.become({ status: 'ready' });
    await clock.advance(60);
    expect(each.publish).toHaveBeenCalledTimes(2);
    expect(each.fail).not.toHaveBeenCalled();
  });

  it('outlives a failure that passes', async () => {
    const next = counter();
    let away = true;
    const { clock, poll } = setUp(() =>
      away ? Promise.reject(new SwitchboardError('redis_timeout', 'slow')) : next(),
    );
    const each = listener();
    poll.subscribe(each);
    await clock.advance(500);
    away = false;
    await clock.advance(300);
    expect(each.fail).not.toHaveBeenCalled();
    expect(each.publish).toHaveBeenCalledWith(1);
  });

  it('tells every listener of a failure that would come back at each look, and stops', async () => {
    const fault = new SwitchboardError('redis_wrong_type', 'a string');
    const { clock, poll, read } = setUp(() => Promise.reject(fault));
    const listeners = [listener(), listener()];
    const stops = listeners.map((each) => poll.subscribe(each));
    await clock.advance(5_000);
    for (const each of listeners) expect(each.fail.mock.calls).toEqual([[fault]]);
    for (const stop of stops) stop();
    expect([read.mock.calls.length, clock.waiting]).toEqual([1, 0]);
  });

  it('never has two reads under way', async () => {
    let running = 0;
    let most = 0;
    const { clock, poll } = setUp(async () => {
      most = Math.max(most, (running += 1));
      await new Promise<void>((resolve) => void clock.after(1_000, resolve));
      running -= 1;
      return 0;
    });
    poll.subscribe(listener());
    await clock.advance(10_000);
    expect(most).toBe(1);
  });

  it('does not publish to a listener who left while others were told', async () => {
    const { clock, poll } = setUp();
    const second = listener();
    let stopSecond = () => undefined as void;
    poll.subscribe({ publish: () => stopSecond(), fail: vi.fn() });
    stopSecond = poll.subscribe(second);
    await clock.advance(250);
    expect(second.publish).not.toHaveBeenCalled();
  });
});

describe('a registry of polls', () => {
  it('shares a poll by key, and keeps keys apart', async () => {
    const { clock, options } = setUp();
    const registry = new PollRegistry<string>(options);
    const reads = { a: vi.fn(() => Promise.resolve('a')), b: vi.fn(() => Promise.resolve('b')) };
    const listeners = { a1: listener(), a2: listener(), b: listener() };
    registry.subscribe('a', reads.a, listeners.a1);
    registry.subscribe('a', reads.a, listeners.a2);
    registry.subscribe('b', reads.b, listeners.b);
    await clock.advance(500);
    expect([reads.a.mock.calls.length, reads.b.mock.calls.length]).toEqual([3, 3]);
    expect(listeners.a2.publish).toHaveBeenCalledWith('a');
    expect(listeners.b.publish).toHaveBeenCalledWith('b');
    expect(listeners.b.publish).not.toHaveBeenCalledWith('a');
  });
});
