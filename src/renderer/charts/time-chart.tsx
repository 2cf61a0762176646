import { memo, useEffect, useEffectEvent, useRef } from 'react';
import { formatMinute } from '../format';
import { useUi } from '../store/ui';
import { type ChartSeries, createPlot, type Plot } from './plot';
import styles from './time-chart.module.css';
import type { ChartRow } from './trend-series';

/** What a chart shows, and how. */
export interface TimeChartProps {
  /** What the chart shows, in words, for those who do not see it. */
  label: string;
  rows: readonly ChartRow[];
  /** The same list at each drawing, as `formatValue` and `formatTime`: another one makes the plot anew. */
  series: readonly ChartSeries[];
  /** Bars are stacked, the first series at the bottom. */
  kind: 'lines' | 'bars';
  formatValue: (value: number) => string;
  /** How a row's time reads below the chart; as a time of day when missing. */
  formatTime?: (at: number) => string;
  /** A dashed level, in the unit of the values. */
  target?: number;
  /** Tells which row the pointer is on, null when it is on none. */
  onHover?: (row: number | null) => void;
}

/** Values over time, on a canvas: it follows a feed for about a millisecond of the main thread. */
export const TimeChart = memo(function TimeChart(props: TimeChartProps) {
  const { label, rows, series, kind, formatValue, formatTime, target, onHover } = props;
  const zone = useUi((state) => state.zone);
  const theme = useUi((state) => `${state.theme} ${state.systemDark}`);
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const tellHover = useEffectEvent((row: number | null) => onHover?.(row));
  const drawRows = useEffectEvent(() => plot.current?.draw(rows));

  useEffect(() => {
    if (!frame.current) return;
    const made = createPlot(frame.current, {
      series,
      kind,
      target,
      formatValue,
      formatTime: formatTime ?? ((at) => formatMinute(at, zone)),
      onHover: (row) => tellHover(row),
    });
    plot.current = made;
    drawRows();
    return () => {
      plot.current = null;
      made.remove();
    };
    // A canvas keeps the colours that it was drawn with: another theme is another plot.
  }, [series, kind, target, formatValue, formatTime, zone, theme]);

  useEffect(() => drawRows(), [rows]);

  return <div className={styles.chart} ref={frame} role="img" aria-label={label} />;
});
