import { describe, expect, it } from 'vitest';
import type { SimulatorRun } from '@shared/contract/simulator-run';
import { compareRuns } from '../../../../src/renderer/views/simulator/compare';
import {
  besideRows,
  formatElapsed,
  paceNow,
  paceRows,
  stateRows,
} from '../../../../src/renderer/views/simulator/series';

const counts = { IDLE: 1, WAITING: 2, CONNECTING: 3, IN_CALL: 4, DISCONNECTING: 5 };
const rest = { counts, present: 15, inFlight: 0, lagMs: 0, violations: 0, memoryBytes: 1, cpuShare: 0 };
const samples = [
  { at: 0, moves: 0, ...rest },
  { at: 1_000, moves: 50, ...rest },
  { at: 3_000, moves: 250, ...rest },
];

describe('the course of a run', () => {
  it('is told by state and by pace', () => {
    expect(stateRows(samples)[0]).toEqual({ at: 0, values: [1, 2, 3, 4, 5] });
    expect(paceRows(samples)).toEqual([
      { at: 1_000, values: [50] },
      { at: 3_000, values: [100] },
    ]);
    expect(paceNow(samples)).toBe(100);
    expect(paceNow(samples.slice(0, 1))).toBeNull();
  });

  it('has a gap where the run stood still', () => {
    expect(paceRows([samples[0]!, { ...samples[0]!, moves: 5 }])).toEqual([{ at: 0, values: [null] }]);
  });

  it('stands beside another one without gaps, and ends where it ended', () => {
    const one = [
      { at: 0, values: [0] },
      { at: 10, values: [100] },
    ];
    const other = [{ at: 5, values: [7] }];
    expect(besideRows(one, other)).toEqual([
      { at: 0, values: [0, null] },
      { at: 5, values: [50, 7] },
      { at: 10, values: [100, null] },
    ]);
  });

  it.each([
    [5_400, '0:05'],
    [754_000, '12:34'],
    [3_723_000, '1:02:03'],
  ])('has its time read: %i ms', (ms, words) => {
    expect(formatElapsed(ms)).toBe(words);
  });
});

describe('two runs beside each other', () => {
  const run = (moves: number, passed: boolean) =>
    ({
      scenario: { name: 'steady', people: 10 },
      seed: 1,
      elapsedMs: 10_000,
      figures: { moves, refusals: 0, violations: passed ? 0 : 2 },
      service: { pairs: 4, waitMeanMs: null, answerP50Ms: 2, answerP95Ms: 4, noticeP95Ms: 1, waitP95Ms: 1 },
      verdict: { passed },
    }) as unknown as SimulatorRun;

  it('say how the second differs', () => {
    const figures = compareRuns(run(100, true), run(150, false));
    const of = (label: string) => figures.find((figure) => figure.label === label);
    expect(of('moves')).toMatchObject({ one: '100', other: '150', change: '+50 %' });
    expect(of('pairs')?.change).toBe('same');
    expect(of('wait, mean')?.change).toBe('–');
    expect(of('promises broken')?.change).toBe('new');
    expect(of('verdict')).toMatchObject({ one: 'passed', other: 'failed' });
  });
});
