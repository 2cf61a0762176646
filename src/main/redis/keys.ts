import { DEFAULT_POOL } from '@shared/contract/common';
import type { State } from '@shared/states';

/**
 * Every Redis key of the product, built in one place. What each key is and who owns it:
 *
 * | key                | type          | content                                              | written by          |
 * |--------------------|---------------|------------------------------------------------------|---------------------|
 * | sets[state]        | sorted set    | user id by time of entry (ms); these are the truth   | scripts, other programs |
 * | heartbeats         | sorted set    | every known user by last heartbeat                   | scripts, heartbeat  |
 * | journal            | capped stream | one entry per user per move                          | scripts             |
 * | audit              | stream        | one entry per operator action                        | scripts, api        |
 * | requests           | capped stream | one entry per API request                            | api                 |
 * | alarmRules         | string (JSON) | from where on a value is an alarm                    | api                 |
 * | alarmState         | string (JSON) | every alarm as it stands, and which process judges   | alarms              |
 * | alarmSnoozes       | hash          | kind by until when, by whom and why it is silenced   | api                 |
 * | alarmHistory       | capped stream | one entry per change of an alarm                     | alarms              |
 * | user(id)           | hash, TTL     | metadata                                             | scripts, other programs |
 * | heartbeat(id)      | string, TTL   | ms of the last heartbeat, for older clients          | heartbeat           |
 * | history(id)        | list, TTL     | the user's last moves                                | scripts             |
 * | cooldown(a, b)     | string, TTL   | these two are not paired                             | scripts             |
 * | stats(minute)      | hash, TTL     | edges and histograms of one minute since the epoch   | scripts             |
 * | requestStats(minute) | hash, TTL   | outcomes and durations of API requests, by minute    | api                 |
 * | limit(scope, id)   | string, TTL   | how often a user called an endpoint lately           | api                 |
 * | transaction(id)    | string, TTL   | what a transaction did: idempotency and rollback     | scripts             |
 */
export interface PoolKeys {
  readonly pool: string;
  readonly sets: Readonly<Record<State, string>>;
  readonly heartbeats: string;
  readonly journal: string;
  readonly audit: string;
  readonly requests: string;
  readonly alarmRules: string;
  readonly alarmState: string;
  readonly alarmSnoozes: string;
  readonly alarmHistory: string;
  /** What stands before an id, for scripts that meet ids only as they run. */
  readonly prefixes: Readonly<
    Record<'user' | 'heartbeat' | 'history' | 'cooldown' | 'stats' | 'transaction', string>
  >;
  user(id: string): string;
  heartbeat(id: string): string;
  history(id: string): string;
  /** The order of the two does not matter. */
  cooldown(a: string, b: string): string;
  /** @param minute whole minutes since the epoch */
  stats(minute: number): string;
  /** @param minute whole minutes since the epoch */
  requestStats(minute: number): string;
  /** @param scope the endpoint */
  limit(scope: string, id: string): string;
  transaction(id: string): string;
}

/** Where keys live: on Redis Cluster each pool shares one hash tag, and so one slot. */
export type KeyLayout = 'single' | 'cluster';

/** The set of pools that have been used, so that a console finds them all. Belongs to no pool. */
export const POOLS_KEY = 'matching:pools';

/**
 * The keys of a pool. The default pool has the classic names that existing deployments write
 * (`matching:waiting`, `user:<id>`); every other pool, and the default one on a cluster, has a hash tag
 * so that all its keys share a slot and every script is legal there.
 */
export function poolKeys(pool: string, layout: KeyLayout = 'single'): PoolKeys {
  const classic = pool === DEFAULT_POOL && layout === 'single';
  const tag = pool === DEFAULT_POOL ? '{matching}:' : `{matching:${pool}}:`;
  const shared = classic ? 'matching:' : tag;
  const perUser = classic ? '' : tag;
  const prefixes = {
    user: `${perUser}user:`,
    heartbeat: `${perUser}heartbeat:`,
    history: `${perUser}history:`,
    cooldown: `${perUser}cooldown:`,
    stats: `${shared}stats:`,
    transaction: `${shared}tx:`,
  };
  return {
    pool,
    sets: {
      IDLE: `${shared}idle`,
      WAITING: `${shared}waiting`,
      CONNECTING: `${shared}connecting`,
      IN_CALL: `${shared}in_call`,
      DISCONNECTING: `${shared}disconnecting`,
    },
    heartbeats: `${shared}heartbeats`,
    journal: `${shared}journal`,
    audit: `${shared}audit`,
    requests: `${shared}requests`,
    alarmRules: `${shared}alarm-rules`,
    alarmState: `${shared}alarm-state`,
    alarmSnoozes: `${shared}alarm-snoozes`,
    alarmHistory: `${shared}alarm-history`,
    prefixes,
    user: (id) => prefixes.user + id,
    heartbeat: (id) => prefixes.heartbeat + id,
    history: (id) => prefixes.history + id,
    cooldown: (a, b) => `${prefixes.cooldown}${a < b ? a : b}:${a < b ? b : a}`,
    stats: (minute) => prefixes.stats + minute,
    requestStats: (minute) => `${shared}request-stats:${minute}`,
    limit: (scope, id) => `${shared}limit:${scope}:${id}`,
    transaction: (id) => prefixes.transaction + id,
  };
}
