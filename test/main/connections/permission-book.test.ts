import { describe, expect, it, vi } from 'vitest';
import type { Permissions } from '@shared/contract/connections';
import { operations } from '@shared/contract';
import { CAPABILITIES } from '../../../src/main/connections/capabilities';
import { PermissionBook } from '../../../src/main/connections/permission-book';
import { fakeClock } from '../../support/fake-clock';

const nothing: Permissions = { user: 'half', known: true, missing: [], grant: null };
const noRemoval: Permissions = {
  ...nothing,
  missing: [{ what: 'move users', operations: ['users.remove'], denied: ['zadd on matching:idle'] }],
};

function book(...answers: Permissions[]) {
  const clock = fakeClock();
  const read = vi.fn(() => Promise.resolve(answers.shift() ?? nothing));
  return { clock, read, book: new PermissionBook({ read, clock }) };
}

describe('what a Redis user may not do', () => {
  it('is told in words that name the user, the command and where the rule is', async () => {
    const { book: asked } = book(noRemoval);
    expect(await asked.refusalOf('users.remove', 'default')).toBe(
      'The Redis user "half" may not move users (Redis refuses zadd on matching:idle). The rule that allows it stands under Connections.',
    );
  });

  it('is asked once for each pool while nothing is missing, and again after a while', async () => {
    const { book: asked, read, clock } = book();
    for (const pool of ['default', 'eu', 'default', 'eu'])
      expect(await asked.refusalOf('users.remove', pool)).toBeNull();
    expect(read.mock.calls).toEqual([['default'], ['eu']]);
    await clock.advance(31_000);
    await asked.refusalOf('users.remove', 'default');
    expect(read).toHaveBeenCalledTimes(3);
  });

  it('is asked anew before anybody is refused, so that a grant counts at once', async () => {
    const { book: asked } = book(noRemoval, nothing);
    expect(await asked.refusalOf('users.remove', 'default')).not.toBeNull();
    expect(await asked.refusalOf('users.remove', 'default')).toBeNull();
  });

  it('is not asked for what needs nothing of Redis', async () => {
    const { book: asked, read } = book(noRemoval);
    expect(await asked.refusalOf('log.set', 'default')).toBeNull();
    expect(read).not.toHaveBeenCalled();
  });
});

it('the table of capabilities knows every operation that changes what is in Redis', () => {
  const known = new Set<string>(CAPABILITIES.flatMap((capability) => capability.operations));
  const changing = Object.entries(operations).filter(([, { kind, local }]) => kind === 'command' && !local);
  const unknown = changing.map(([name]) => name).filter((name) => !known.has(name));
  // These steer a run that `simulator.start` has begun.
  const ofRun = ['stop', 'drive', 'strike'].map((name) => `simulator.${name}`);
  expect(unknown.sort()).toEqual(ofRun.sort());
});
