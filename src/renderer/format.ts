/** How numbers, times and lengths of time read. Pure, and the same everywhere on the screen. */

/** Stands where there is nothing to show. */
export const NOTHING = '–';

/** In which zone times are shown. */
export type TimeZoneChoice = 'local' | 'utc';

/** How numbers are written, by the language that writes them so; `system` as this machine's language does. */
export const NUMBER_FORMATS = ['en', 'de', 'fr', 'system'] as const;
export type NumberFormat = (typeof NUMBER_FORMATS)[number];

const digits = (format: NumberFormat, count: number) =>
  new Intl.NumberFormat(format === 'system' ? undefined : format, {
    minimumFractionDigits: count,
    maximumFractionDigits: count,
  });

let whole = digits('en', 0);
let oneDigit = digits('en', 1);
let twoDigits = digits('en', 2);

/** Chooses how every number is written from now on. Only the root calls it, and draws everything anew. */
export function chooseNumberFormat(format: NumberFormat): void {
  whole = digits(format, 0);
  oneDigit = digits(format, 1);
  twoDigits = digits(format, 2);
}

/** A number as a format writes it, for choosing among them. */
export function sampleNumber(format: NumberFormat): string {
  return digits(format, 1).format(12_480.5);
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MINUS = '−';

/** `12,480`; from ten million on `12.48 M`, from ten thousand million on `12.48 G`, so that no card overflows. */
export function formatCount(value: number | null): string {
  if (value === null) return NOTHING;
  if (value >= 1e10) return `${twoDigits.format(value / 1e9)} G`;
  if (value >= 1e7) return `${twoDigits.format(value / 1e6)} M`;
  return whole.format(value);
}

/** Short enough to stand on a bar or an arrow: `8,211`, `337 k`, `1.66 M`. */
export function formatCompact(value: number): string {
  if (value < 1e4) return whole.format(value);
  if (value < 999_500) return `${whole.format(value / 1e3)} k`;
  if (value < 999_500_000)
    return `${value < 9_950_000 ? twoDigits.format(value / 1e6) : oneDigit.format(value / 1e6)} M`;
  return `${oneDigit.format(value / 1e9)} G`;
}

/** `+112/min`, `−38/min`, `0/min`; nothing while it is not known. */
export function formatChange(perMinute: number | null): string {
  if (perMinute === null) return '';
  const rounded = Math.round(perMinute);
  const sign = rounded > 0 ? '+' : rounded < 0 ? MINUS : '';
  return `${sign}${formatCompact(Math.abs(rounded))}/min`;
}

/** `612/min`; below ten with one digit, so that a slow flow does not read as none. */
export function formatRate(perMinute: number | null): string {
  if (perMinute === null) return `${NOTHING}/min`;
  if (perMinute > 0 && perMinute < 9.95) return `${oneDigit.format(perMinute)}/min`;
  return `${formatCompact(Math.round(perMinute))}/min`;
}

/** `94.1 %` of a share between 0 and 1; never rounded up to a whole that was not reached. */
export function formatShare(share: number | null): string {
  if (share === null) return NOTHING;
  const tenths = share < 1 ? Math.min(999, Math.round(share * 1000)) : 1000;
  return `${oneDigit.format(tenths / 10)} %`;
}

/** `0.4 s`, `18.6 s`, `1 m 12 s`, `6 h 04 m`, `2 d 3 h`. */
export function formatDuration(ms: number | null): string {
  if (ms === null) return NOTHING;
  const tenths = Math.round(Math.max(0, ms) / 100);
  if (tenths < 600) return `${oneDigit.format(tenths / 10)} s`;
  return formatAge(ms);
}

/** Like a duration without tenths, for what counts up: `48 s`, `1 m 12 s`, `6 h 04 m`, `2 d 3 h`, `20,781 d`. */
export function formatAge(ms: number | null): string {
  if (ms === null) return NOTHING;
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} m ${pad(seconds % 60)} s`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h ${pad(Math.floor((ms % HOUR) / MINUTE))} m`;
  const days = `${whole.format(Math.floor(ms / DAY))} d`;
  return ms < 100 * DAY ? `${days} ${Math.floor((ms % DAY) / HOUR)} h` : days;
}

