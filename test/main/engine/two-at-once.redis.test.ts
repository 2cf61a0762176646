import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Flows, flowsOn } from '../../support/flows';
import { startStore, STORE_KINDS, type TestStore } from '../../support/store';

describe.each(STORE_KINDS)('two things at once have one outcome on %s', (kind) => {
  let redis: TestStore;
  let flows: Flows;

  beforeAll(async () => {
    redis = await startStore(kind);
    flows = flowsOn(redis);
  });
  beforeEach(() => redis.flush());
  afterAll(() => redis.stop());

  it('skip and skip: both wait, the first one counts, the second is superseded', async () => {
    const room = await flows.call();
    const [first, second] = await Promise.all([
      flows.machine.handleSkip('alice', { room }),
      flows.machine.handleSkip('bob', { room }),
    ]);
    expect([first.superseded, second.superseded].sort()).toEqual([false, true]);
    expect(await flows.stateOf('alice')).toBe('WAITING');
    expect(await flows.stateOf('bob')).toBe('WAITING');
    const skips = [await flows.field('alice', 'totalSkips'), await flows.field('bob', 'totalSkips')];
    expect(skips.sort()).toEqual(['0', '1']);
  });

  it.each(['skip first', 'end first'])(
    'skip against end (%s): who ended is IDLE, who skipped waits',
    async (order) => {
      const room = await flows.call();
      const skip = () => flows.machine.handleSkip('alice', { room });
      const end = () => flows.machine.handleEndCall('bob', { room });
      for (const act of order === 'skip first' ? [skip, end] : [end, skip]) await act();
      expect(await flows.stateOf('alice')).toBe('WAITING');
      expect(await flows.stateOf('bob')).toBe('IDLE');
    },
  );

  it('end and end: both are IDLE', async () => {
    const room = await flows.call();
    await Promise.all([
      flows.machine.handleEndCall('alice', { room }),
      flows.machine.handleEndCall('bob', { room }),
    ]);
    expect(await flows.stateOf('alice')).toBe('IDLE');
    expect(await flows.stateOf('bob')).toBe('IDLE');
  });

  it.each(['end first', 'death first'])(
    'end against death of the partner (%s): both are IDLE',
    async (order) => {
      const room = await flows.call();
      const end = () => flows.machine.handleEndCall('alice', { room });
      const death = () => flows.machine.disconnectUser('bob');
      for (const act of order === 'end first' ? [end, death] : [death, end]) await act();
      expect(await flows.stateOf('alice')).toBe('IDLE');
      expect(await flows.stateOf('bob')).toBe('IDLE');
    },
  );

  it.each(['skip first', 'death first'])(
    'skip against death of the partner (%s): who skipped waits, the dead one is IDLE',
    async (order) => {
      const room = await flows.call();
      const skip = () => flows.machine.handleSkip('alice', { room });
      const death = () => flows.machine.disconnectUser('bob');
      for (const act of order === 'skip first' ? [skip, death] : [death, skip]) await act();
      expect(await flows.stateOf('alice')).toBe('WAITING');
      expect(await flows.stateOf('bob')).toBe('IDLE');
    },
  );

  it('connected against fail (fail first): both wait, and the other word is refused', async () => {
    const room = await flows.pair();
    await flows.machine.enterCall('alice');
    await flows.machine.failConnection('bob', { room });
    await expect(flows.machine.enterCall('alice')).rejects.toMatchObject({
      code: 'wrong_state',
      message: 'alice is WAITING and cannot enter a call.',
    });
    expect([await flows.stateOf('alice'), await flows.stateOf('bob')]).toEqual(['WAITING', 'WAITING']);
  });

  it('connected against fail (both words first): both are in the call, and fail is refused', async () => {
    const room = await flows.call();
    await expect(flows.machine.failConnection('bob', { room })).rejects.toMatchObject({
      code: 'wrong_state',
      message: 'bob is IN_CALL and cannot fail to connect.',
    });
    expect([await flows.stateOf('alice'), await flows.stateOf('bob')]).toEqual(['IN_CALL', 'IN_CALL']);
  });

  it('match against leave (match first): the couple stands, and who wanted to leave is told', async () => {
    await flows.pair();
    await expect(flows.machine.leaveQueue('alice')).rejects.toMatchObject({
      code: 'wrong_state',
      message: 'alice is CONNECTING and cannot leave the queue.',
    });
    expect([await flows.stateOf('alice'), await flows.stateOf('bob')]).toEqual(['CONNECTING', 'CONNECTING']);
  });

  it('match against leave (leave first): nobody is paired with who left', async () => {
    await flows.machine.startMatching('alice');
    await flows.machine.startMatching('bob');
    await flows.machine.leaveQueue('alice');
    await expect(flows.machine.createMatch('alice', 'bob')).rejects.toMatchObject({ code: 'wrong_state' });
    expect([await flows.stateOf('alice'), await flows.stateOf('bob')]).toEqual(['IDLE', 'WAITING']);
  });

  it('a late skip never hits the next pair', async () => {
    const room = await flows.call();
    await flows.machine.handleSkip('bob', { room });
    await flows.machine.startMatching('carol');
    await flows.machine.createMatch('alice', 'carol');
    expect(await flows.machine.handleSkip('alice', { room })).toMatchObject({ superseded: true, moves: [] });
    expect(await flows.look('alice')).toMatchObject({ state: 'CONNECTING', matchedWith: 'carol' });
    await flows.machine.handleEndCall('alice', { room });
    expect(await flows.stateOf('alice')).toBe('IDLE');
    expect(await flows.stateOf('carol')).toBe('WAITING');
  });

  it('refuses an action about a room that the user was never in', async () => {
    await flows.call();
    await expect(flows.machine.handleSkip('alice', { room: 'elsewhere' })).rejects.toMatchObject({
      code: 'wrong_state',
    });
  });

  it('without a room, the second of two is refused and told where the user is', async () => {
    await flows.call();
    await flows.machine.handleSkip('alice');
    await expect(flows.machine.handleEndCall('bob')).rejects.toMatchObject({
      code: 'wrong_state',
      message: 'bob is WAITING and cannot end a call.',
    });
  });
});
