import type { FeedName, OperationName } from '@shared/contract';
import { STATES } from '@shared/states';
import { type PoolKeys, POOLS_KEY } from '../redis/keys';
import type { RedisCommand } from '../redis/store';

/** Something that this console does, and every command of Redis that it takes. */
export interface Capability {
  /** In words, after "may not". */
  what: string;
  operations: readonly (OperationName | FeedName)[];
  /** One of each command and kind of key, as it would be sent. */
  commands: (keys: PoolKeys) => readonly RedisCommand[];
}

/** Stands for any user and any transaction in the keys that are asked about. */
const ANY = 'x';

/** Reads of where users are and what is known of them: nearly every script makes them. */
const whereabouts = (keys: PoolKeys): RedisCommand[] => [
  ['EVALSHA', '0', 1, keys.sets.WAITING],
  ['TIME'],
  ...STATES.map((state) => ['ZSCORE', keys.sets[state], ANY] as const),
  ['ZMSCORE', keys.sets.WAITING, ANY],
  ['ZCARD', keys.sets.WAITING],
  ['ZRANGE', keys.sets.WAITING, 0, 0],
  ['ZCOUNT', keys.heartbeats, 0, 1],
  ['HMGET', keys.user(ANY), 'state'],
];

const oneUser = (keys: PoolKeys): RedisCommand[] => [
  ['HGETALL', keys.user(ANY)],
  ['HGET', keys.user(ANY), 'state'],
  ['HLEN', keys.user(ANY)],
  ['EXISTS', keys.cooldown(ANY, ANY)],
  ['PTTL', keys.user(ANY)],
  ['GET', keys.heartbeat(ANY)],
  ['LRANGE', keys.history(ANY), 0, 0],
  ['LINDEX', keys.history(ANY), 0],
  ['LLEN', keys.history(ANY)],
  ['ZRANK', keys.sets.WAITING, ANY],
  ['MGET', keys.cooldown(ANY, ANY)],
  ['ZRANGEBYSCORE', keys.sets.WAITING, 0, 1],
];

const moves = (keys: PoolKeys): RedisCommand[] => [
  ['XREVRANGE', keys.journal, '+', '-', 'COUNT', 1],
  ['XRANGE', keys.journal, '-', '+', 'COUNT', 1],
  ['XLEN', keys.journal],
  ['XINFO', 'STREAM', keys.journal],
];

/** What the one script that moves people writes, whoever asks for it. */
const changes = (keys: PoolKeys): RedisCommand[] => [
  ['ZADD', keys.sets.IDLE, 0, ANY],
  ['ZREM', keys.sets.IDLE, ANY],
  ['ZADD', keys.heartbeats, 0, ANY],
  ['HSET', keys.user(ANY), 'state', 'IDLE'],
  ['HDEL', keys.user(ANY), 'state'],
  ['PEXPIRE', keys.user(ANY), 1],
  ['SET', keys.heartbeat(ANY), '0'],
  ['SET', keys.cooldown(ANY, ANY), '1'],
  ['DEL', keys.heartbeat(ANY)],
  ['LPUSH', keys.history(ANY), ANY],
  ['LTRIM', keys.history(ANY), 0, 1],
  ['XADD', keys.journal, '*', 'user', ANY],
  ['XADD', keys.audit, '*', 'by', ANY],
  ['HINCRBY', keys.stats(0), ANY, 1],
  ['PEXPIRE', keys.stats(0), 1],
  ['SET', keys.transaction(ANY), ANY],
  ['GET', keys.transaction(ANY)],
];

/**
 * What the console does, and what it takes: the one table by which permissions are asked about beforehand, and from
 * which the documentation takes its ACL rules. Reading comes first, changing last.
 */
