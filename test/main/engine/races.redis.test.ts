import { type State, STATES } from '@shared/states';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EngineContext } from '../../../src/main/engine/context';
import { Matcher } from '../../../src/main/engine/matcher';
import { StateMachine } from '../../../src/main/engine/state-machine';
import { Transitions } from '../../../src/main/engine/transitions';
import { seededRandom } from '../../../src/main/lib/random';
import { secondStore } from '../../support/clients';
import { testContext } from '../../support/engine';
import { startStore, STORE_KINDS, type TestStore } from '../../support/store';

/** How many wait, and how many act at once. On the embedded store a move takes some milliseconds. */
const SIZES = {
  redis: { waiting: 10_000, acts: 6_000, retries: 1_000, duels: 300 },
  'in-memory': { waiting: 120, acts: 60, retries: 60, duels: 20 },
} as const;

describe.each(STORE_KINDS)('races on %s', (kind) => {
  const size = SIZES[kind];
  let redis: TestStore;
  let contexts: EngineContext[];
  const ends: (() => void)[] = [];

  beforeAll(async () => {
    redis = await startStore(kind);
    contexts = [];
    for (let number = 0; number < 4; number += 1) {
      const { store, end } = await secondStore(redis.url);
      ends.push(end);
      contexts.push(testContext(store, { journalCap: 1_000_000 }));
    }
  });
  beforeEach(() => redis.flush());
  afterAll(async () => {
    for (const end of ends) end();
    await redis.stop();
  });

  const context = (number: number): EngineContext => {
    const found = contexts[number % contexts.length];
    if (!found) throw new Error('there are always contexts');
    return found;
  };

  it(`two matchers and ${size.waiting} people who queue, leave, skip and end at once: no double pair, nobody lost`, async () => {
    const seed = Date.now() % 2 ** 31;
    console.log(`races on ${kind}: seed ${seed}`);
    const random = seededRandom(seed);
    const people = Array.from({ length: size.waiting }, (_, index) => `person-${index}`);
    const transitions = new Transitions(context(0));
    for (let at = 0; at < people.length; at += 200)
      await transitions.performBatchTransitions(
        people.slice(at, at + 200).map((user) => ({ user, to: 'WAITING', alive: true })),
      );

    const machines = contexts.map((one) => new StateMachine(one));
    const anyone = () => people[Math.floor(random() * people.length)] ?? 'person-0';
    const act = async (number: number): Promise<void> => {
      const machine = machines[number % machines.length];
      const user = anyone();
      const acts = [
        () => machine?.startMatching(user),
        () => machine?.leaveQueue(user),
        () => machine?.enterCall(user, { atOnce: true }),
        () => machine?.handleSkip(user),
        () => machine?.handleEndCall(user),
        () => machine?.disconnectUser(user),
      ];
      // Most are at the wrong moment, and are refused: that is the point.
      await acts[Math.floor(random() * acts.length)]?.()?.catch(expectRefusal);
    };
    let acting = true;
    const matchers = [1, 2].map(async (number) => {
      const matcher = new Matcher(context(number), { pairsPerRound: 20, window: 80 });
      while (acting) await matcher.matchOnce();
      return matcher.metrics.pairs;
    });
    let next = 0;
    await Promise.all(
      Array.from({ length: 32 }, async () => {
        while (next < size.acts) await act(next++);
      }),
    );
    acting = false;
    const [first = 0, second = 0] = await Promise.all(matchers);
    expect(first).toBeGreaterThan(0);
    expect(second).toBeGreaterThan(0);

    await expectEachInOneSet(people);
    const { pairs } = await replayJournal();
    expect(pairs).toBe(first + second);
  }, 120_000);

  it('two opposite moves of one user at once: exactly one wins', async () => {
    for (let round = 0; round < size.duels; round += 1) {
      const user = `duel-${round}`;
      await new Transitions(context(0)).performTransition(user, 'WAITING');
      const tries = await Promise.allSettled([
        new Transitions(context(1 + (round % 2))).performTransition(user, 'IDLE'),
        new Transitions(context(2 - (round % 2))).performTransition(user, 'CONNECTING'),
      ]);
      const [lost, ...others] = tries.filter((one) => one.status === 'rejected');
      expect(others).toHaveLength(0);
      expect(lost?.reason).toMatchObject({ code: 'illegal_transition' });
    }
  });

  it(`${size.retries} identical retries of one transaction at once: one effect, one answer`, async () => {
    const machine = new StateMachine(context(0));
    await machine.startMatching('alice');
    await machine.startMatching('bob');
    await machine.createMatch('alice', 'bob');
    const before = await redis.client.xlen(context(0).keys.journal);
    const answers = await Promise.all(
      Array.from({ length: size.retries }, (_, number) =>
        new StateMachine(context(number)).handleSkip('alice', { transaction: 'the-same-1' }),
      ),
    );
    expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(1);
    const [answer, ...others] = answers.map(({ moves, at, partner }) => ({ moves, at, partner }));
    for (const other of others) expect(other).toEqual(answer);
    expect((await redis.client.xlen(context(0).keys.journal)) - before).toBe(2);
    expect(await redis.client.hget(context(0).keys.user('alice'), 'totalSkips')).toBe('1');
  });

  it('one transaction id for two different requests is noticed', async () => {
    const machine = new StateMachine(context(0));
    await machine.startMatching('alice', { transaction: 'shared-01' });
    await expect(machine.startMatching('bob', { transaction: 'shared-01' })).rejects.toMatchObject({
      code: 'transaction_id_reused',
    });
    expect(await redis.client.zscore(context(0).keys.sets.WAITING, 'bob')).toBeNull();
  });

  async function expectEachInOneSet(people: readonly string[]): Promise<void> {
    const sets = await Promise.all(
      STATES.map((state) => redis.client.zrange(context(0).keys.sets[state], 0, '-1')),
    );
    expect(sets.flat().sort()).toEqual([...people].sort());
  }

  /** Walks through every move from the first: each begins where the one before ended, and pairs never overlap. */
  async function replayJournal(): Promise<{ pairs: number }> {
    const where = new Map<string, State>();
    const partner = new Map<string, string>();
    const parted = new Set<string>();
    let pairs = 0;
    for (const [, fields] of await redis.client.xrange(context(0).keys.journal, '-', '+')) {
      const entry = Object.fromEntries(
        Array.from({ length: fields.length / 2 }, (_, index) => [fields[index * 2], fields[index * 2 + 1]]),
      ) as Record<'user' | 'from' | 'to' | 'partner' | 'cause', string>;
      const { user, from, to } = entry;
      if ((where.get(user) ?? '') !== from) throw new Error(`${user} left ${from} without being there`);
      where.set(user, to as State);
      if (entry.cause === 'match') {
        if (partner.has(user)) throw new Error(`${user} is in two pairs`);
        const couple = [user, entry.partner].sort().join(' ');
        if (parted.has(couple)) throw new Error(`${couple} met again within the cooldown`);
        partner.set(user, entry.partner);
        if (partner.get(entry.partner) === user) pairs += 1;
      } else if (to === 'WAITING' || to === 'IDLE') {
        const other = partner.get(user);
        if (other !== undefined) parted.add([user, other].sort().join(' '));
        partner.delete(user);
      }
    }
    return { pairs };
  }
});

function expectRefusal(fault: unknown): void {
  expect(fault).toMatchObject({ code: 'wrong_state' });
}
