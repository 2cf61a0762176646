import { describe, expect, it } from 'vitest';
import type { State } from '@shared/states';
import { CouplesWatch } from '../../../../src/main/simulator/watch/couples-watch';
import { Replay } from '../../../../src/main/simulator/watch/replay';
import { ServiceWatch } from '../../../../src/main/simulator/watch/service-watch';
import type { ViolationKind } from '../../../../src/main/simulator/watch/violation';
import type { News, Sighting, Way } from '../../../../src/main/simulator/way';

const NOBODY: Record<State, number> = { IDLE: 0, WAITING: 0, CONNECTING: 0, IN_CALL: 0, DISCONNECTING: 0 };
const A = 'sim-a';
const B = 'sim-b';
const C = 'sim-c';
const REFUSED = { kind: 'refused', code: 'wrong_state', state: 'WAITING' } as const;

function recorder() {
  const found: ViolationKind[] = [];
  return { found, report: (kind: ViolationKind) => void found.push(kind) };
}

let number = 0;
function move(user: string, from: State | null, to: State | null, more: Partial<News> = {}): News {
  number += 1;
  const at = more.at ?? number;
  return {
    ...{
      id: `${number}-0`,
      at,
      user,
      from,
      to,
      cause: 'transition',
      by: 'simulator',
      partner: null,
      room: null,
    },
    ...{ transaction: `t${number}`, spent: null },
    ...more,
  };
}

describe('the replay', () => {
  const start = () => ({ id: `${number}-0`, counts: NOBODY });

  it('finds nothing where each move follows from the one before', () => {
    const { found, report } = recorder();
    const replay = new Replay(start(), report);
    const last = [move(A, null, 'IDLE'), move(A, 'IDLE', 'WAITING'), move(A, 'WAITING', 'IDLE')];
    for (const news of last) replay.learn(news);
    replay.expect({ id: last.at(-1)?.id ?? '', counts: { ...NOBODY, IDLE: 1 } });
    expect([found, replay.compared]).toEqual([[], 1]);
  });

  it('finds a move that begins elsewhere than the one before ended', () => {
    const { found, report } = recorder();
    const replay = new Replay(start(), report);
    replay.learn(move(A, null, 'IDLE'));
    replay.learn(move(A, 'WAITING', 'IDLE'));
    expect(found).toEqual(['broken-chain']);
  });

  it('finds somebody who is lost, also when the picture is ahead of the news', () => {
    const { found, report } = recorder();
    const replay = new Replay(start(), report);
    const moves = [move(A, null, 'WAITING'), move(B, null, 'WAITING'), move(C, null, 'WAITING')];
    replay.expect({ id: moves[1]?.id ?? '', counts: { ...NOBODY, WAITING: 1 } });
    for (const news of moves) replay.learn(news);
    expect(found).toEqual(['not-conserved']);
  });

  it('does not take the next move for part of a picture', () => {
    const { found, report } = recorder();
    const replay = new Replay(start(), report);
    const moves = [move(A, null, 'IDLE'), move(A, 'IDLE', 'WAITING')];
    replay.expect({ id: moves[0]?.id ?? '', counts: { ...NOBODY, IDLE: 1 } });
    for (const news of moves) replay.learn(news);
    expect([found, replay.compared]).toEqual([[], 1]);
  });
});

