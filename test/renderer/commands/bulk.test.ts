import { afterEach, expect, it } from 'vitest';
import { createClient } from '@shared/client';
import type { UserChoice } from '../../../src/renderer/store/ui';
import { previewOf, runBulk } from '../../../src/renderer/commands/bulk';
import { jobs } from '../../../src/renderer/store/jobs';

interface Input {
  users?: string[];
  dryRun?: boolean;
  offset?: number;
  limit?: number;
}

/** A console before a crowd, where every move is carried out. */
function beforeCrowd(crowd: readonly string[]) {
  const calls: { operation: string; input: Input }[] = [];
  const answer = (operation: string, { users = [], offset = 0, limit = 0, dryRun }: Input) => {
    if (operation === 'users.list')
      return {
        at: 0,
        total: crowd.length,
        rows: crowd.slice(offset, offset + limit).map((user) => ({ user })),
      };
    const transactions = dryRun ? [] : ['tx-1'];
    return { transactions, moved: users, skipped: [], warnings: [], untried: [], stopped: null };
  };
  const client = createClient({
    invoke(operation, input) {
      calls.push({ operation, input: input as Input });
      return Promise.resolve({ ok: true, value: answer(operation, input as Input), requestId: 'r' });
    },
    subscribe: () => () => undefined,
  });
  return { client, calls };
}

const force = (choice: UserChoice) =>
  ({ verb: 'force', pool: 'default', choice, to: 'IDLE', reason: 'a test' }) as const;

afterEach(() => jobs.setState({ list: [] }));

it('leaves out those whose ids no action takes, says why, and moves everybody else', async () => {
  const { client, calls } = beforeCrowd([]);
  const action = force({ kind: 'users', users: ['ann', 'a b', 'ben', 'user:7'] });
  const { result, looked } = await previewOf(client, action);
  expect(looked).toBe(4);
  expect(result.moved).toEqual(['ann', 'ben']);
  expect(result.skipped.map(({ user }) => user)).toEqual(['a b', 'user:7']);
  expect(result.skipped[0]?.message).toMatch(/^a b cannot be forced or removed.*no blanks/);

  const ends: unknown[] = [];
  await runBulk(client, { ...action, whenEnded: (end) => ends.push(end) }, () => undefined);
  expect(ends).toEqual([{ changed: ['ann', 'ben'], skipped: ['a b', 'user:7'], complete: true }]);
  expect(calls.map(({ input }) => [input.users, input.dryRun])).toEqual([
    [['ann', 'ben'], true],
    [['ann', 'ben'], false],
  ]);
  expect(jobs.getState().list[0]).toMatchObject({
    status: 'done',
    done: 4,
    moved: 2,
    skipped: result.skipped,
  });
});

it('asks nobody to move whose ids no action takes', async () => {
  const { client, calls } = beforeCrowd([]);
  const { result } = await previewOf(client, force({ kind: 'users', users: ['a b'] }));
  expect(result.skipped).toHaveLength(1);
  expect(calls).toEqual([]);
});

it('looks at the first of a crowd only, before it shows what would change', async () => {
  const { client, calls } = beforeCrowd(Array.from({ length: 3_000 }, (_, index) => `u-${index}`));
  const { result, looked } = await previewOf(client, force({ kind: 'all', state: null, count: 3_000 }));
  expect([looked, result.moved.length]).toEqual([500, 500]);
  expect(calls.map(({ operation }) => operation)).toEqual(['users.list', 'transitions.forceMany']);
});
