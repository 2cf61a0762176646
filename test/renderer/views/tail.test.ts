import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '@shared/contract/transitions';
import { readFilter } from '../../../src/renderer/views/transitions/filter';
import {
  EMPTY_TAIL,
  isNewer,
  receiveMoves,
  releaseMoves,
} from '../../../src/renderer/views/transitions/tail';

const moves = (...ids: string[]) => ids.map((id) => ({ id }) as JournalEntry);
const event = (ids: string[], skipped = 0) => ({ entries: moves(...ids), skipped });
const ids = (entries: readonly JournalEntry[]) => entries.map(({ id }) => id);

describe('the tail of moves', () => {
  it('puts what is new on top and leaves out what a resubscription repeats', () => {
    const first = receiveMoves(EMPTY_TAIL, event(['2-0', '1-0']), false);
    const second = receiveMoves(first, event(['3-0', '2-0', '1-0']), false);
    expect(ids(second.shown)).toEqual(['3-0', '2-0', '1-0']);
  });

  it('stands still while held, counting also what was never handed on', () => {
    const first = receiveMoves(EMPTY_TAIL, event(['1-0']), false);
    const held = receiveMoves(receiveMoves(first, event(['2-0'], 5), true), event(['3-0']), true);
    expect(ids(held.shown)).toEqual(['1-0']);
    expect(held.passed).toBe(7);
    const released = releaseMoves(held);
    expect(ids(released.shown)).toEqual(['3-0', '2-0', '1-0']);
    expect(released.passed).toBe(0);
    expect(released.skipped).toBe(5);
  });

  it('shows the first moves even when opened while paused', () => {
    expect(ids(receiveMoves(EMPTY_TAIL, event(['1-0']), true).shown)).toEqual(['1-0']);
  });

  it('keeps a thousand and forgets the oldest', () => {
    const many = Array.from({ length: 1_500 }, (_, index) => `${1_500 - index}-0`);
    const tail = receiveMoves(EMPTY_TAIL, event(many), false);
    expect(tail.shown.length).toBe(1_000);
    expect(tail.shown[0]?.id).toBe('1500-0');
  });

  it('orders ids by time, then by number, not as text', () => {
    expect(isNewer('1000-2', '999-9')).toBe(true);
    expect(isNewer('1000-10', '1000-9')).toBe(true);
    expect(isNewer('1000-1', '1000-1')).toBe(false);
  });
});

describe('the filter in the address', () => {
  it('keeps valid fields and names the others', () => {
    const { filter, faults } = readFilter(new URLSearchParams('user=a b&from=WAITING&to=NOWHERE&cause=skip'));
    expect(filter).toEqual({ from: 'WAITING', cause: 'skip' });
    expect(Object.keys(faults)).toEqual(['user', 'to']);
  });
});
