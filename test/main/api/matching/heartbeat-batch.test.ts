import { describe, expect, it } from 'vitest';
import { SwitchboardError } from '@shared/errors';
import { HeartbeatBatch } from '../../../../src/main/api/matching/heartbeat-batch';

/** Notes what is sent; `broken` users have a damaged key, `strangers` are known to nobody. */
function recorder({ broken = [], strangers = [] }: { broken?: string[]; strangers?: string[] } = {}) {
  const calls: string[][] = [];
  const batch = new HeartbeatBatch((users) => {
    calls.push([...users]);
    if (users.some((user) => broken.includes(user)))
      return Promise.reject(new SwitchboardError('redis_wrong_type', 'a damaged key'));
    return Promise.resolve({
      at: 1_000 + calls.length,
      unknown: users.filter((user) => strangers.includes(user)),
    });
  });
  return { batch, calls };
}

describe('heartbeats of one moment', () => {
  it('go to Redis in one call, each user once, and each gets its own answer', async () => {
    const { batch, calls } = recorder({ strangers: ['eve'] });
    const answers = await Promise.all(['ada', 'bob', 'eve', 'ada'].map((user) => batch.note(user)));
    expect(calls).toEqual([['ada', 'bob', 'eve']]);
    expect(answers).toEqual([1_001, 1_001, null, 1_001]);
  });

  it('do not wait for those of the next moment', async () => {
    const { batch, calls } = recorder();
    await batch.note('ada');
    await batch.note('bob');
    expect(calls).toEqual([['ada'], ['bob']]);
  });

  it('are sent in pieces when they are many', async () => {
    const { batch, calls } = recorder();
    await Promise.all(Array.from({ length: 150 }, (_, index) => batch.note(`user${index}`)));
    expect(calls.map((users) => users.length)).toEqual([64, 64, 22]);
  });

  it('are sent one by one when somebody’s key is damaged, so that only that one fails', async () => {
    const { batch, calls } = recorder({ broken: ['bob'] });
    const [ada, bob, eve] = await Promise.allSettled(['ada', 'bob', 'eve'].map((user) => batch.note(user)));
    expect(calls).toEqual([['ada', 'bob', 'eve'], ['ada'], ['bob'], ['eve']]);
    expect([ada?.status, bob?.status, eve?.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('fail together, without a second try, while Redis is away', async () => {
    let calls = 0;
    const away = new SwitchboardError('redis_away', 'Redis is away');
    const batch = new HeartbeatBatch(() => {
      calls += 1;
      return Promise.reject(away);
    });
    const answers = await Promise.allSettled(['ada', 'bob'].map((user) => batch.note(user)));
    expect(answers).toEqual([
      { status: 'rejected', reason: away },
      { status: 'rejected', reason: away },
    ]);
    expect(calls).toBe(1);
  });
});
