import { describe, expect, it } from 'vitest';
import {
  formatAge,
  formatAxisTime,
  formatBytes,
  formatChange,
  formatCompact,
  formatCount,
  formatDuration,
  formatMillisecond,
  formatRate,
  formatRoundTrip,
  formatShare,
  formatThings,
  formatZone,
} from '../../src/renderer/format';

describe('counts', () => {
  it('groups thousands and shortens only what no card could hold', () => {
    expect(formatCount(0)).toBe('0');
    expect(formatCount(12_480)).toBe('12,480');
    expect(formatCount(9_999_999)).toBe('9,999,999');
    expect(formatCount(123_456_789)).toBe('123.46 M');
    expect(formatCount(12_345_678_901)).toBe('12.35 G');
    expect(formatCount(null)).toBe('–');
  });

  it('shortens earlier where there is little room, without a step between the units', () => {
    expect([9_999, 10_000, 337_672, 999_499, 999_500, 1_663_007, 125_440_000].map(formatCompact)).toEqual([
      '9,999',
      '10 k',
      '338 k',
      '999 k',
      '1.00 M',
      '1.66 M',
      '125.4 M',
    ]);
  });

  it('puts one thing in the singular', () => {
    expect(formatThings(1, 'user')).toBe('1 user');
    expect(formatThings(1_204, 'user')).toBe('1,204 users');
    expect(formatThings(2, 'match', 'matches')).toBe('2 matches');
  });
});

describe('rates', () => {
  it('shows the direction of a change with a real minus sign', () => {
    expect(formatChange(112.4)).toBe('+112/min');
    expect(formatChange(-38)).toBe('−38/min');
    expect(formatChange(-0.4)).toBe('0/min');
    expect(formatChange(null)).toBe('');
  });

  it('does not show a slow flow as none', () => {
    expect(formatRate(0.4)).toBe('0.4/min');
    expect(formatRate(0)).toBe('0/min');
    expect(formatRate(9.97)).toBe('10/min');
    expect(formatRate(612.3)).toBe('612/min');
  });
});

describe('shares', () => {
  it('never rounds up to a whole that was not reached', () => {
    expect(formatShare(0.99996)).toBe('99.9 %');
    expect(formatShare(1)).toBe('100.0 %');
    expect(formatShare(0.941)).toBe('94.1 %');
  });
});

describe('lengths of time', () => {
  it('keeps tenths below a minute and never says 60.0 s', () => {
    expect(formatDuration(0)).toBe('0.0 s');
    expect(formatDuration(18_640)).toBe('18.6 s');
    expect(formatDuration(59_940)).toBe('59.9 s');
    expect(formatDuration(59_960)).toBe('59 s');
    expect(formatDuration(72_000)).toBe('1 m 12 s');
    expect(formatDuration(-5)).toBe('0.0 s');
  });

  it('counts ages up in whole units with the next smaller one', () => {
    expect(formatAge(48_900)).toBe('48 s');
    expect(formatAge(60_000)).toBe('1 m 00 s');
    expect(formatAge(3_599_999)).toBe('59 m 59 s');
    expect(formatAge(21_840_000)).toBe('6 h 04 m');
    expect(formatAge(183_600_000)).toBe('2 d 3 h');
    expect(formatAge(20_781 * 86_400_000 + 43_200_000)).toBe('20,781 d');
  });

  it('shows round trips in milliseconds until they are seconds', () => {
    expect(formatRoundTrip(0.42)).toBe('0.4 ms');
    expect(formatRoundTrip(12.3)).toBe('12 ms');
    expect(formatRoundTrip(1_240)).toBe('1.2 s');
  });
});

describe('bytes', () => {
  it('uses powers of a thousand', () => {
    expect(formatBytes(38_000_000)).toBe('38 MB');
    expect(formatBytes(1_500_000_000)).toBe('1.5 GB');
    expect(formatBytes(999_600)).toBe('1.0 MB');
    expect(formatBytes(12)).toBe('12 B');
  });
});

describe('times', () => {
  it('shows UTC where it is asked for', () => {
    expect(formatMillisecond(Date.UTC(2026, 0, 2, 14, 20, 7, 412), 'utc')).toBe('14:20:07.412');
  });

  it('names the day along an axis where it begins', () => {
    expect(formatAxisTime(Date.UTC(2026, 0, 2, 14, 20), 'utc')).toBe('14:20');
    expect(formatAxisTime(Date.UTC(2026, 0, 2), 'utc')).toBe('02 Jan');
  });

  it('names the offset as people write it', () => {
    expect(formatZone('local', -60)).toBe('UTC+1');
    expect(formatZone('local', 210)).toBe('UTC−3:30');
    expect(formatZone('local', 0)).toBe('UTC');
    expect(formatZone('utc', -60)).toBe('UTC');
  });
});
