import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '@shared/errors';
import { CAPABILITIES } from '../../src/main/connections/capabilities';
import { readPermissions } from '../../src/main/connections/permissions';
import { Engine } from '../../src/main/engine/engine';
import { silentLogger } from '../../src/main/lib/log';
import { poolKeys } from '../../src/main/redis/keys';
import { parseRedisUrl } from '../../src/main/redis/target';
import { manage } from '../support/redis-manager';
import { startRedisServer, type TestRedis } from '../support/redis-server';

const ROOT = join(import.meta.dirname, '../..');
const PASSWORD = 'a-password-of-the-test';

/** The rules of the documentation, by the user that they make. */
function rulesOfDocs(): Record<string, string[]> {
  const text = readFileSync(join(ROOT, 'docs/operators.md'), 'utf8').replaceAll('\\\n', ' ');
  const lines = [...text.matchAll(/^ACL SETUSER (\S+) (.+)$/gm)];
  return Object.fromEntries(
    lines.map(([, user = '', rules = '']) => [user, rules.replace('PASSWORD', PASSWORD).trim().split(/\s+/)]),
  );
}

/** Every Redis command that a script of ours sends, by the names in its text. */
function commandsOfScripts(): Set<string> {
  const texts = Object.values(
    import.meta.glob<string>('../../src/main/**/*.lua', { query: '?raw', import: 'default', eager: true }),
  );
  const calls = texts.flatMap((text) => [...text.matchAll(/\b(?:call|pcall|read)\(\s*'([A-Z]+)'/g)]);
  return new Set(calls.map(([, name = '']) => name));
}

describe('the ACL rules of the documentation', () => {
  let redis: TestRedis;
  let admin: Redis;
  const managers: ReturnType<typeof manage>[] = [];

  const connectAs = async (user: string) => {
    const manager = manage('redis://unused', {
      target: { ...parseRedisUrl(redis.url), username: user, password: PASSWORD },
    });
    managers.push(manager);
    expect((await manager.start()).status).toBe('ready');
    return manager;
  };

  beforeAll(async () => {
    redis = await startRedisServer();
    admin = new Redis(redis.url);
    for (const [user, rules] of Object.entries(rulesOfDocs())) await admin.acl('SETUSER', user, ...rules);
    await admin.zadd('matching:waiting', Date.now() - 5_000, 'ann', Date.now() - 4_000, 'ben');
    await admin.hset('user:ann', 'state', 'WAITING');
  });
  afterAll(async () => {
    await Promise.all(managers.map((manager) => manager.shutdown()));
    admin.disconnect();
    await redis.stop();
  });

  it('make a user who may look at everything and change nothing', async () => {
    const { store } = await connectAs('switchboard-viewer');
    const { user, missing } = await readPermissions(store, poolKeys('default'));
    expect(user).toBe('switchboard-viewer');
    expect(missing.map(({ what }) => what)).toEqual([
      'move users, and undo it',
      'edit metadata',
      'sweep and repair',
      'change thresholds and snoozes of alarms',
      'rebuild and clean up metadata',
      'serve the HTTP API',
      'use pools of its own',
    ]);
    const engine = new Engine({ store, log: silentLogger });
    const pool = engine.pool();
    expect((await pool.overview.read()).states.WAITING.count).toBe(2);
    expect((await pool.users.find('an', { match: 'prefix', limit: 5 })).users).toHaveLength(1);
    expect((await pool.users.get('ann')).state).toBe('WAITING');
    await pool.users.explain('ann');
    await pool.journal.search({});
    await pool.audit.list({});
    await pool.statistics.trends(15);
    await engine.registry.discover();
    pool.integrity.start({ confirmAfterMs: 1 });
    expect((await pool.integrity.finished()).status).toBe('done');
    await expect(
      pool.transitions.forceTransition('ann', 'IDLE', 'a test', { by: 't' }),
    ).rejects.toMatchObject({
      code: 'redis_no_permission' satisfies ErrorCode,
    });
  });

  it('make a user who may do everything that the console does, in every pool, and nothing beside it', async () => {
    const { store } = await connectAs('switchboard');
    for (const name of ['default', 'eu'])
      expect((await readPermissions(store, poolKeys(name))).missing, name).toEqual([]);
    const engine = new Engine({ store, log: silentLogger });
    for (const name of ['default', 'eu']) {
      const pool = engine.pool(name);
      for (const user of ['cyd', 'dan']) {
        await pool.transitions.performTransition(user, 'IDLE', { expectedFrom: 'UNKNOWN' });
        await pool.transitions.performTransition(user, 'WAITING', { expectedFrom: 'IDLE' });
      }
      const { transaction } = await pool.transitions.forceTransition('cyd', 'IDLE', 'a test', { by: 't' });
      await pool.transitions.rollbackTransaction(transaction, { by: 't' });
      expect((await pool.matcher.matchOnce()).pairs.length).toBeGreaterThan(0);
      await pool.sweeper.sweep({ by: 't', now: Date.now() + 120_000 });
      pool.integrity.start({ confirmAfterMs: 1 });
      expect((await pool.integrity.finished()).status).toBe('done');
      await pool.integrity.repairAll('a test', { by: 't' });
      await pool.audit.record({ by: 't', action: 'test', outcome: 'done', users: [], detail: '' });
    }
    for (const command of [
      ['FLUSHALL'],
      ['CONFIG', 'GET', '*'],
      ['SET', 'somebody-elses', '1'],
      ['KEYS', '*'],
    ] as const)
      await expect(store.command(command)).rejects.toMatchObject({ code: 'redis_no_permission' });
  });

  it('are asked about beforehand for every command that a script sends', () => {
    const keys = poolKeys('default');
    const asked = new Set(CAPABILITIES.flatMap(({ commands }) => commands(keys).map(([name]) => name)));
    expect([...commandsOfScripts()].filter((name) => !asked.has(name))).toEqual([]);
  });
});
