import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TransactionResult } from '@shared/contract/transitions';
import type { State } from '@shared/states';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Transitions } from '../../../src/main/engine/transitions';
import { newId } from '../../../src/main/lib/ids';
import { poolKeys } from '../../../src/main/redis/keys';
import { type Random, seededRandom } from '../../../src/main/lib/random';
import { secondStore } from '../../support/clients';
import { testContext } from '../../support/engine';
import { worldScript } from '../../support/model/world';
import { startRedisServer } from '../../support/redis-server';
import { startStore, STORE_KINDS, type TestStore } from '../../support/store';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy';

/** Commands that were under way when their connection died. */
const KILLS = { redis: 10_000, 'in-memory': 150 } as const;
const GROUPS = 40;
const PER_GROUP = 3;
/** About what a batch of three and its answer weigh; the cut falls anywhere in the volley. */
const REQUEST_BYTES = 1_100;
const REPLY_BYTES = 1_500;

const keys = poolKeys('default');

/** One batch of a volley, and what its sender was told: null when the connection died first. */
interface Batch {
  users: string[];
  to: State;
  transaction: string;
  answer: TransactionResult | null;
}

describe.each(STORE_KINDS)('clients that die in the middle on %s', (kind) => {
  let redis: TestStore;
  let proxy: TcpProxy;
  /** The server as seen through the proxy. */
  let url: string;
  const groups = groupsOf('person');

  beforeAll(async () => {
    redis = await startStore(kind);
    const address = new URL(redis.url);
    proxy = await startTcpProxy(Number(address.port));
    address.port = String(proxy.port);
    url = address.href;
    await sendAll(new Transitions(testContext(redis.store)), groups, 'IDLE');
  });
  afterAll(async () => {
    await proxy.close();
    await redis.stop();
  });

  it(`after ${KILLS[kind]} kills there never was a half batch, and asking again with the same id has one effect`, async () => {
    const seed = Date.now() % 2 ** 31;
    console.log(`crashes on ${kind}: seed ${seed}`);
    const random = seededRandom(seed);
    const direct = new Transitions(testContext(redis.store));
    let from: State = 'IDLE';
    let killed = 0;
    let doneUnheard = 0;
    while (killed < KILLS[kind]) {
      const to: State = from === 'IDLE' ? 'WAITING' : 'IDLE';
      const mark = await lastEntry(redis);
      const batches = await sendAndDie({ proxy, url }, random, groups, to);
      const unheard = batches.filter(({ answer }) => answer === null);
      killed += unheard.length;

      const done = await carriedOut(redis, batches, from);
      for (const batch of batches.filter(({ answer }) => answer !== null))
        expect(done.has(batch.transaction), 'an acknowledged change is there').toBe(true);
      const retries = await Promise.all(
        unheard.map((batch) =>
          direct.performBatchTransitions(stepsOf(batch), { transaction: batch.transaction }),
        ),
      );
      for (const [index, batch] of unheard.entries())
        expect(retries[index]?.repeated).toBe(done.has(batch.transaction));
      doneUnheard += unheard.filter(({ transaction }) => done.has(transaction)).length;
      await expectOneEffectEach(redis, batches, mark);
      from = to;
    }
    // Both kinds of death must have been met: before Redis heard it, and after. How often is up to the machine.
    expect(doneUnheard).toBeGreaterThan(0);
    expect(doneUnheard).toBeLessThan(killed);
  }, 240_000);
});

describe('a Redis that is killed and comes back', () => {
  it('has every acknowledged batch whole, and none in half, when it keeps an append-only file', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'switchboard-aof-'));
    const server = await startRedisServer({
      args: ['--appendonly', 'yes', '--appendfsync', 'always', '--dir', directory],
    });
    const groups = groupsOf('keeper');
    try {
      for (let life = 0; life < 6; life += 1) {
        const from: State = life % 2 === 1 ? 'IDLE' : 'WAITING';
        const to: State = life % 2 === 1 ? 'WAITING' : 'IDLE';
        const { store, client, end } = await secondStore(server.url);
        client.on('error', () => undefined);
        const direct = new Transitions(testContext(store));
        if (life === 0) await sendAll(direct, groups, 'WAITING');
        const sent = sendVolley(direct, groups, to);
        // The kill falls somewhere in the volley: the first answers are there, the last commands are not.
        await Promise.race(sent.map(({ answer }) => answer));
        await server.kill();
        const batches = await settle(sent);
        end();
        await server.restart();
        const again = await secondStore(server.url);
        const found = await again.store.run(worldScript, { keys, users: groups.flat() });
        const states = new Map(found.map(({ user, sets }) => [user, sets.map(([state]) => state)]));
        for (const { users, answer } of batches) {
          const where = new Set(users.map((user) => states.get(user)?.join('+')));
          expect(where.size, `${users.join(', ')} moved together`).toBe(1);
          expect(answer ? [to] : [from, to]).toContain([...where][0]);
        }
        const repair = new Transitions(testContext(again.store));
        await Promise.all(
          batches.map(({ transaction, users }) =>
            repair.performBatchTransitions(stepsOf({ users, to }), { transaction }),
          ),
        );
        again.end();
      }
    } finally {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  }, 60_000);
});