/** `0.4 ms`, `12 ms`, `1.2 s`: a round trip. */
export function formatRoundTrip(ms: number | null): string {
  if (ms === null) return NOTHING;
  if (ms < 9.95) return `${oneDigit.format(ms)} ms`;
  if (ms < 1000) return `${whole.format(ms)} ms`;
  return `${oneDigit.format(ms / 1000)} s`;
}

/** `38 MB`, in powers of 1,000. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null) return NOTHING;
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 9.95 && unit > 0 ? oneDigit.format(value) : whole.format(value)} ${units[unit]}`;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clock(zone: TimeZoneChoice, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = `${zone} ${JSON.stringify(options)}`;
  const known = clocks.get(name);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    ...options,
    hourCycle: 'h23',
    ...(zone === 'utc' ? { timeZone: 'UTC' } : {}),
  });
  clocks.set(name, made);
  return made;
}

const HOURS_MINUTES = { hour: '2-digit', minute: '2-digit' } as const;
const WITH_SECONDS = { ...HOURS_MINUTES, second: '2-digit' } as const;
const WITH_MILLISECONDS = { ...WITH_SECONDS, fractionalSecondDigits: 3 } as const;
const DAY_MONTH = { day: '2-digit', month: 'short' } as const;
const WITH_DAY = { ...DAY_MONTH, ...HOURS_MINUTES } as const;
const WHOLE = { year: 'numeric', month: 'short', day: '2-digit', ...WITH_SECONDS } as const;

/** `14:20`. */
export function formatMinute(at: number, zone: TimeZoneChoice): string {
  return clock(zone, HOURS_MINUTES).format(at);
}

/** `14:20:07`. */
export function formatSecond(at: number, zone: TimeZoneChoice): string {
  return clock(zone, WITH_SECONDS).format(at);
}

/** `14:20:07.412`. */
export function formatMillisecond(at: number, zone: TimeZoneChoice): string {
  return clock(zone, WITH_MILLISECONDS).format(at);
}

/** `23 Nov, 14:20`, for what may be of another day. */
export function formatDayMinute(at: number, zone: TimeZoneChoice): string {
  return clock(zone, WITH_DAY).format(at);
}

/** How a time along an axis reads: `14:20`, and midnight as the day that begins, `23 Nov`. */
export function formatAxisTime(at: number, zone: TimeZoneChoice): string {
  const time = formatMinute(at, zone);
  return time === '00:00' ? clock(zone, DAY_MONTH).format(at) : time;
}

/** `23 Nov 2026, 14:20:07`, for tooltips and details. */
export function formatMoment(at: number, zone: TimeZoneChoice): string {
  return clock(zone, WHOLE).format(at);
}

/** `UTC`, or the viewer's offset as `UTC+1`. `offsetMinutes` is what Date.getTimezoneOffset gives. */
export function formatZone(zone: TimeZoneChoice, offsetMinutes: number): string {
  if (zone === 'utc' || offsetMinutes === 0) return 'UTC';
  const ahead = -offsetMinutes;
  const hours = Math.floor(Math.abs(ahead) / 60);
  const minutes = Math.abs(ahead) % 60;
  return `UTC${ahead > 0 ? '+' : MINUS}${hours}${minutes > 0 ? `:${pad(minutes)}` : ''}`;
}

/** `1 user`, `3 users`, `1,204 users`. */
export function formatThings(value: number, one: string, many = `${one}s`): string {
  return `${formatCount(value)} ${value === 1 ? one : many}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/** What is said of a user, without the id at its beginning: for where the id stands before it as a link. */
export function withoutName(message: string, user: string | null): string {
  return user !== null && message.startsWith(`${user} `) ? message.slice(user.length + 1) : message;
}
