import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createOwnClock, withSample } from '../../src/renderer/feed';
import { startConsole } from '../../src/renderer/session';
import { type CountSample, emptyLive, live, staleness } from '../../src/renderer/store/live';
import { ui } from '../../src/renderer/store/ui';
import { createFixtureWire, type FixtureWire } from '../support/fixture-wire';

let wire: FixtureWire;
let stop: () => void;

beforeEach(async () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 0, 1) });
  live.setState(emptyLive(Date.now()), true);
  ui.setState({ pool: 'default', minutes: 15, pausedAt: null });
  wire = createFixtureWire();
  stop = startConsole(wire);
  await vi.advanceTimersByTimeAsync(300);
});

afterEach(() => {
  stop();
  vi.useRealTimers();
});

describe('the feed', () => {
  it('fills the store with all that the console shows', () => {
    const { session, health, overview, trends, simulator } = live.getState();
    expect([session, health, overview, trends, simulator].includes(null)).toBe(false);
    expect(staleness(live.getState())).toBeNull();
  });

  it('keeps the last picture while Redis is away and goes on by itself when it is back', async () => {
    wire.setRedis('reconnecting');
    await vi.advanceTimersByTimeAsync(500);
    const kept = live.getState().overview;
    expect(staleness(live.getState())).toBe('redis');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(live.getState().overview).toBe(kept);
    wire.setRedis('ready');
    await vi.advanceTimersByTimeAsync(1_500);
    expect(live.getState().overview?.at).toBeGreaterThan((kept?.at ?? 0) + 5_000);
    expect(staleness(live.getState())).toBeNull();
  });

  it('writes times of the console’s process as this machine’s clock had them, however wrong it goes', () => {
    const [here, there] = [Date.UTC(2026, 0, 1, 12), Date.UTC(2026, 0, 1, 13)];
    const told = {
      ...{ status: 'reconnecting' as const, since: there - 4_000, attempts: 1, maxAttempts: 10 },
      ...{ nextAttemptAt: there + 2_000, lastError: null, roundTripMs: null },
      server: { version: '7', topology: 'standalone' as const, memoryBytes: null, clockOffsetMs: 500 },
    };
    const toOwnClock = createOwnClock();
    const shown = toOwnClock({ ...told, at: there }, here);
    expect(shown).toMatchObject({ since: here - 4_000, nextAttemptAt: here + 2_000 });
    // By Redis's clock it is half a second later than by the process's.
    expect(here + (shown.server?.clockOffsetMs ?? 0)).toBe(there + 500);
    // A message that was slow on its way is no other clock: what began then still did.
    expect(toOwnClock({ ...told, at: there }, here + 300).since).toBe(here - 4_000);
    expect(createOwnClock()({ ...told, at: there }, there + 300).since).toBe(told.since);
  });

  it('asks again who it talks to when a lost wire is open again', async () => {
    const asked = () => wire.calls.filter(({ operation }) => operation === 'session.get').length;
    expect(asked()).toBe(1);
    wire.setWire('lost');
    expect(staleness(live.getState())).toBe('console');
    wire.setWire('open');
    await vi.advanceTimersByTimeAsync(10);
    expect(asked()).toBe(2);
  });

  it('stands still while paused, counts what passes, and goes on where the world is', async () => {
    ui.setState({ pausedAt: Date.now() });
    const kept = live.getState().overview;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(live.getState().overview).toBe(kept);
    expect(live.getState().passed).toBeGreaterThan(0);
    ui.setState({ pausedAt: null });
    await vi.advanceTimersByTimeAsync(300);
    expect(live.getState().overview?.at).toBeGreaterThan((kept?.at ?? 0) + 9_000);
    expect(live.getState().passed).toBe(0);
  });

  it('never shows one pool under the name of another', async () => {
    ui.setState({ pool: 'eu' });
    expect(live.getState().overview).toBeNull();
    expect(live.getState().samples).toEqual([]);
    await vi.advanceTimersByTimeAsync(300);
    expect(live.getState().overview?.pool).toBe('eu');
    expect(live.getState().trends?.pool).toBe('eu');
  });

  it('writes nothing any more once it has ended', async () => {
    stop();
    const before = live.getState();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(live.getState()).toBe(before);
  });
});

describe('samples of the counts', () => {
  it('are five seconds apart and reach back a quarter of an hour', () => {
    const overview = live.getState().overview;
    if (!overview) throw new Error('The feed has not brought an overview.');
    let samples: readonly CountSample[] = [];
    for (let at = 0; at <= 20 * 60_000; at += 250) samples = withSample(samples, { ...overview, at });
    expect(samples.length).toBe(181);
    expect(samples[1]?.at).toBe(305_000);
    expect(samples.at(-1)?.at).toBe(1_200_000);
  });

  it('are the same array while there is nothing to add, so that nothing renders', () => {
    const overview = live.getState().overview;
    if (!overview) throw new Error('The feed has not brought an overview.');
    const samples = withSample([], { ...overview, at: 1_000 });
    expect(withSample(samples, { ...overview, at: 5_900 })).toBe(samples);
  });
});
