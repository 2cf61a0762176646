import { afterAll, beforeAll, expect, it } from 'vitest';
import { STATES } from '@shared/states';
import { seededRandom } from '../../../src/main/lib/random';
import type { ApiProgramOptions } from '../../support/api-program';
import { matchingClient, type MatchingClient } from '../../support/matching-client';
import { type OtherProcess, runInOtherProcess } from '../../support/other-process';
import { startStore, type TestStore } from '../../support/store';
import { until } from '../../support/until';

/** A whole minute, unless somebody at work on this wants to wait less. */
const SECONDS = Number(process.env['LOAD_SECONDS'] ?? 60);
const CLIENTS = 200;
const SEED = 7;
/** Short, so that the test need not wait long to see people swept. */
const LIMIT_MS = 3_000;
const PROGRAM: ApiProgramOptions = { settings: { heartbeatLimitMs: LIMIT_MS, connectingLimitMs: LIMIT_MS } };
/** How long somebody takes at least between two actions: a life stays below the 60 calls a minute that are allowed. */
const PACE_MS = 1_100;
/** The limit, the time between two sweeps, and a margin for a busy machine (ms). */
const SWEPT_WITHIN_MS = LIMIT_MS + 5_000 + 4_000;

/** Users who stand in more than one set, and the couples in calls, in one atomic look. */
const OBSERVE = `
local seen, split = {}, {}
for i = 1, #KEYS do
  for _, id in ipairs(redis.call('ZRANGE', KEYS[i], 0, -1)) do
    if seen[id] then split[#split + 1] = id end
    seen[id] = true
  end
end
local alone = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[4], 0, -1)) do
  local partner = redis.call('HGET', 'user:' .. id, 'matchedWith')
  if not partner or not redis.call('ZSCORE', KEYS[4], partner) or redis.call('HGET', 'user:' .. partner, 'matchedWith') ~= id then
    alone[#alone + 1] = id
  end
end
return { split, alone, redis.call('ZCARD', KEYS[4]) }`;

let redis: TestStore;
const processes: OtherProcess[] = [];
beforeAll(async () => {
  redis = await startStore();
  processes.push(
    ...(await Promise.all(
      [1, 2].map(() =>
        runInOtherProcess('test/support/api-program.ts', [redis.url, JSON.stringify(PROGRAM)]),
      ),
    )),
  );
  await until(() => processes.every((one) => one.output().includes('http')), { timeoutMs: 60_000 });
}, 120_000);
afterAll(async () => {
  for (const one of processes) one.killHard();
  await redis.stop();
});

async function observe(): Promise<{ split: string[]; alone: string[]; inCall: number }> {
  const sets = STATES.map((state) => `matching:${state.toLowerCase()}`);
  const [split, alone, inCall] = (await redis.client.eval(OBSERVE, sets.length, ...sets)) as [
    string[],
    string[],
    number,
  ];
  return { split, alone, inCall };
}

/** One person with a page open: queues, waits, talks, skips or ends, until told to stop. */
class Person {
  cycles = 0;
  readonly surprises: string[] = [];

  constructor(
    private readonly id: string,
    private readonly servers: readonly MatchingClient[],
    private readonly random: () => number,
  ) {}

  async live(until: number): Promise<void> {
    while (Date.now() < until) {
      await this.call('enqueue');
      const matched = await this.waitFor('CONNECTING', until);
      if (!matched) {
        await this.pause(PACE_MS);
        continue;
      }
      await this.call('connected');
      await this.pause(PACE_MS + this.random() * 600);
      await this.call(this.random() < 0.7 ? 'skip' : 'end');
      await this.call('heartbeat');
      this.cycles += 1;
    }
  }

  private async waitFor(state: string, until: number): Promise<boolean> {
    while (Date.now() < until) {
      const answer = await this.call('check-match', true);
      if (answer?.body['state'] === state) return true;
      if (answer && answer.status !== 200) return false;
      await this.pause(150 + this.random() * 150);
    }
    return false;
  }

  /** A refused connection means that this process is gone: a client then asks the other one. */
  private async call(endpoint: string, read = false) {
    for (const server of [...this.servers, ...this.servers]) {
      try {
        const answer = await (read
          ? server.get(endpoint, { userId: this.id })
          : server.post(endpoint, { userId: this.id }));
        // Partners act at the same time, so 409 is a part of life.
        if (![200, 404, 409].includes(answer.status)) this.surprises.push(`${endpoint} ${answer.status}`);
        return answer;
      } catch {
        continue;
      }
    }
    this.surprises.push(`${endpoint}: nobody answered`);
    return null;
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }
}

it(
  `keeps its promises to ${CLIENTS} clients of two processes, one of which is killed half way`,
  { timeout: SECONDS * 1_000 + 90_000 },
  async () => {
    const random = seededRandom(SEED);
    const servers = processes.map((one) => matchingClient(one.output().trim()));
    const end = Date.now() + SECONDS * 1_000;
    const people = Array.from({ length: CLIENTS }, (_, index) => {
      const order = index % 2 ? servers : [...servers].reverse();
      return new Person(`p${index}`, order, random);
    });
    const lives = Promise.all(people.map((person) => person.live(end)));

    let observations = 0;
    let busiest = 0;
    let killed = false;
    while (Date.now() < end) {
      const { split, alone, inCall } = await observe();
      expect({ split, alone }).toEqual({ split: [], alone: [] });
      busiest = Math.max(busiest, inCall);
      observations += 1;
      if (!killed && Date.now() > end - (SECONDS * 1_000) / 2) {
        processes[0]?.killHard();
        killed = true;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await lives;

    const surprises = people.flatMap((person) => person.surprises);
    const cycles = people.reduce((sum, person) => sum + person.cycles, 0);
    console.log(
      `${SECONDS} s, ${cycles} whole calls, ${observations} observations, at most ${busiest} in calls`,
    );
    expect(surprises).toEqual([]);
    expect(cycles).toBeGreaterThan(CLIENTS / 2);
    expect(busiest).toBeGreaterThan(0);

    // Now every page is gone without a word: the process that is left strands nobody.
    await until(
      async () => {
        const { split, alone, inCall } = await observe();
        expect({ split, alone }).toEqual({ split: [], alone: [] });
        const connecting = await redis.client.zcard('matching:connecting');
        return inCall === 0 && connecting === 0;
      },
      { timeoutMs: SWEPT_WITHIN_MS, what: 'everybody swept out of calls' },
    );
  },
);