function groupsOf(name: string): string[][] {
  return Array.from({ length: GROUPS }, (_, group) =>
    Array.from({ length: PER_GROUP }, (__, index) => `${name}-${group}-${index}`),
  );
}

function stepsOf({ users, to }: Pick<Batch, 'users' | 'to'>) {
  return users.map((user) => ({ user, to, alive: true }));
}

async function sendAll(transitions: Transitions, groups: readonly string[][], to: State): Promise<void> {
  await Promise.all(groups.map((users) => transitions.performBatchTransitions(stepsOf({ users, to }))));
}

type Sent = Omit<Batch, 'answer'> & { answer: Promise<TransactionResult | null> };

function sendVolley(transitions: Transitions, groups: readonly string[][], to: State): Sent[] {
  return groups.map((users) => {
    const transaction = newId();
    const answer = transitions.performBatchTransitions(stepsOf({ users, to }), { transaction });
    return { users, to, transaction, answer: answer.catch(expectLoss) };
  });
}

function settle(sent: readonly Sent[]): Promise<Batch[]> {
  return Promise.all(sent.map(async (one) => ({ ...one, answer: await one.answer })));
}

/** Only the loss of the connection is expected: any refusal would be a fault of the engine. */
function expectLoss(fault: unknown): null {
  expect(fault).toMatchObject({
    code: expect.stringMatching(/^redis_(away|failed|refused|timeout)$/) as string,
  });
  return null;
}

/** Sends a volley over a connection that dies at a random byte, on the way there or on the way back. */
async function sendAndDie(
  { proxy, url }: { proxy: TcpProxy; url: string },
  random: Random,
  groups: readonly string[][],
  to: State,
): Promise<Batch[]> {
  const { store, client, end } = await secondStore(url);
  client.on('error', () => undefined);
  proxy.cutAfter(
    random() < 0.5
      ? { requestBytes: 1 + Math.floor(random() * REQUEST_BYTES * GROUPS) }
      : { replyBytes: 1 + Math.floor(random() * REPLY_BYTES * GROUPS) },
  );
  const batches = await settle(sendVolley(new Transitions(testContext(store)), groups, to));
  end();
  return batches;
}

/** The transactions that were carried out. Every batch must be whole: all of its users moved, or none. */
async function carriedOut(redis: TestStore, batches: readonly Batch[], from: State): Promise<Set<string>> {
  // What the dead connection had sent may still be under way inside the server: a look after a settled PING of
  // another connection is not enough, so look until nothing changes any more.
  let before = '';
  for (;;) {
    const world = await redis.store.run(worldScript, { keys, users: batches.flatMap(({ users }) => users) });
    const now = JSON.stringify(world);
    const states = new Map(world.map(({ user, sets }) => [user, sets.map(([state]) => state).join('+')]));
    const done = new Set<string>();
    for (const { users, to, transaction } of batches) {
      const where = new Set(users.map((user) => states.get(user)));
      expect(where.size, `${users.join(', ')} moved together`).toBe(1);
      expect([from, to]).toContain([...where][0]);
      if (where.has(to)) done.add(transaction);
    }
    if (now === before) return done;
    before = now;
  }
}

async function lastEntry(redis: TestStore): Promise<string> {
  const [entry] = await redis.client.xrevrange(keys.journal, '+', '-', 'COUNT', 1);
  return entry?.[0] ?? '0';
}

/** The journal has each user of each batch exactly once. */
async function expectOneEffectEach(redis: TestStore, batches: readonly Batch[], mark: string): Promise<void> {
  const entries = await redis.client.xrange(keys.journal, `(${mark}`, '+');
  const written = entries.map(([, fields]) => `${fields[1]} ${fields[3]}`).sort();
  const wanted = batches.flatMap(({ transaction, users }) => users.map((user) => `${transaction} ${user}`));
  expect(written).toEqual(wanted.sort());
}
