import styles from './legend.module.css';
import type { ChartSeries } from './time-chart';

/** Which colour is which. */
export function Legend({ series }: { series: readonly ChartSeries[] }) {
  return (
    <span className={styles.legend}>
      {series.map(({ label, colour }) => (
        <span key={label}>
          <span className={styles.swatch} style={{ background: colour }} aria-hidden />
          {label}
        </span>
      ))}
    </span>
  );
}
