import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Purge } from '../../../src/main/engine/purge';
import { StateMachine } from '../../../src/main/engine/state-machine';
import { Statistics } from '../../../src/main/journal/statistics';
import { testContext } from '../../support/engine';
import { startStore, STORE_KINDS, type TestStore } from '../../support/store';

describe.each(STORE_KINDS)('purge on %s', (kind) => {
  let redis: TestStore;
  const context = () => testContext(redis.store);
  const purge = () => new Purge(context());
  const machine = () => new StateMachine(context());

  beforeAll(async () => {
    redis = await startStore(kind);
  });
  beforeEach(() => redis.flush());
  afterAll(() => redis.stop());

  it('takes out everybody of that name, and leaves nothing of theirs behind', async () => {
    for (const user of ['sim-1', 'sim-2', 'sim-3']) await machine().startMatching(user);
    await machine().createMatch('sim-1', 'sim-2');
    await machine().failConnection('sim-1');
    await redis.client.set(context().keys.heartbeat('sim-3'), '1');
    expect(await purge().removeAll('sim-', [['sim-2', 'sim-1']])).toBe(3);
    const left = await redis.client.keys('*sim-*');
    expect(left).toEqual([]);
    const { points } = await new Statistics(context()).trends(5);
    expect(points.at(-1)?.counts).toEqual({
      IDLE: 0,
      WAITING: 0,
      CONNECTING: 0,
      IN_CALL: 0,
      DISCONNECTING: 0,
    });
    expect(points.at(-2)?.counts.WAITING).toBe(0);
    expect(await redis.client.xlen(context().keys.audit)).toBe(0);
  });

  it('leaves others in peace, and sends a partner of theirs back to the queue', async () => {
    for (const user of ['sim-1', 'real-1', 'real-2']) await machine().startMatching(user);
    await machine().createMatch('sim-1', 'real-1');
    await purge().removeAll('sim-');
    expect((await redis.client.zrange(context().keys.sets.WAITING, 0, '-1')).sort()).toEqual([
      'real-1',
      'real-2',
    ]);
    expect(await redis.client.exists(context().keys.history('real-1'))).toBe(1);
  });

  it('takes out more than one script may hold', async () => {
    const { keys } = context();
    const members = Array.from({ length: 250 }, (_, index) => [index, `sim-${index}`]).flat();
    await redis.client.zadd(keys.sets.IDLE, ...(members as [number, string]));
    expect(await purge().removeAll('sim-')).toBe(250);
    expect(await redis.client.zcard(keys.sets.IDLE)).toBe(0);
  });

  it('finds somebody of another name', async () => {
    expect(await purge().findOther('sim-')).toBeNull();
    await machine().startMatching('sim-1');
    expect(await purge().findOther('sim-')).toBeNull();
    await machine().arrive('real');
    expect(await purge().findOther('sim-')).toBe('real');
  });
});