export const CAPABILITIES: readonly Capability[] = [
  {
    what: 'see the live numbers',
    operations: ['overview', 'trends', 'overview.get', 'pools.overview', 'analytics.get'],
    commands: (keys) => [
      ...whereabouts(keys),
      ['ZMSCORE', keys.sets.IDLE, ANY],
      ['HGETALL', keys.stats(0)],
      ...moves(keys).filter(([name]) => name !== 'XRANGE'),
    ],
  },
  {
    what: 'look at users',
    operations: ['users.list', 'users.get', 'users.find', 'users.explain'],
    commands: (keys) => [...whereabouts(keys), ...oneUser(keys)],
  },
  {
    what: 'follow and search moves',
    operations: ['transitions', 'transitions.list', 'transitions.search', 'transitions.history'],
    commands: (keys) => [
      ...whereabouts(keys),
      ...moves(keys),
      ['ZREVRANGEBYSCORE', keys.sets.IDLE, 1, 0],
      ['LINDEX', keys.history(ANY), 0],
    ],
  },
  {
    what: 'read the audit trail, the requests and the alarms',
    operations: [
      'audit',
      'audit.list',
      'requests.list',
      'requests.slowest',
      'requests.summary',
      'transitions.undoable',
    ],
    commands: (keys) => [
      ['XREVRANGE', keys.audit, '+', '-', 'COUNT', 1],
      ['XLEN', keys.audit],
      ['MGET', keys.transaction(ANY)],
      ['XREVRANGE', keys.requests, '+', '-', 'COUNT', 1],
      ['HGETALL', keys.requestStats(0)],
      ['GET', keys.alarmRules],
      ['HGETALL', keys.alarmSnoozes],
      ['XREVRANGE', keys.alarmHistory, '+', '-', 'COUNT', 1],
    ],
  },
  {
    what: 'scan for damage',
    operations: ['integrity.start', 'integrity.findings'],
    commands: (keys) => [
      ...whereabouts(keys),
      ...oneUser(keys),
      ['DBSIZE'],
      ['SCAN', 0],
      ['ZSCAN', keys.sets.IDLE, 0],
      ['ZMSCORE', keys.sets.IDLE, ANY],
    ],
  },
  {
    what: 'find the pools',
    operations: ['pools.list'],
    commands: () => [
      ['SMEMBERS', POOLS_KEY],
      ['SCAN', 0],
    ],
  },
  {
    what: 'see version, memory and role of the server',
    operations: ['health'],
    commands: () => [['INFO'], ['TIME']],
  },
  {
    what: 'move users, and undo it',
    operations: [
      'transitions.perform',
      'transitions.force',
      'transitions.forceMany',
      'transitions.rollback',
      'users.remove',
    ],
    commands: (keys) => [...whereabouts(keys), ...oneUser(keys), ...changes(keys)],
  },
  {
    what: 'edit metadata',
    operations: ['users.patch'],
    commands: (keys) => [...whereabouts(keys), ...oneUser(keys), ...changes(keys)],
  },
  {
    what: 'sweep and repair',
    operations: ['cleanup.run', 'integrity.repair', 'integrity.repairAll'],
    commands: (keys) => [...whereabouts(keys), ...oneUser(keys), ...changes(keys)],
  },
  {
    what: 'change thresholds and snoozes of alarms',
    operations: ['alarms.configure', 'alarms.snooze', 'alarms.wake'],
    commands: (keys) => [
      ['SET', keys.alarmRules, ANY],
      ['HSET', keys.alarmSnoozes, ANY, ANY],
      ['HDEL', keys.alarmSnoozes, ANY],
      ['XADD', keys.audit, '*', 'by', ANY],
    ],
  },
  {
    what: 'rebuild and clean up metadata',
    operations: ['metadata.rebuild', 'metadata.removeOrphans'],
    commands: (keys) => [
      ...whereabouts(keys),
      ...oneUser(keys),
      ...changes(keys),
      ['DBSIZE'],
      ['SCAN', 0],
      ['ZSCAN', keys.sets.IDLE, 0],
      ['ZMSCORE', keys.heartbeats, ANY],
    ],
  },
  {
    what: 'serve the HTTP API',
    operations: [],
    commands: (keys) => [
      ['INCR', keys.limit('enqueue', ANY)],
      ['PEXPIRE', keys.limit('enqueue', ANY), 1],
      ['XREAD', 'STREAMS', keys.journal, '$'],
      ['XADD', keys.requests, '*', 'endpoint', ANY],
      ['HINCRBY', keys.requestStats(0), ANY, 1],
    ],
  },
  {
    what: 'use pools of its own',
    operations: ['simulator.start', 'simulator.clear'],
    commands: (keys) => [...whereabouts(keys), ...oneUser(keys), ...changes(keys), ['SADD', POOLS_KEY, ANY]],
  },
];
