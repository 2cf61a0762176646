import { describe, expect, it } from 'vitest';
import type { Dispatcher } from '../../src/main/api/dispatch';
import { createMemoryWire } from '../support/memory-wire';
import { describeWireContract } from './wire-contract';

describeWireContract({
  name: 'memory',
  // A page of memory cannot leave without a word, so the suite of feeds runs where pages can.
  feeds: false,
  serve: (dispatcher, role) =>
    Promise.resolve({
      open: () => Promise.resolve({ wire: createMemoryWire(dispatcher, { role }), leave: () => {} }),
      close: () => Promise.resolve(),
    }),
});

describe('the memory wire', () => {
  const answering = (value: unknown): Dispatcher => ({
    invoke: () => Promise.resolve({ ok: true, value, requestId: 'request-1' }),
    subscribe: () => () => {},
  });

  it.each([
    ['a date', new Date()],
    ['a map', new Map()],
    ['a function', () => 1],
    ['not a number', NaN],
    ['a big integer', 1n],
  ])('does not let %s pass that a real wire would lose', async (_what, value) => {
    await expect(createMemoryWire(answering({ value })).invoke('x', {})).rejects.toThrow();
  });
});
