import type { CountAt } from './count-series';

const round = (value: number) => Math.round(value * 10) / 10;

/**
 * One SVG path through a series. The window ends with the last point; the height spans what is in it, and at
 * least a tenth of the largest count, so that noise does not look like drama.
 */
export function sparklinePath(
  series: readonly CountAt[],
  width: number,
  height: number,
  windowMs: number,
): string {
  const end = series.at(-1)?.at ?? 0;
  const shown = series.filter(({ at }) => at >= end - windowMs);
  const first = shown[0];
  if (!first || shown.length < 2) return '';
  const span = end - first.at || 1;
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
