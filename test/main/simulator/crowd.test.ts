import { describe, expect, it } from 'vitest';
import type { State } from '@shared/states';
import { silentLogger } from '../../../src/main/lib/log';
import { Crowd } from '../../../src/main/simulator/crowd';
import { scenario } from '../../../src/main/simulator/scenario';
import { VirtualClock } from '../../../src/main/simulator/virtual-clock';
import type { Act, Way } from '../../../src/main/simulator/way';
import { type FakeClock, fakeClock } from '../../support/fake-clock';

const PEOPLE = 40;
const STEP_MS = 250;
const NEXT: Partial<Record<Act, State>> = { arrive: 'IDLE', queue: 'WAITING', leave: 'IDLE' };

/** People who queue for a moment, lose patience and leave, before a service that never pairs anybody. */
function crowdWith(
  arrivals: object,
  returns: number,
  ask?: Way['ask'],
): { crowd: Crowd; clock: FakeClock; time: VirtualClock } {
  const clock = fakeClock();
  const time = new VirtualClock(clock);
  const way = {
    available: () => true,
    pages: null,
    ask:
      ask ??
      (({ act, user }: { act: Act; user: string }) => {
        crowd.learn({ user, to: NEXT[act] ?? null, partner: null, room: null });
        return Promise.resolve({ kind: 'done' as const });
      }),
    look: () => Promise.resolve([]),
  } as unknown as Way;
  const but = { pause: '1s', patience: '2s', rounds: 1, absence: '5s', returns, doubleClicks: 0 };
  const crowd: Crowd = new Crowd({
    scenario: scenario.parse({
      ...{ name: 'mine', title: 'Mine', people: PEOPLE },
      arrivals,
      mix: [{ persona: 'casual-browser', share: 1, but }],
    }),
    ...{ seed: 4, way, time, clock, log: silentLogger },
    watch: { asked: () => undefined, answered: () => undefined, report: () => undefined },
  });
  time.start();
  return { crowd, clock, time };
}

async function pass(
  { crowd, clock, time }: ReturnType<typeof crowdWith>,
  ms: number,
): Promise<{ most: number; least: number }> {
  let [most, least] = [0, Number.POSITIVE_INFINITY];
  for (let passed = 0; passed < ms; passed += STEP_MS) {
    await clock.advance(STEP_MS);
    crowd.advance(time.now());
    most = Math.max(most, crowd.present.length);
    least = Math.min(least, crowd.present.length);
  }
  return { most, least };
}

describe('a crowd', () => {
  it('stays as large as it is to be, though everybody leaves for good in the end', async () => {
    const all = crowdWith({ pattern: 'steady', within: '1s' }, 0);
    await pass(all, 3_000);
    const { most, least } = await pass(all, 120_000);
    expect([most, least > PEOPLE * 0.8]).toEqual([PEOPLE, true]);
    expect(all.crowd.counts.arrived).toBeGreaterThan(PEOPLE * 10);
  });

  it('comes and goes where people come back', async () => {
    const all = crowdWith({ pattern: 'steady', within: '1s' }, 1);
    await pass(all, 120_000);
    expect(all.crowd.counts.arrived).toBe(PEOPLE);
    expect(all.crowd.counts.requests).toBeGreaterThan(PEOPLE * 20);
  });

  it.each([
    ['who come back', 1],
    ['who do not', 0],
  ])('drains: after a while nobody comes any more, of people %s', async (_who, returns) => {
    const all = crowdWith({ pattern: 'drain', within: '1s', after: '30s' }, returns);
    const { most } = await pass(all, 30_000);
    expect(most).toBeGreaterThan(PEOPLE / 2);
    const { arrived } = all.crowd.counts;
    await pass(all, 30_000);
    expect([all.crowd.present.length, all.crowd.counts.arrived]).toEqual([0, arrived]);
  });

  it('has at most as many people as it is made smaller to, and as many again as it is made larger to', async () => {
    const all = crowdWith({ pattern: 'steady', within: '1s' }, 0);
    await pass(all, 5_000);
    all.crowd.setLoad(0.5);
    await pass(all, 10_000);
    expect((await pass(all, 20_000)).most).toBe(PEOPLE / 2);
    all.crowd.setLoad(2);
    await pass(all, 10_000);
    expect((await pass(all, 20_000)).most).toBe(PEOPLE * 2);
  });

  it('does not storm a service that knows nobody', async () => {
    const refused = { kind: 'refused', code: 'unknown_user', state: null } as const;
    const all = crowdWith({ pattern: 'steady', within: '1s' }, 1, () => Promise.resolve(refused));
    await pass(all, 60_000);
    // Everybody tries about twice a second.
    expect(all.crowd.counts.requests).toBeGreaterThan(PEOPLE * 20);
    expect(all.crowd.counts.requests).toBeLessThan(PEOPLE * 200);
  });

  it('comes when the recording says so, once', async () => {
    const all = crowdWith({ pattern: 'trace', times: 'user,at\na,500ms\nb,2s\nc,2500ms\n' }, 1);
    const seen: number[] = [];
    for (let second = 0; second < 3; second += 1) {
      await pass(all, 1_000);
      seen.push(all.crowd.counts.arrived);
    }
    await pass(all, 20_000);
    expect([seen, all.crowd.counts.arrived, all.crowd.present.length]).toEqual([[1, 2, 3], 3, 0]);
  });
});
