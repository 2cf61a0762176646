import { timeDay, timeHour, timeMinute, timeSecond, utcDay, utcHour, utcMinute, utcSecond } from 'd3-time';
import type { TimeZoneChoice } from '../format';

const CALENDARS = {
  local: { second: timeSecond, minute: timeMinute, hour: timeHour, day: timeDay },
  utc: { second: utcSecond, minute: utcMinute, hour: utcHour, day: utcDay },
} as const;
const LENGTHS_MS = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** The distances in which the times of an axis may stand. */
const STEPS = [
  ['second', [1, 5, 15, 30]],
  ['minute', [1, 2, 5, 10, 15, 30]],
  ['hour', [1, 2, 3, 6, 12]],
  ['day', [1]],
] as const;

/**
 * The round times of a stretch, such as every quarter of an hour or every sixth hour: those that people would name,
 * by the clock of the zone. Their distance follows from the length of the stretch alone, so that it stays as time goes on.
 * @param most about how many have room
 */
export function roundTimes(from: number, to: number, most: number, zone: TimeZoneChoice): number[] {
  const least = (to - from) / most;
  for (const [unit, counts] of STEPS) {
    const count = counts.find((each) => each * LENGTHS_MS[unit] >= least);
    if (count === undefined && unit !== 'day') continue;
    const times = CALENDARS[zone][unit].every(count ?? 1)?.range(new Date(from), new Date(to + 1));
    return (times ?? []).map(Number);
  }
  return [];
}
