import { beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/main/lib/log';
import { RevivedServer, type ServerProcess, type StoreFate } from '../../../src/main/redis/revived-server';
import { type FakeClock, fakeClock } from '../../support/fake-clock';

/** A process that ends when it is told to, or when the test lets it crash. */
class FakeProcess implements ServerProcess {
  end: () => void = () => undefined;
  readonly ended = new Promise<void>((resolve) => (this.end = resolve));
  stop(): Promise<void> {
    this.end();
    return this.ended;
  }
}

let clock: FakeClock;
let processes: FakeProcess[];
let starts: number[];
let refuse: boolean;
let fates: StoreFate[];
beforeEach(() => {
  clock = fakeClock();
  [processes, starts, fates, refuse] = [[], [], [], false];
});

async function startServer(): Promise<RevivedServer<FakeProcess>> {
  const server = await RevivedServer.start({
    start: () => {
      starts.push(clock.now());
      if (refuse) return Promise.reject(new Error('the port is taken'));
      const process = new FakeProcess();
      processes.push(process);
      return Promise.resolve(process);
    },
    log: silentLogger,
    clock,
    random: () => 1,
  });
  server.onFate((fate) => fates.push(fate));
  return server;
}

/** Lets everything that waits for nothing but other promises go on. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

async function crash(): Promise<void> {
  processes.at(-1)?.end();
  await settle();
}

describe('a private server that ends by itself', () => {
  it('is started anew at once, and later after growing waits', async () => {
    await startServer();
    const began = clock.now();
    await crash();
    expect(starts).toEqual([began, began]);
    await crash();
    expect(starts).toHaveLength(2);
    await clock.advance(1_000);
    await settle();
    await crash();
    await clock.advance(2_000);
    await settle();
    expect(starts.map((at) => at - began)).toEqual([0, 0, 1_000, 3_000]);
    expect(fates.map(({ restarts }) => restarts)).toEqual([1, 2, 3]);
    expect(fates.at(-1)).toEqual({ restarts: 3, restartedAt: began + 3_000, endedForGood: false });
  });

  it('is given up when it ends again and again, and not when that is long ago', async () => {
    const server = await startServer();
    for (let crashes = 0; crashes < 6; crashes += 1) {
      await crash();
      await clock.advance(61_000);
      await settle();
    }
    expect(processes).toHaveLength(7);
    for (let crashes = 0; crashes < 4; crashes += 1) {
      await crash();
      await clock.advance(5_000);
      await settle();
    }
    await server.ended;
    expect(fates.at(-1)).toMatchObject({ restarts: 9, endedForGood: true });
    expect(processes).toHaveLength(10);
  });

  it('is given up when it does not start either, after as many tries', async () => {
    const server = await startServer();
    refuse = true;
    await crash();
    for (const waits of [1_000, 2_000]) {
      await clock.advance(waits);
      await settle();
    }
    await server.ended;
    expect(starts).toHaveLength(4);
    expect(fates).toEqual([{ restarts: 0, restartedAt: null, endedForGood: true }]);
  });
});

describe('a private server that is told to', () => {
  it('ends, also while it waits to be started anew, and stays ended', async () => {
    const server = await startServer();
    await crash();
    await crash();
    await server.stop();
    await server.ended;
    await clock.advance(60_000);
    await settle();
    expect(processes).toHaveLength(2);
    expect(fates.at(-1)?.endedForGood).toBe(false);
  });

  it('is started anew on purpose without that counting as a crash', async () => {
    const server = await startServer();
    for (let times = 0; times < 5; times += 1) await server.restart();
    await settle();
    expect(processes).toHaveLength(6);
    expect(fates.at(-1)).toMatchObject({ restarts: 5, endedForGood: false });
    refuse = true;
    await expect(server.restart()).rejects.toThrow('taken');
    await server.ended;
  });
});
