import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { histogramGroup, histogramMiddle } from '@shared/histogram';
import { MoveTotals, readMatchRate } from '../../../src/main/journal/move-totals';
import { poolKeys } from '../../../src/main/redis/keys';
import type { Store } from '../../../src/main/redis/store';
import { STORE_KINDS, startStore, type TestStore } from '../../support/store';

const MINUTE_MS = 60_000;
const FIRST_MINUTE = 29_000_000;
const keys = poolKeys('default');

describe.each(STORE_KINDS)('the totals of moves on %s', (kind) => {
  let redis: TestStore;
  /** The server's time, as the totals read it. */
  let now: number;
  let totals: MoveTotals;
  const context = () => {
    const store: Store = {
      ...redis.store,
      command: (command) =>
        command[0] === 'TIME'
          ? Promise.resolve([String(Math.floor(now / 1000)), '0'])
          : redis.store.command(command),
    };
    return { store, keys };
  };
  const minute = () => Math.floor(now / MINUTE_MS);
  const move = (times: number, edge = 'IDLE>WAITING:queue') =>
    redis.client.hincrby(keys.stats(minute()), edge, times);
  const counted = async (of = totals) =>
    Object.fromEntries(
      (await of.read()).moves.map(({ from, to, cause, count }) => [`${from}>${to}:${cause}`, count]),
    );

  beforeAll(async () => {
    redis = await startStore(kind);
  });
  beforeEach(async () => {
    await redis.flush();
    now = FIRST_MINUTE * MINUTE_MS;
    totals = new MoveTotals(context());
  });
  afterAll(() => redis.stop());

  it('begin with the first look: what was before counts as zero', async () => {
    await move(7);
    expect(await counted()).toEqual({});
    await move(2);
    expect(await counted()).toEqual({ 'IDLE>WAITING:queue': 2 });
    expect(await counted()).toEqual({ 'IDLE>WAITING:queue': 2 });
  });

  it('count the rest of a minute when it is over, and every minute since', async () => {
    await move(1);
    await counted();
    await move(2);
    await counted();
    await move(3);
    now += MINUTE_MS;
    await move(4);
    now += MINUTE_MS;
    await move(5, 'WAITING>CONNECTING:match');
    expect(await counted()).toEqual({ 'IDLE>WAITING:queue': 9, 'WAITING>CONNECTING:match': 5 });
  });

  it('are the same in every process that began to look at the same time', async () => {
    const other = new MoveTotals(context());
    await Promise.all([counted(), counted(other)]);
    for (let turn = 1; turn < 5; turn += 1) {
      await move(turn);
      if (turn % 2) await counted();
      now += MINUTE_MS / 2;
    }
    expect(await counted()).toEqual(await counted(other));
    expect(await counted()).toEqual({ 'IDLE>WAITING:queue': 10 });
  });

  it('count nothing twice when two scrapes come at once', async () => {
    await counted();
    await move(3);
    await Promise.all([totals.read(), totals.read(), totals.read()]);
    expect(await counted()).toEqual({ 'IDLE>WAITING:queue': 3 });
  });

  it('go on with the newest four hours after a longer pause', async () => {
    await counted();
    await move(1);
    now += 300 * MINUTE_MS;
    await move(2);
    expect(await counted()).toEqual({ 'IDLE>WAITING:queue': 2 });
  });

  it('never fall, also when somebody empties Redis', async () => {
    await move(10);
    await counted();
    await move(5);
    expect(await counted()).toEqual({ 'IDLE>WAITING:queue': 5 });
    await redis.flush();
    expect(await counted()).toEqual({ 'IDLE>WAITING:queue': 5 });
    await move(1);
    expect(await counted()).toEqual({ 'IDLE>WAITING:queue': 6 });
  });

  it('hold waits and calls, each group by its middle', async () => {
    await totals.read();
    const group = histogramGroup(12_000);
    await move(3, `wait:match:${group}`);
    await move(2, `call:${group}`);
    const { waits, calls } = await totals.read();
    expect({ waits, calls }).toEqual({
      waits: [[histogramMiddle(group), 3]],
      calls: [[histogramMiddle(group), 2]],
    });
  });

  it('tell how fast the queue moved lately', async () => {
    await move(4, 'WAITING>CONNECTING:match');
    now += 2 * MINUTE_MS + 15_000;
    await move(6, 'WAITING>CONNECTING:match');
    await move(9, 'WAITING>IDLE:leave');
    expect(await readMatchRate(context())).toEqual({ matched: 10, overMs: 2 * MINUTE_MS + 15_000 });
    now += MINUTE_MS;
    expect((await readMatchRate(context())).matched).toBe(6);
  });
});
