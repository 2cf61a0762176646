import { memo } from 'react';
import type { CountAt } from './count-series';
import { sparklinePath } from './sparkline-path';
import styles from './sparkline.module.css';

const WIDTH = 200;
const HEIGHT = 28;
const MARGIN = 2;

/** The course of a number over the last quarter of an hour, as one path. Decoration: the number stands above. */
export const Sparkline = memo(function Sparkline({
  series,
  colour,
}: {
  series: readonly CountAt[];
  colour: string;
}) {
  return (
    <svg
      className={styles.sparkline}
      viewBox={`0 ${-MARGIN} ${WIDTH} ${HEIGHT + 2 * MARGIN}`}
      preserveAspectRatio="none"
      aria-hidden
    >
      <path d={sparklinePath(series, WIDTH, HEIGHT, 15 * 60_000)} style={{ stroke: colour }} />
    </svg>
  );
});
