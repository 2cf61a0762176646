import { expect, it } from 'vitest';
import type { Finding, FindingKind } from '@shared/contract/integrity';
import { FindingList } from '../../../src/main/engine/finding-list';

const finding = (kind: FindingKind, user: string): Finding => ({
  ...{ kind, user, states: [], message: '', remedy: null },
});
const usersOf = (findings: readonly Finding[]) => findings.map(({ user }) => user);

it('lists the gravest first, counts all, and keeps so many of a kind', () => {
  const list = new FindingList(2);
  for (const user of ['a', 'b', 'c']) list.add(finding('stale-heartbeat', user));
  list.add(finding('split', 'torn'));
  expect(usersOf(list.open())).toEqual(['torn', 'a', 'b']);
  expect(list.counts).toMatchObject({ 'stale-heartbeat': 3, split: 1 });
  expect([list.beyond(['stale-heartbeat']), list.beyond(['split'])]).toEqual([1, 0]);
});

it('takes off what a new look does not find, and puts it back when the next one does', () => {
  const list = new FindingList();
  const found = [finding('split', 'a'), finding('no-metadata', 'b'), finding('time-in-future', 'b')];
  for (const each of found) list.add(each);
  list.judge(new Set(['b']), [finding('time-in-future', 'b')]);
  list.judge(new Set(['b']), [finding('time-in-future', 'b')]);
  expect(usersOf(list.open())).toEqual(['a', 'b']);
  expect(list.counts).toMatchObject({ split: 1, 'no-metadata': 0, 'time-in-future': 1 });
  expect([...list.broken(['no-metadata', 'time-in-future'])]).toEqual([['b', ['time-in-future']]]);
  // The place of each stays.
  expect(list.users()).toEqual(['a', 'b']);
  list.judge(new Set(['a', 'b']), found.slice(1));
  expect(list.counts).toMatchObject({ split: 0, 'no-metadata': 1, 'time-in-future': 1 });
});
