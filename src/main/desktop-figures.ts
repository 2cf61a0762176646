import type { Attention, Overview, Trends } from '@shared/contract/overview';
import type { Unsubscribe } from '@shared/transport';
import type { Dispatcher } from './api/dispatch';
import type { Caller } from './api/pipeline';
import type { Figures } from './desktop/attention';

/** How often the tray changes at most: it is read at a glance, not watched (ms). */
const EVERY_MS = 2_000;

/**
 * Follows a pool for the tray and the notifications, through the same door as every console.
 * A feed that ends (Redis away) leaves the last figures; the window tells what is wrong.
 */
export function followFigures(
  dispatcher: Dispatcher,
  caller: Pick<Caller, 'actor' | 'role'>,
  pool: string,
  show: (figures: Figures) => void,
): Unsubscribe {
  const from: Caller = { ...caller, host: 'ipc' };
  let overview: Overview | null = null;
  let attention: readonly Attention[] = [];
  const stops = [
    dispatcher.subscribe('overview', { pool }, from, (event) => {
      if (event.ok) overview = event.value as Overview;
    }),
    dispatcher.subscribe('trends', { pool }, from, (event) => {
      if (event.ok) attention = (event.value as Trends).attention;
    }),
  ];
  const timer = setInterval(() => {
    if (overview) show(toFigures(overview, attention));
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    for (const stop of stops) stop();
  };
}

/** What the tray and the notifications say of a pool. */
export function toFigures(overview: Overview, attention: readonly Attention[]): Figures {
  const { longestMs } = overview.waiting;
  return {
    waiting: overview.states.WAITING.count,
    longestWait: longestMs === null ? null : inWords(longestMs),
    alarms: attention
      .filter(({ severity }) => severity === 'critical' || severity === 'warning')
      .map((item) => ({ id: `${overview.pool}:${item.kind}`, title: titleOf(item) })),
  };
}

function inWords(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} m ${seconds % 60} s`;
}

function titleOf({ kind, count }: Attention): string {
  const users = count === 1 ? '1 user' : `${count} users`;
  switch (kind) {
    case 'split-users':
      return `${users} in two states at once`;
    case 'alone-in-call':
      return `${users} alone in a call`;
    case 'stuck-connecting':
      return `${users} stuck in CONNECTING`;
    case 'stuck-disconnecting':
      return `${users} stuck in DISCONNECTING`;
    case 'stale-heartbeats':
      return `${users} without a heartbeat`;
    case 'service-level':
      return 'The service level is below its target';
    case 'redis-slow':
      return 'Redis answers slowly';
  }
}
