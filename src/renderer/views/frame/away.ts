import type { Health } from '@shared/contract/session';
import type { WireStatus } from '@shared/transport';
import { formatAge, formatSecond, type TimeZoneChoice } from '../../format';

/** What the banner says while the numbers are not current. */
export interface Away {
  title: string;
  /** What is being tried, and when next. */
  trying: string;
  cause: string | null;
  /** Whether a person can ask for an attempt at once. */
  canRetry: boolean;
}

/** The words for a lost wire: the console's own server does not answer. Times are by this machine's clock. */
export function describeWire(wire: WireStatus, now: number, zone: TimeZoneChoice): Away {
  const since = `since ${formatSecond(wire.since, zone)} (${formatAge(now - wire.since)})`;
  if (wire.status === 'closed') {
    return {
      title: `This console is closed ${since}`,
      trying: 'It will not reconnect by itself: start Switchboard again and open the address that it prints.',
      cause: wire.reason,
      canRetry: false,
    };
  }
  return {
    title: `The console has lost its own server ${since}`,
    trying: nextAttempt('Reconnecting', wire.nextAttemptAt, now),
    cause: wire.reason,
    canRetry: false,
  };
}

/** The words for a Redis that is away. Times are by this machine's clock. */
export function describeRedis(health: Health, now: number, zone: TimeZoneChoice): Away {
  const since = `since ${formatSecond(health.since, zone)} (${formatAge(now - health.since)})`;
  const cause = health.lastError?.message ?? null;
  if (health.privateStore?.endedForGood)
    return {
      title: `The private store of this console has ended for good ${since}`,
      trying: 'It ended again and again, and what was in it is gone: start Switchboard again.',
      cause,
      canRetry: false,
    };
  const attempt = `attempt ${health.attempts} of ${health.maxAttempts}`;
  switch (health.status) {
    case 'gave-up':
      return {
        title: `Redis is away ${since}`,
        trying: `Gave up after ${health.maxAttempts} attempts. Retry when it is back.`,
        cause,
        canRetry: true,
      };
    case 'closed':
      return { title: `Closed ${since}`, trying: 'The console is shutting down.', cause, canRetry: false };
    case 'connecting':
      return { title: 'Connecting to Redis', trying: 'First attempt under way.', cause, canRetry: false };
    case 'ready':
    case 'reconnecting':
      return {
        title: `Redis is away ${since}`,
        trying: `${nextAttempt('Reconnecting', health.nextAttemptAt, now)} (${attempt})`,
        cause,
        canRetry: true,
      };
  }
}

function nextAttempt(word: string, at: number | null, now: number): string {
  if (at === null || at <= now) return `${word} now`;
  return `${word}: next attempt in ${Math.ceil((at - now) / 1000)} s`;
}
