import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Finding, FindingKind } from '@shared/contract/integrity';
import { Engine, type PoolEngine } from '../../../src/main/engine/engine';
import { silentLogger } from '../../../src/main/lib/log';
import { STORE_KINDS, startStore, type TestStore } from '../../support/store';
import { until } from '../../support/until';

const QUICK = { confirmAfterMs: 5 };

describe.each(STORE_KINDS)('Integrity on %s', (kind) => {
  let redis: TestStore;
  let engine: PoolEngine;
  beforeAll(async () => {
    redis = await startStore(kind);
  });
  beforeEach(async () => {
    await redis.flush();
    engine = new Engine({ store: redis.store, log: silentLogger }).pool();
  });
  afterAll(() => redis.stop());

  const put = (set: string, user: string, since = Date.now() - 1000) =>
    redis.client.zadd(`matching:${set}`, since, user);
  const describeUser = (user: string, fields: Record<string, string | number>) =>
    redis.client.hset(`user:${user}`, fields);
  /** A user as the scripts would leave them. */
  async function sound(set: string, user: string, fields: Record<string, string | number> = {}) {
    await put(set, user);
    await describeUser(user, {
      state: set.toUpperCase(),
      lastHeartbeat: Date.now(),
      createdAt: 1,
      ...fields,
    });
    await redis.client.zadd('matching:heartbeats', Date.now(), user);
  }
  const couple = async (a: string, b: string, set = 'in_call') => {
    await sound(set, a, { matchedWith: b });
    await sound(set, b, { matchedWith: a });
  };
  async function findings(): Promise<Finding[]> {
    const found: Finding[] = [];
    for await (const event of engine.integrity.scan(QUICK))
      if (event.type === 'finding') found.push(event.finding);
    return found;
  }
  const told = async () => (await findings()).map(({ kind: word, user }) => `${user} ${word}`).sort();
  const repair = (user: string, kinds?: FindingKind[]) => engine.integrity.repair(user, 'a test', { kinds });
  const stateOf = async (user: string) => (await engine.states.getUserCurrentState(user)).states.join();

  it('finds nothing where nothing is wrong', async () => {
    await engine.machine.startMatching('a');
    await engine.machine.startMatching('b');
    await engine.machine.createMatch('a', 'b');
    await engine.machine.arrive('c');
    await couple('d', 'e');
    expect(await told()).toEqual([]);
  });

  /** Each fault: how it comes about, what the scan says, and how things are after the repair. */
  const FAULTS: Record<
    string,
    { make: () => Promise<unknown>; found: string[]; after: () => Promise<unknown> }
  > = {
    'in two states: the one that the metadata name is kept': {
      make: async () => {
        await sound('waiting', 'x');
        await put('idle', 'x', Date.now());
      },
      found: ['x split'],
      after: async () => expect(await stateOf('x')).toBe('WAITING'),
    },
    'in three states, and the metadata name none of them: the one entered last is kept': {
      make: async () => {
        await put('idle', 'x', 1000);
        await put('waiting', 'x', 3000);
        await put('disconnecting', 'x', 2000);
      },
      found: ['x split'],
      after: async () => expect(await stateOf('x')).toBe('WAITING'),
    },
    'in two states, one of them a call of which nobody else knows': {
      make: async () => {
        await sound('in_call', 'x', { matchedWith: 'y' });
        await put('idle', 'x', Date.now());
      },
      found: ['x split'],
      after: async () => expect(await stateOf('x')).toBe('WAITING'),
    },
    'alone in a call, and alive: back to the queue': {
      make: () => sound('in_call', 'x', { matchedWith: 'gone' }),
      found: ['x alone-in-call'],
      after: async () => {
        expect(await stateOf('x')).toBe('WAITING');
        expect(await redis.client.hget('user:x', 'matchedWith')).toBeNull();
      },
    },
    'alone in a call, and silent: to IDLE, and not forgotten at once': {
      make: async () => {
        await sound('in_call', 'x', { matchedWith: 'gone', lastHeartbeat: 1000 });
        await redis.client.zadd('matching:heartbeats', 1000, 'x');
      },
      found: ['x alone-in-call', 'x stale-heartbeat'],
      after: async () => {
        expect(await stateOf('x')).toBe('IDLE');
        expect(await redis.client.exists('user:x')).toBe(1);
      },
    },
    'connecting with somebody who names somebody else': {
      make: async () => {
        await sound('connecting', 'x', { matchedWith: 'y' });
        await couple('y', 'z', 'connecting');
      },
      found: ['x partner-mismatch'],
      after: async () => {
        expect(await stateOf('x')).toBe('WAITING');
        expect(await stateOf('y')).toBe('CONNECTING');
      },
    },
    'a couple in two different states: both go back': {
      make: async () => {
        await sound('in_call', 'x', { matchedWith: 'y' });
        await sound('connecting', 'y', { matchedWith: 'x' });
      },
      found: ['x alone-in-call', 'y partner-mismatch'],
      after: async () => {
        expect(await stateOf('x')).toBe('WAITING');
        expect(await stateOf('y')).toBe('WAITING');
      },
    },
    'a partner left over after the call': {
      make: () => sound('waiting', 'x', { matchedWith: 'y', currentRoom: 'r' }),
      found: ['x partner-mismatch'],
      after: async () => {
        expect(await stateOf('x')).toBe('WAITING');
        expect(await redis.client.hmget('user:x', 'matchedWith', 'currentRoom')).toEqual([null, null]);
      },
    },
    'metadata that say another state: the set is the truth': {
      make: () => sound('waiting', 'x', { state: 'IDLE', premium: '1' }),
      found: ['x metadata-mismatch'],
      after: async () =>
        expect(await redis.client.hmget('user:x', 'state', 'premium')).toEqual(['WAITING', '1']),
    },
    'no metadata': {
      make: () => put('idle', 'x', 5000),
      found: ['x no-metadata'],
      after: async () =>
        expect(await redis.client.hmget('user:x', 'state', 'lastStateChange', 'totalSkips')).toEqual([
          'IDLE',
          '5000',
          '0',
        ]),
    },
    'metadata of somebody who is in no state, and silent: removed': {
      make: () => describeUser('x', { state: 'WAITING', lastHeartbeat: 1000 }),
      found: ['x orphaned-metadata'],
      after: async () => expect(await redis.client.exists('user:x')).toBe(0),
    },
    'metadata of somebody who is in no state, and alive: back to IDLE': {
      make: () => describeUser('x', { state: 'WAITING', lastHeartbeat: Date.now() }),
      found: ['x orphaned-metadata'],
      after: async () => expect(await stateOf('x')).toBe('IDLE'),
    },
    'silent in a call: the partner goes back to the queue': {
      make: async () => {
        await couple('x', 'y');
        await redis.client.zadd('matching:heartbeats', 1000, 'x');
        await describeUser('x', { lastHeartbeat: 1000 });
      },
      found: ['x stale-heartbeat'],
      after: async () => {
        expect(await stateOf('x')).toBe('IDLE');
        expect(await stateOf('y')).toBe('WAITING');
      },
    },
    'entered the state in the future': {
      make: async () => {
        await sound('waiting', 'x');
        await put('waiting', 'x', Date.now() + 3_600_000);
      },
      found: ['x time-in-future'],
      after: async () =>
        expect(Number(await redis.client.zscore('matching:waiting', 'x'))).toBeLessThanOrEqual(Date.now()),
    },
    'entered the state at an infinite time': {
      make: async () => {
        await sound('waiting', 'x');
        await redis.client.zadd('matching:waiting', '+inf', 'x');
      },
      found: ['x time-in-future'],
      after: async () =>
        expect(Number(await redis.client.zscore('matching:waiting', 'x'))).toBeLessThanOrEqual(Date.now()),
    },
    'heard of from the future': {
      make: () => sound('waiting', 'x', { lastHeartbeat: Date.now() + 3_600_000 }),
      found: ['x time-in-future'],
      after: async () =>
        expect(Number(await redis.client.hget('user:x', 'lastHeartbeat'))).toBeLessThan(Date.now() + 1),
    },
  };

  describe.each(Object.entries(FAULTS))('%s', (_name, { make, found, after }) => {
    it('is found, previewed without a change, and put right', async () => {
      await make();
      expect(await told()).toEqual(found);
      for (const { message } of await findings()) expect(message).not.toContain('NaN');
      const before = await dump();
      const preview = await engine.integrity.repair('x', 'a test', { dryRun: true });
      expect(preview.done.length).toBeGreaterThan(0);
      expect(await dump()).toEqual(before);
      const { done } = await repair('x');
      expect(done).toEqual(preview.done);
      await after();
      // What the repair leaves is sound, except that silent people are silent still.
      expect((await told()).filter((line) => !line.endsWith('stale-heartbeat'))).toEqual([]);
      const audit = await redis.client.xrange('matching:audit', '-', '+');
      expect(audit.map(([, fields]) => fields.join(' '))).toEqual([
        expect.stringContaining('integrity.repair'),
      ]);
    });
  });

  /** Everything in the database but what tells of the past. */
  async function dump(): Promise<string[]> {
    const lines: string[] = [];
    for (const key of (await redis.client.keys('*')).sort()) {
      const type = await redis.client.type(key);
      if (type === 'hash') lines.push(`${key} ${JSON.stringify(await redis.client.hgetall(key))}`);
      if (type === 'zset')
        lines.push(`${key} ${(await redis.client.zrange(key, 0, '-1', 'WITHSCORES')).join()}`);
    }
    return lines;
  }

  it('takes a repair back, where what was before was no damage to the sets', async () => {
    await sound('waiting', 'x', { matchedWith: 'y' });
    const { transaction } = await repair('x');
    await engine.transitions.rollbackTransaction(transaction ?? '');
    expect(await redis.client.hget('user:x', 'matchedWith')).toBe('y');
  });

  it('never brings back a user in two states', async () => {
    await sound('waiting', 'x');
    await put('idle', 'x');
    const { transaction } = await repair('x');
    expect(transaction).toBeNull();
    const [entry] = await redis.client.xrange('matching:audit', '-', '+');
    const fields = entry?.[1] ?? [];
    const id = fields[fields.indexOf('tx') + 1] ?? '';
    await expect(engine.transitions.rollbackTransaction(id)).rejects.toMatchObject({ code: 'not_undoable' });
  });

  it('leaves alone what is right by now, and what it was not asked to repair', async () => {
    await sound('waiting', 'x', { state: 'IDLE' });
    expect((await repair('x', ['split', 'stale-heartbeat'])).done).toEqual([]);
    expect(await redis.client.hget('user:x', 'state')).toBe('IDLE');
    expect((await repair('nobody')).done).toEqual([]);
    expect(await redis.client.exists('user:nobody')).toBe(0);
  });

  it('reports a key of a wrong type, and says that it cannot repair it', async () => {
    await put('waiting', 'x');
    await redis.client.set('user:x', 'not a hash');
    expect(await told()).toEqual(['x damaged-key']);
    const [outcome] = await engine.integrity.repairSome(['x'], 'a test');
    expect(outcome?.failed).toContain('user:x');
  });

  it('does not report whoever merely moved while it ran', async () => {
    await redis.client.zadd('matching:idle', 1, 'slow');
    await redis.client.hset('user:slow', { state: 'WAITING', lastHeartbeat: Date.now() });
    const found: string[] = [];
    for await (const event of engine.integrity.scan({ confirmAfterMs: 500 })) {
      // Another program is in the middle of a move: the set comes a moment after the metadata.
      if (event.type === 'progress' && event.phase === 'states') {
        await redis.client.zrem('matching:idle', 'slow');
        await put('waiting', 'slow');
      }
      if (event.type === 'finding') found.push(event.finding.kind);
    }
    expect(found).toEqual([]);
  });

  it('does not report whoever looked wrong twice, but was somewhere else by then', async () => {
    await sound('idle', 'busy', { state: 'WAITING' });
    const found: string[] = [];
    for await (const event of engine.integrity.scan({ confirmAfterMs: 500 })) {
      if (event.type === 'progress' && event.phase === 'keys') {
        await redis.client.zrem('matching:idle', 'busy');
        await put('waiting', 'busy');
        await describeUser('busy', { state: 'IDLE' });
      }
      if (event.type === 'finding') found.push(event.finding.kind);
    }
    expect(found).toEqual([]);
  });

  it('scans once at a time, tells how far it is, and keeps what it found', async () => {
    for (let index = 0; index < 20; index += 1) await put('idle', `bare${index}`);
    await sound('waiting', 'fine');
    const phases = new Set<string | null>();
    engine.integrity.onStatus(({ phase }) => phases.add(phase));
    expect(engine.integrity.status.status).toBe('never');
    engine.integrity.start(QUICK);
    expect(engine.integrity.start(QUICK).status).toBe('running');
    const status = await engine.integrity.finished();
    expect(status).toMatchObject({ status: 'done', counts: { 'no-metadata': 20, split: 0 }, error: null });
    expect([...phases]).toEqual(expect.arrayContaining(['states', 'index', 'keys', null]));
    expect(engine.integrity.findings({ kind: 'no-metadata', offset: 15 })).toMatchObject({ total: 20 });
    expect(engine.integrity.findings({ offset: 15 }).findings).toHaveLength(5);
    const totals = await engine.integrity.repairAll('a test');
    expect(totals).toMatchObject({ repaired: 20, unchanged: 0, failed: 0 });
  });

  it('tells no more of what was mended by anybody, and again of what an undo brought back', async () => {
    for (const user of ['x', 'y', 'z']) await sound('waiting', user, { state: 'IDLE' });
    engine.integrity.start(QUICK);
    await engine.integrity.finished();
    const listed = () => engine.integrity.findings().findings.map(({ user }) => user);
    const count = () => engine.integrity.status.counts['metadata-mismatch'];
    expect(listed()).toHaveLength(3);
    await redis.client.hset('user:z', 'state', 'WAITING');
    await engine.integrity.repairSome(['x'], 'a look', { dryRun: true });
    expect(listed()).toHaveLength(3);
    const [outcome] = await engine.integrity.repairSome(['x'], 'a test');
    expect([listed(), count()]).toEqual([['y'], 1]);
    await engine.transitions.rollbackTransaction(outcome?.transaction ?? '');
    await Promise.all([engine.integrity.lookAgain(), engine.integrity.lookAgain()]);
    expect([listed().sort(), count()]).toEqual([['x', 'y'], 2]);
    expect(await engine.integrity.repairAll('a test')).toMatchObject({ repaired: 2 });
    expect([listed(), count()]).toEqual([[], 0]);
  });

  it('repairs everybody page by page, the gravest first, and tells nothing twice', async () => {
    for (let index = 0; index < 3; index += 1) await put('idle', `bare${index}`);
    await couple('ann', 'bob');
    await redis.client.zrem('matching:in_call', 'bob');
    await put('idle', 'bob');
    await sound('waiting', 'torn');
    await put('idle', 'torn');
    await expect(engine.integrity.repairAll('a test', { after: '1:0' })).rejects.toMatchObject({
      code: 'conflict',
    });
    engine.integrity.start(QUICK);
    await expect(engine.integrity.repairAll('a test')).rejects.toMatchObject({ code: 'conflict' });
    await engine.integrity.finished();
    const listed = () => engine.integrity.findings().findings.map(({ user }) => user);
    expect(listed().slice(0, 2)).toEqual(['torn', 'ann']);
    const first = await engine.integrity.repairAll('a test', { limit: 2 });
    expect(first).toMatchObject({ repaired: 2, total: 6, beyond: 0, stopped: null });
    expect(first.outcomes.map(({ user }) => user)).toEqual(['torn', 'ann']);
    expect(listed()).not.toContain('torn');
    // Somebody else is quicker.
    await describeUser('bare1', { state: 'IDLE', createdAt: 1 });
    const rest = await engine.integrity.repairAll('a test', { after: first.next });
    expect(rest).toMatchObject({ next: null, total: 4, failed: 0, unchanged: expect.any(Number) as number });
    expect(rest.repaired + rest.unchanged).toBe(4);
    expect([listed(), engine.integrity.status.counts['no-metadata']]).toEqual([[], 0]);
    engine.integrity.start(QUICK);
    await engine.integrity.finished();
    await expect(engine.integrity.repairAll('a test', { after: first.next })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('stops when it is cancelled', async () => {
    for (let index = 0; index < 20; index += 1) await put('idle', `bare${index}`);
    engine.integrity.start({ confirmAfterMs: 60_000 });
    // It has walked everybody, and rests before the second look.
    await until(() => engine.integrity.status.phase === 'keys');
    expect((await engine.integrity.cancel()).status).toBe('cancelled');
    expect(engine.integrity.findings().total).toBe(0);
  });

  it('says why it failed', async () => {
    await redis.client.set('matching:idle', 'not a set');
    engine.integrity.start(QUICK);
    const status = await engine.integrity.finished();
    expect(status.status).toBe('failed');
    expect(status.error).toContain('matching:idle');
  });
});
