import type { CountAt } from './count-series';

/** A window is drawn in so many points at most: what changes faster than that would be a smear. */
const MOST_POINTS = 30;

const round = (value: number) => Math.round(value * 10) / 10;

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * The means of equal intervals. One that has only begun is taken together with the one before it: alone, few moments
 * would end the line in a hook.
 */
function means(series: readonly CountAt[], intervalMs: number): CountAt[] {
  const groups: CountAt[][] = [];
  for (const [index, point] of series.entries()) {
    const before = series[index - 1];
    const same = before && Math.floor(before.at / intervalMs) === Math.floor(point.at / intervalMs);
    if (same) groups.at(-1)?.push(point);
    else groups.push([point]);
  }
  const middle = (group: readonly CountAt[]) => ({
    at: mean(group.map(({ at }) => at)),
    count: mean(group.map(({ count }) => count)),
  });
  const [previous, last] = groups.slice(-2);
  if (groups.length > 2 && previous && last && middle(last).at - middle(previous).at < intervalMs)
    groups.splice(-2, 2, [...previous, ...last]);
  return groups.map(middle);
}

/**
 * One SVG path through a series, in equal intervals. The window ends with the last point; the height spans what is in
 * it, and at least a tenth of the largest count, so that noise does not look like drama.
 */
export function sparklinePath(
  series: readonly CountAt[],
  width: number,
  height: number,
  windowMs: number,
): string {
  const end = series.at(-1)?.at ?? 0;
  const shown = means(
    series.filter(({ at }) => at >= end - windowMs),
    windowMs / MOST_POINTS,
  );
  const [first] = shown;
  const last = shown.at(-1);
  if (!first || !last || shown.length < 2) return '';
  const span = last.at - first.at;
  const counts = shown.map(({ count }) => count);
  const high = Math.max(...counts);
  const low = Math.min(...counts);
  const range = Math.max(high - low, high * 0.1, 1);
  const middle = (high + low) / 2;
  return shown
    .map(({ at, count }, index) => {
      const x = round(((at - first.at) / span) * width);
      const y = round(height / 2 - ((count - middle) / range) * height);
      return `${index === 0 ? 'M' : 'L'}${x} ${y}`;
    })
    .join('');
}
