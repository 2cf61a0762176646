import { beforeEach, describe, expect, it } from 'vitest';
import { PoolDirectory } from '../../../src/main/api/pool-directory';
import { type FakeClock, fakeClock } from '../../support/fake-clock';

describe('the directory of pools', () => {
  let clock: FakeClock;
  let existing: string[];
  let reads: number;
  let directory: PoolDirectory;
  beforeEach(() => {
    clock = fakeClock();
    existing = [];
    reads = 0;
    directory = new PoolDirectory({
      clock,
      list: () => {
        reads += 1;
        return Promise.resolve([...existing]);
      },
    });
  });

  it('knows the default pool without asking', async () => {
    await directory.demand('default', false);
    expect(reads).toBe(0);
  });

  it('refuses a pool that nobody has joined, and keeps nothing for its name', async () => {
    await expect(directory.demand('eu', false)).rejects.toMatchObject({ code: 'unknown_user' });
    expect(directory.has('eu')).toBe(false);
  });

  it('takes a pool in that a request may begin', async () => {
    await directory.demand('eu', true);
    expect(directory.has('eu')).toBe(true);
    await directory.demand('eu', false);
  });

  it('sees a pool that another process began, as soon as the list is no longer fresh', async () => {
    await expect(directory.demand('eu', false)).rejects.toThrow();
    existing = ['eu'];
    await expect(directory.demand('eu', false)).rejects.toThrow();
    expect(reads).toBe(1);
    await clock.advance(50);
    await directory.demand('eu', false);
    expect(reads).toBe(2);
  });

  it('asks once for many who want to know at the same time', async () => {
    existing = ['eu'];
    await Promise.all(Array.from({ length: 20 }, () => directory.demand('eu', false)));
    expect(reads).toBe(1);
  });

  it('begins no more pools than a process can serve, and still serves those that are there', async () => {
    existing = Array.from({ length: 1_000 }, (_, index) => `pool-${index}`);
    await directory.demand('pool-7', false);
    await clock.advance(50);
    await expect(directory.demand('one-more', true)).rejects.toMatchObject({ code: 'bad_input' });
    await directory.demand('pool-999', true);
  });

  it('tells why the list could not be read, and asks again the next time', async () => {
    let away = true;
    const shaky = new PoolDirectory({
      clock,
      list: () => (away ? Promise.reject(new Error('away')) : Promise.resolve(['eu'])),
    });
    await expect(shaky.demand('eu', false)).rejects.toThrow('away');
    away = false;
    await shaky.demand('eu', false);
  });
});
