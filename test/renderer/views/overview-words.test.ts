import { describe, expect, it } from 'vitest';
import { AGE_EDGES_MS, type Overview } from '@shared/contract/overview';
import type { Health } from '@shared/contract/session';
import { describeRedis, describeWire } from '../../../src/renderer/views/frame/away';
import { ageGroups } from '../../../src/renderer/views/overview/age-groups';
import { describeAttention } from '../../../src/renderer/views/overview/attention';
import { edgeSum } from '../../../src/renderer/views/overview/flow';
import { footnote } from '../../../src/renderer/views/overview/footnote';

const AT = Date.UTC(2026, 0, 1, 14, 20);

describe('groups by age', () => {
  it('are named by their edges and late from the target on', () => {
    const groups = ageGroups([188, 241, 332, 216, 141, 58, 24, 4], AGE_EDGES_MS, 30_000);
    expect(groups.map(({ label }) => label)).toEqual([
      '<1 s',
      '1–2',
      '2–5',
      '5–10',
      '10–20',
      '20–30',
      '30–60',
      '>60',
    ]);
    expect(groups.filter(({ late }) => late).map(({ count }) => count)).toEqual([24, 4]);
    expect(groups.slice(0, 2).map(({ spoken }) => spoken)).toEqual(['under 1 second', '1 to 2 seconds']);
  });
});

describe('rates of the flow', () => {
  it('add up the edges that lead the same way', () => {
    expect(edgeSum({ 'IDLE>WAITING': 600, 'UNKNOWN>WAITING': 12 }, ['IDLE>WAITING', 'UNKNOWN>WAITING'])).toBe(
      612,
    );
    expect(edgeSum({}, ['IDLE>WAITING'])).toBe(0);
  });
});

describe('the figure at the foot of a state', () => {
  const figures = { count: 5, oldestUser: 'u1', oldestSince: AT - 72_000, medianAgeMs: 220_000 };
  const overview = {
    at: AT,
    states: {
      IDLE: figures,
      WAITING: figures,
      CONNECTING: figures,
      IN_CALL: figures,
      DISCONNECTING: figures,
    },
    stuck: { connecting: 7, disconnecting: 0, staleHeartbeats: 0, quietestUser: null, quietestSince: null },
  } as unknown as Overview;

  it('is what matters there, and alarms where it should', () => {
    expect(footnote(overview, 'IDLE')).toEqual({ text: 'oldest 1 m 12 s', alarming: false });
    expect(footnote(overview, 'WAITING')).toEqual({ text: 'longest 1 m 12 s', alarming: true });
    expect(footnote(overview, 'CONNECTING')).toEqual({ text: '7 over 15 s', alarming: true });
    expect(footnote(overview, 'IN_CALL')).toEqual({ text: 'median 3 m 40 s', alarming: false });
    expect(footnote(overview, 'DISCONNECTING')).toEqual({ text: 'none stuck', alarming: false });
  });
});

describe('what needs attention', () => {
  it('is said in words with its number', () => {
    const item = { severity: 'critical', since: null, example: 'u_1' } as const;
    expect(describeAttention({ ...item, kind: 'split-users', count: 1 }).title).toBe('1 user in two states');
    expect(describeAttention({ ...item, kind: 'stale-heartbeats', count: 41 }).title).toBe(
      '41 heartbeats over 30 s old',
    );
    expect(describeAttention({ ...item, kind: 'service-level', severity: 'good', count: 0 }).title).toBe(
      'Service level back above 90 %',
    );
  });
});

describe('the banner', () => {
  const health: Health = {
    status: 'reconnecting',
    since: AT - 12_000,
    attempts: 3,
    maxAttempts: 10,
    nextAttemptAt: AT + 3_400,
    lastError: { code: 'redis_refused', message: 'Connection refused.', at: AT },
    roundTripMs: null,
    server: null,
  };

  it('tells since when Redis is away and when the next attempt is', () => {
    const away = describeRedis(health, AT, 'utc');
    expect(away.title).toBe('Redis is away since 14:19:48 (12 s)');
    expect(away.trying).toBe('Reconnecting: next attempt in 4 s (attempt 3 of 10)');
    expect(away.cause).toBe('Connection refused.');
    expect(away.canRetry).toBe(true);
  });

  it('does not count below zero when an attempt is under way', () => {
    expect(describeRedis({ ...health, nextAttemptAt: AT - 1 }, AT, 'utc').trying).toContain(
      'Reconnecting now',
    );
  });

  it('says that it gave up, and that a person can go on', () => {
    const away = describeRedis({ ...health, status: 'gave-up', nextAttemptAt: null }, AT, 'utc');
    expect(away.trying).toContain('Gave up after 10 attempts');
    expect(away.canRetry).toBe(true);
  });

  it('says that a private store is gone for good, and does not offer to try', () => {
    const fate = { restarts: 3, restartedAt: AT - 60_000, endedForGood: true };
    const away = describeRedis({ ...health, privateStore: fate }, AT, 'utc');
    expect(away.title).toContain('The private store of this console has ended for good');
    expect(away.trying).toContain('what was in it is gone');
    expect(away.canRetry).toBe(false);
    const back = { ...fate, endedForGood: false };
    expect(describeRedis({ ...health, privateStore: back }, AT, 'utc').canRetry).toBe(true);
  });

  it('does not blame Redis when the console’s own server is lost', () => {
    const away = describeWire(
      { status: 'lost', since: AT - 2_000, nextAttemptAt: AT + 500, reason: 'closed' },
      AT,
      'utc',
    );
    expect(away.title).toBe('The console has lost its own server since 14:19:58 (2 s)');
    expect(away.canRetry).toBe(false);
  });
});
