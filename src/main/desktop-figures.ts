import type { FeedEvent } from '@shared/contract';
import type { Alarm } from '@shared/contract/alarms';
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
  let alarms: readonly Alarm[] = [];
  const stops = [
    dispatcher.subscribe('overview', { pool }, from, (event) => {
      if (event.ok) overview = event.value as Overview;
    }),
    dispatcher.subscribe('trends', { pool }, from, (event) => {
      if (event.ok) attention = (event.value as Trends).attention;
    }),
    dispatcher.subscribe('alarms', { pool }, from, (event) => {
      if (event.ok) alarms = (event.value as FeedEvent<'alarms'>).alarms;
    }),
  ];
  const timer = setInterval(() => {
    if (overview) show(toFigures(overview, attention, alarms));
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    for (const stop of stops) stop();
  };
}

/**
 * What the tray and the notifications say of a pool: the alarms that nobody has snoozed, and damage that no threshold
 * measures.
 */
export function toFigures(
  overview: Overview,
  attention: readonly Attention[],
  alarms: readonly Alarm[],
): Figures {
  const { longestMs } = overview.waiting;
  const damage = attention.flatMap((item) => {
    const title = titleOfDamage(item);
    return title === null ? [] : [{ id: `${overview.pool}:${item.kind}`, title }];
  });
  const raised = alarms
    .filter(({ level, snooze }) => level !== 'fine' && snooze === null)
    .map((alarm) => ({ id: `${overview.pool}:${alarm.kind} ${alarm.level}`, title: titleOfAlarm(alarm) }));
  return {
    waiting: overview.states.WAITING.count,
    longestWait: longestMs === null ? null : inWords(longestMs),
    alarms: [...damage, ...raised],
  };
}

function inWords(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} m ${seconds % 60} s`;
}

function titleOfDamage({ kind, count }: Attention): string | null {
  if (kind === 'split-users') return `${users(count)} in two states at once`;
  return kind === 'alone-in-call' ? `${users(count)} alone in a call` : null;
}

function titleOfAlarm({ kind, value }: Alarm): string {
  switch (kind) {
    case 'service-level':
      return `The service level is ${percent(value)}`;
    case 'longest-wait':
      return `Somebody has waited for ${inWords(value ?? 0)}`;
    case 'stuck-users':
      return `${users(value ?? 0)} stuck`;
    case 'lost-heartbeats':
      return `${users(value ?? 0)} without a heartbeat`;
    case 'failure-rate':
      return `${percent(value)} of connections fail`;
    case 'redis-round-trip':
      return `Redis answers in ${Math.round(value ?? 0)} ms`;
  }
}

function users(count: number): string {
  return count === 1 ? '1 user' : `${count} users`;
}

function percent(share: number | null): string {
  return share === null ? 'unknown' : `${Math.floor(share * 100)} %`;
}
