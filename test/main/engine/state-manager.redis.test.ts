import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Engine, type PoolEngine } from '../../../src/main/engine/engine';
import { silentLogger } from '../../../src/main/lib/log';
import { STORE_KINDS, startStore, type TestStore } from '../../support/store';

describe.each(STORE_KINDS)('StateManager on %s', (kind) => {
  let redis: TestStore;
  let engine: PoolEngine;
  beforeAll(async () => {
    redis = await startStore(kind);
    engine = new Engine({ store: redis.store, log: silentLogger }).pool();
  });
  beforeEach(() => redis.flush());
  afterAll(() => redis.stop());

  const states = () => engine.states;
  const place = (state: string, user: string, since: number) =>
    redis.client.zadd(`matching:${state}`, since, user);

  it('adds somebody new, and leaves alone who is there already', async () => {
    expect(await states().addUserToState('a', 'WAITING')).toMatchObject({
      moves: [{ from: null, to: 'WAITING' }],
    });
    const since = await redis.client.zscore('matching:waiting', 'a');
    expect(await states().addUserToState('a', 'WAITING')).toBeNull();
    expect(await redis.client.zscore('matching:waiting', 'a')).toBe(since);
  });

  it('never puts anybody into a second state: an add elsewhere is a legal move or refused', async () => {
    await states().addUserToState('a', 'IDLE');
    await states().addUserToState('a', 'WAITING');
    expect(await states().getUserCurrentState('a')).toMatchObject({ state: 'WAITING', states: ['WAITING'] });
    await expect(states().addUserToState('a', 'IN_CALL')).rejects.toMatchObject({
      code: 'illegal_transition',
    });
    await expect(states().addUserToState('new', 'CONNECTING')).rejects.toMatchObject({
      code: 'illegal_transition',
    });
    expect((await states().getUserCurrentState('a')).states).toEqual(['WAITING']);
  });

  it('moves only from where the caller believes the user to be', async () => {
    await states().addUserToState('a', 'WAITING');
    await expect(states().moveUserBetweenStates('a', 'IDLE', 'WAITING')).rejects.toMatchObject({
      code: 'moved_on',
    });
    await states().moveUserBetweenStates('a', 'WAITING', 'IDLE');
    expect(await states().isUserInState('a', 'IDLE')).toBe(true);
    expect(await states().isUserInState('a', 'WAITING')).toBe(false);
  });

  it('removes from one state only who is there, and can be undone', async () => {
    await states().addUserToState('a', 'WAITING');
    const since = await redis.client.zscore('matching:waiting', 'a');
    await expect(states().removeUserFromState('a', 'IDLE', 'a test')).rejects.toMatchObject({
      code: 'moved_on',
    });
    await expect(states().removeUserFromState('nobody', 'IDLE', 'a test')).rejects.toMatchObject({
      code: 'unknown_user',
    });
    const { transactions } = await states().removeUserFromState('a', 'WAITING', 'a test');
    expect(await states().getUserCurrentState('a')).toMatchObject({ state: null, states: [] });
    await engine.transitions.rollbackTransaction(transactions[0] ?? '');
    expect(await redis.client.zscore('matching:waiting', 'a')).toBe(since);
  });

  it('takes a damaged user out of all states', async () => {
    await place('idle', 'x', 1);
    await place('in_call', 'x', 2);
    expect((await states().getUsersInMultipleStates()).map(({ user }) => user)).toEqual(['x']);
    await states().removeUserFromAllStates('x', 'damaged');
    expect(await redis.client.exists('matching:idle', 'matching:in_call')).toBe(0);
    expect(await states().getUsersInMultipleStates()).toEqual([]);
  });

  it('reads by rank, by time and by number', async () => {
    for (let index = 1; index <= 9; index += 1) await place('waiting', `u${index}`, index * 1000);
    await place('idle', 'i1', 1500);
    const ids = (members: { user: string }[]) => members.map(({ user }) => user);
    expect(ids(await states().getUsersInState('WAITING', { offset: 2, limit: 3 }))).toEqual([
      'u3',
      'u4',
      'u5',
    ]);
    expect(ids(await states().getUsersInState('WAITING', { from: 2000, to: 4000 }))).toEqual([
      'u2',
      'u3',
      'u4',
    ]);
    expect(ids(await states().getOldestUsersInState('WAITING', 2))).toEqual(['u1', 'u2']);
    expect(ids(await states().getNewestUsersInState('WAITING', 2))).toEqual(['u9', 'u8']);
    expect(ids(await states().getUsersInStates(['IDLE', 'WAITING'], { limit: 3 }))).toEqual([
      'u1',
      'i1',
      'u2',
    ]);
    expect(await states().getUserCountInState('WAITING')).toBe(9);
    expect(await states().getStateStatistics()).toMatchObject({
      WAITING: { count: 9, oldestSince: 1000 },
      IDLE: { count: 1 },
      IN_CALL: { count: 0, oldestSince: null },
    });
  });

  it('finds who waits longer than a time by the clock of the server', async () => {
    await place('waiting', 'long', Date.now() - 60_000);
    await place('waiting', 'short', Date.now());
    const long = await states().getUsersWaitingLongerThan(30_000);
    expect(long.map(({ user }) => user)).toEqual(['long']);
    expect(await states().getUsersWaitingLongerThan(90_000)).toEqual([]);
  });

  it('removes who entered within a time, and nobody else', async () => {
    for (let index = 1; index <= 5; index += 1) await place('idle', `u${index}`, index * 1000);
    const window = { from: 2000, to: 3500 };
    const planned = await states().removeUsersFromStateByTimeRange('IDLE', window, 'a test', {
      dryRun: true,
    });
    expect(planned.moved).toEqual(['u2', 'u3']);
    expect(await states().getUserCountInState('IDLE')).toBe(5);
    await states().removeUsersFromStateByTimeRange('IDLE', window, 'a test');
    expect(await redis.client.zrange('matching:idle', 0, '-1')).toEqual(['u1', 'u4', 'u5']);
  });

  it('cleans up who fell silent', async () => {
    await states().addUserToState('a', 'WAITING');
    const report = await states().cleanupStaleUsers({ now: Date.now() + 60_000 });
    expect(report.moved.heartbeat).toBe(1);
    expect(await states().isUserInState('a', 'IDLE')).toBe(true);
  });
});
