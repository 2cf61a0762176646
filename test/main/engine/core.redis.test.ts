import { histogramGroup } from '@shared/histogram';
import { getValidTransitions, STATES } from '@shared/states';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EngineContext } from '../../../src/main/engine/context';
import { acting, defineMovingScript } from '../../../src/main/engine/core';
import { Matcher } from '../../../src/main/engine/matcher';
import { StateMachine } from '../../../src/main/engine/state-machine';
import { Transitions } from '../../../src/main/engine/transitions';
import { seededRandom } from '../../../src/main/lib/random';
import { testContext } from '../../support/engine';
import { startStore, STORE_KINDS, type TestStore } from '../../support/store';

/** A minute that no test crosses by accident. */
const NOW = 1_700_000_000_000;

describe.each(STORE_KINDS)('what every moving script shares, on %s', (kind) => {
  let redis: TestStore;
  let context: EngineContext;
  let machine: StateMachine;
  let transitions: Transitions;

  beforeAll(async () => {
    redis = await startStore(kind);
    context = testContext(redis.store);
    machine = new StateMachine(context);
    transitions = new Transitions(context);
  });
  beforeEach(() => redis.flush());
  afterAll(() => redis.stop());

  /** A script that stands on the core and answers a question about it. */
  const ask = <Reply>(body: string, args: (string | number)[] = []): Promise<Reply> => {
    const question = defineMovingScript<{ acting: ReturnType<typeof acting> }, Reply>({
      name: 'question',
      body,
      args: () => args,
      decode: (reply) => reply as Reply,
    });
    return redis.store.run(question, { acting: acting(context.keys, context.settings, {}) });
  };

  it('counts durations in the groups of histogram.ts', async () => {
    const random = seededRandom(7);
    const values = [
      ...Array.from({ length: 300 }, (_, ms) => ms),
      ...Array.from({ length: 40 }, (_, power) => [2 ** power - 1, 2 ** power, 2 ** power + 1]).flat(),
      ...Array.from({ length: 500 }, () => Math.floor(random() * 2 ** Math.floor(random() * 40))),
    ];
    const groups = await ask<string[]>(
      `local found = {}
       for i = 6, #ARGV do
         add_step({ state = 'IN_CALL', since = NOW - ARGV[i] }, false, NOW_TEXT, 'a-test')
         for field in pairs(counts) do
           found[#found + 1] = string.match(field, '^call:(.+)$')
           counts[field] = nil
         end
       end
       return found`,
      values,
    );
    expect(groups).toEqual(values.map((ms) => String(histogramGroup(ms))));
  });

  it.each([
    ['+inf', Number.MAX_SAFE_INTEGER],
    ['-inf', 0],
  ])('moves who has been in a state since %s, which JSON cannot say', async (score, since) => {
    await redis.client.zadd(context.keys.sets.WAITING, score, 'alice');
    const { moves, transaction } = await transitions.performTransition('alice', 'IDLE', { now: NOW });
    expect(moves).toEqual([
      expect.objectContaining({ user: 'alice', from: 'WAITING', fromSince: since, toSince: NOW }),
    ]);
    await transitions.rollbackTransaction(transaction, { now: NOW + 1 });
    expect(await redis.client.zscore(context.keys.sets.WAITING, 'alice')).toBe(String(since));
  });

  it('moves nobody the table does not allow, from whatever state, and says what is allowed', async () => {
    for (const from of [null, ...STATES])
      for (const to of STATES) {
        await redis.flush();
        if (from) await redis.client.zadd(context.keys.sets[from], NOW, 'alice');
        const move = transitions.performTransition('alice', to, { now: NOW + 5 });
        const allowed = getValidTransitions(from);
        if (allowed.includes(to)) {
          expect((await move).moves).toEqual([
            expect.objectContaining({ user: 'alice', from, to, fromSince: from && NOW }),
          ]);
        } else {
          await expect(move).rejects.toMatchObject({
            code: 'illegal_transition',
            details: { faults: [{ user: 'alice', currentState: from, allowedStates: allowed }] },
          });
          expect(await redis.client.exists(context.keys.user('alice'))).toBe(0);
        }
      }
  });

  it('does not notice that the server forgot its scripts, at any moment', async () => {
    let flushing = true;
    const flusher = (async () => {
      while (flushing) await redis.client.script('FLUSH');
    })();
    const people = Array.from({ length: kind === 'redis' ? 200 : 20 }, (_, index) => `person-${index}`);
    await Promise.all(
      people.map(async (user) => {
        await machine.arrive(user);
        await machine.startMatching(user);
        await machine.leaveQueue(user);
      }),
    );
    flushing = false;
    await flusher;
    expect(await redis.client.zcard(context.keys.sets.IDLE)).toBe(people.length);
    expect(await redis.client.xlen(context.keys.journal)).toBe(people.length * 3);
  });

  // The embedded fallback has no DUMP, by which everything is compared.
  if (kind === 'redis')
    describe('a key of the wrong type', () => {
      /** Alice and bob in a call, carol and dave waiting, all at a fixed time. */
      async function settle(): Promise<string> {
        for (const user of ['alice', 'bob', 'carol', 'dave']) await machine.startMatching(user, { now: NOW });
        await machine.createMatch('alice', 'bob', { now: NOW });
        const { transaction } = await machine.enterCall('alice', { atOnce: true, now: NOW });
        return transaction;
      }

      const OPERATIONS: Record<string, (last: string) => Promise<unknown>> = {
        move: () => transitions.performTransition('carol', 'IDLE', { now: NOW + 1 }),
        'the repeat of a move': (last) =>
          machine.enterCall('alice', { atOnce: true, now: NOW + 1, transaction: last }),
        force: () => transitions.forceTransition(['carol', 'alice'], 'IDLE', 'as a test', { now: NOW + 1 }),
        skip: () => machine.handleSkip('alice', { now: NOW + 1 }),
        match: () => new Matcher(context).matchOnce({ now: NOW + 1 }),
        remove: () => transitions.removeTogether(['alice', 'carol'], 'as a test', { now: NOW + 1 }),
        undo: (last) => transitions.rollbackTransaction(last, { now: NOW + 1 }),
      };
      const everyKey = (last: string): string[] => [
        ...STATES.map((state) => context.keys.sets[state]),
        context.keys.heartbeats,
        context.keys.journal,
        context.keys.audit,
        context.keys.stats(Math.floor(NOW / 60_000)),
        context.keys.transaction(last),
        ...['alice', 'carol'].flatMap((user) => [context.keys.user(user), context.keys.history(user)]),
      ];

      it('is named in the error, and nothing is written, whichever it is', async () => {
        const noticed = new Map<string, string[]>();
        for (const [name, operate] of Object.entries(OPERATIONS))
          for (let index = 0; index < everyKey('').length; index += 1) {
            await redis.flush();
            const last = await settle();
            const key = everyKey(last)[index] ?? '';
            await spoil(key);
            const before = await everything();
            const fault: unknown = await operate(last).then(
              () => null,
              (reason: unknown) => reason,
            );
            if (fault === null) continue;
            expect(fault, `${name} with ${key} of a wrong type`).toMatchObject({
              code: 'redis_wrong_type',
              details: { key },
            });
            expect((fault as Error).message).toContain(key);
            expect(await everything(), `${name} with ${key} of a wrong type`).toEqual(before);
            noticed.set(key, [...(noticed.get(key) ?? []), name]);
          }
        // Each of the keys must have been in somebody's way, or this test would prove nothing.
        const keys = everyKey('').filter((key) => key !== context.keys.transaction(''));
        for (const key of keys) expect([...noticed.keys()]).toContain(key);
        expect([...noticed.keys()].some((key) => key.startsWith(context.keys.prefixes.transaction))).toBe(
          true,
        );
      });

      async function spoil(key: string): Promise<void> {
        const isSortedSet = [...Object.values(context.keys.sets), context.keys.heartbeats].includes(key);
        await redis.client.del(key);
        if (isSortedSet) await redis.client.rpush(key, 'a list where a sorted set should be');
        else await redis.client.sadd(key, 'a set where something else should be');
      }

      async function everything(): Promise<Record<string, string | undefined>> {
        const names = (await redis.client.keys('*')).sort();
        const dumps = await Promise.all(names.map((name) => redis.client.dumpBuffer(name)));
        return Object.fromEntries(names.map((name, index) => [name, dumps[index]?.toString('hex')]));
      }
    });
});
