import { afterEach, describe, expect, it, vi } from 'vitest';
import { roundTimes } from '../../../src/renderer/charts/round-times';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const from = Date.UTC(2026, 10, 22, 13, 7);
const namesOf = (times: readonly number[]) => times.map((at) => new Date(at).toISOString().slice(8, 16));

afterEach(() => vi.unstubAllEnvs());

describe('the times of an axis', () => {
  it('are round for every range, and no more than have room', () => {
    const of = (minutes: number, most: number) =>
      namesOf(roundTimes(from, from + minutes * MINUTE, most, 'utc'));
    expect(of(15, 4)).toEqual(['22T13:10', '22T13:15', '22T13:20']);
    expect(of(60, 4)).toEqual(['22T13:15', '22T13:30', '22T13:45', '22T14:00']);
    expect(of(360, 4)).toEqual(['22T14:00', '22T16:00', '22T18:00']);
    expect(of(1_440, 4)).toEqual(['22T18:00', '23T00:00', '23T06:00', '23T12:00']);
    expect(of(2_880, 4)).toEqual(['23T00:00', '23T12:00', '24T00:00', '24T12:00']);
    expect(of(2_880, 11)).toHaveLength(8);
  });

  it('keep their distance as time goes on', () => {
    for (let later = 0; later < 2 * HOUR; later += 7 * MINUTE) {
      const [first, second] = roundTimes(from + later, from + later + 6 * HOUR, 4, 'utc');
      expect((second ?? 0) - (first ?? 0)).toBe(2 * HOUR);
    }
  });

  it('hold both ends where these are round', () => {
    expect(roundTimes(0, 15 * MINUTE, 4, 'utc')).toEqual([0, 5, 10, 15].map((minute) => minute * MINUTE));
  });

  it('are round by the clock of the viewer, also where it is half an hour off or changed on that day', () => {
    vi.stubEnv('TZ', 'Asia/Kolkata');
    expect(namesOf(roundTimes(from, from + 24 * HOUR, 4, 'local'))).toEqual([
      '22T18:30',
      '23T00:30',
      '23T06:30',
      '23T12:30',
    ]);
    vi.stubEnv('TZ', 'Europe/Berlin');
    const midnight = Date.UTC(2026, 9, 24, 22);
    const hours = roundTimes(midnight, midnight + 25 * HOUR, 4, 'local').map((at) => new Date(at).getHours());
    expect(hours).toEqual([0, 12, 0]);
  });

  it('are none of a stretch without length, and days of a very long one', () => {
    expect(roundTimes(0, 0, 4, 'utc')).toEqual([0]);
    expect(roundTimes(1, 1, 4, 'utc')).toEqual([]);
    expect(roundTimes(0, 240 * HOUR, 4, 'utc')).toHaveLength(11);
  });
});