describe('the watch over couples', () => {
  const pair = (a: string, b: string, at: number) => [
    move(a, 'WAITING', 'CONNECTING', { partner: b, at }),
    move(b, 'WAITING', 'CONNECTING', { partner: a, at }),
  ];

  it('finds a pair that was made too soon after it parted, once', () => {
    const { found, report } = recorder();
    const watch = new CouplesWatch(30_000, report);
    for (const news of pair(A, B, 0)) watch.learn(news);
    for (const user of [A, B])
      watch.learn(
        move(user, 'CONNECTING', 'WAITING', { partner: user === A ? B : A, cause: 'fail', at: 1_000 }),
      );
    for (const news of pair(A, B, 20_000)) watch.learn(news);
    expect(found).toEqual(['cooldown']);
  });

  it('lets them meet again when the cooldown is over', () => {
    const { found, report } = recorder();
    const watch = new CouplesWatch(30_000, report);
    for (const news of pair(A, B, 0)) watch.learn(news);
    for (const user of [A, B])
      watch.learn(
        move(user, 'CONNECTING', 'WAITING', { partner: user === A ? B : A, cause: 'fail', at: 1_000 }),
      );
    for (const news of pair(A, B, 31_000)) watch.learn(news);
    expect(found).toEqual([]);
  });

  it('finds somebody in two pairs', () => {
    const { found, report } = recorder();
    const watch = new CouplesWatch(30_000, report);
    for (const news of pair(A, B, 0)) watch.learn(news);
    watch.learn(move(C, 'WAITING', 'CONNECTING', { partner: B }));
    expect(found).toEqual(['two-pairs']);
  });

  it('finds somebody who stays alone in a call, and nobody who is alone for a moment', async () => {
    const { found, report } = recorder();
    const watch = new CouplesWatch(30_000, report);
    watch.learn(move(A, 'CONNECTING', 'IN_CALL', { partner: B }));
    const alone: Sighting[] = [
      { user: A, states: ['IN_CALL'], matchedWith: B },
      { user: B, states: ['IDLE'], matchedWith: null },
    ];
    const way = {
      look: (users: readonly string[]) => Promise.resolve(alone.filter(({ user }) => users.includes(user))),
    };
    for (const news of pair(A, B, 0)) watch.learn(news);
    watch.learn(move(A, 'CONNECTING', 'IN_CALL', { partner: B }));
    await watch.look(way as unknown as Way, 0, () => 0);
    expect(found).toEqual([]);
    await watch.look(way as unknown as Way, 10_000, () => 0);
    expect(found).toEqual(['alone-in-call']);
  });
});

describe('the watch over the service', () => {
  it('counts pairs that passed somebody over', () => {
    const watch = new ServiceWatch();
    watch.learn(move(A, null, 'WAITING', { at: 0 }), 0);
    watch.learn(move(B, null, 'WAITING', { at: 5_000 }), 0);
    watch.learn(move(C, null, 'WAITING', { at: 6_000 }), 0);
    for (const user of [B, C])
      watch.learn(move(user, 'WAITING', 'CONNECTING', { at: 7_000, spent: 1_000, transaction: 'match' }), 0);
    expect(watch.figures).toMatchObject({ pairs: 1, overtakenShare: 1, waitMeanMs: 1_000 });
  });

  it('knows the place that a failed connection gives back', () => {
    const watch = new ServiceWatch();
    watch.learn(move(A, null, 'WAITING', { at: 0 }), 0);
    watch.learn(move(B, null, 'WAITING', { at: 10 }), 0);
    const match = { at: 20, spent: 10, transaction: 'm1' };
    for (const user of [A, B]) watch.learn(move(user, 'WAITING', 'CONNECTING', match), 0);
    for (const user of [A, B]) watch.learn(move(user, 'CONNECTING', 'WAITING', { at: 9_000 }), 0);
    watch.learn(move(C, null, 'WAITING', { at: 9_500 }), 0);
    for (const user of [B, C])
      watch.learn(move(user, 'WAITING', 'CONNECTING', { at: 9_600, spent: 100, transaction: 'm2' }), 0);
    expect(watch.figures.overtakenShare).toBe(0);
  });

  it('judges targets, and counts one that could not be measured as missed', () => {
    const watch = new ServiceWatch();
    watch.answered(400, 'any', { kind: 'done' });
    const [answer, match] = watch.results({ answer: 100, match: 5_000 });
    expect(answer).toMatchObject({ name: 'answer', met: false });
    expect(match).toMatchObject({ name: 'match', measured: null, met: false });
  });

  it('goes on measuring notices after very many requests that moved nobody', () => {
    const watch = new ServiceWatch();
    for (let request = 0; request < 25_000; request += 1) {
      watch.asked('skip', A, `refused ${request}`, 0);
      if (request % 2 === 0) watch.answered(1, `refused ${request}`, REFUSED);
    }
    watch.asked('skip', A, 'leaving', 1_000);
    watch.learn(move(B, 'IN_CALL', 'DISCONNECTING', { transaction: 'leaving' }), 1_100);
    expect(watch.figures.noticeP95Ms).toBeCloseTo(100, -1);
  });

  it('measures how long a partner takes to notice', () => {
    const watch = new ServiceWatch();
    watch.asked('skip', A, 'leaving', 1_000);
    watch.learn(move(A, 'IN_CALL', 'DISCONNECTING', { transaction: 'leaving' }), 1_010);
    watch.learn(move(B, 'IN_CALL', 'DISCONNECTING', { transaction: 'leaving' }), 1_100);
    expect(watch.figures.noticeP95Ms).toBeCloseTo(100, -1);
  });
});
