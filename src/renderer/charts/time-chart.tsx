import { useEffect, useLayoutEffect, useRef } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { useUi } from '../store/ui';
import type { TimeZoneChoice } from '../format';
import { formatMinute } from '../format';
import styles from './time-chart.module.css';
import type { Columns } from './trend-series';

/** How one column is drawn. Colours are tokens such as `var(--waiting)`. */
export interface ChartSeries {
  label: string;
  colour: string;
}

interface TimeChartProps {
  /** What the chart shows, in words, for those who do not see it. */
  label: string;
  columns: Columns;
  series: readonly ChartSeries[];
  kind: 'lines' | 'bars';
  formatValue: (value: number) => string;
  /** A dashed level, in the unit of the values. */
  target?: number;
  /** Tells which row the pointer is on, null when it is on none. */
  onHover?: (row: number | null) => void;
}

const AXIS_FONT = '11px system-ui, sans-serif';

/**
 * Columns over time, drawn on a canvas by uPlot: an update costs about 3 ms whatever the number of series, so
 * several charts can follow a live feed without a long task.
 */
export function TimeChart({ label, columns, series, kind, formatValue, target, onHover }: TimeChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<UPlot | null>(null);
  const latest = useRef({ columns, onHover });
  const zone = useUi((state) => state.zone);
  const theme = useResolvedTheme();

  useLayoutEffect(() => {
    latest.current = { columns, onHover };
    plot.current?.setData(columns);
  }, [columns, onHover]);

  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const made = new UPlot(
      {
        ...sizeOf(element),
        ...lookOf(element, { series, kind, formatValue, target, zone }),
        hooks: { setCursor: [({ cursor }) => latest.current.onHover?.(cursor.idx ?? null)] },
      },
      latest.current.columns,
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize(sizeOf(element)));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [series, kind, formatValue, target, zone, theme]);

  return <div ref={host} className={styles.chart} role="img" aria-label={label} />;
}

interface Look {
  series: readonly ChartSeries[];
  kind: 'lines' | 'bars';
  formatValue: (value: number) => string;
  target: number | undefined;
  zone: TimeZoneChoice;
}

function sizeOf(element: HTMLElement): { width: number; height: number } {
  return { width: Math.max(1, element.clientWidth), height: Math.max(1, element.clientHeight) };
}

function lookOf(element: HTMLElement, { series, kind, formatValue, target, zone }: Look) {
  const colour = (token: string) => resolveColour(element, token);
  const axis = {
    stroke: colour('var(--text-faint)'),
    font: AXIS_FONT,
    ticks: { show: false },
  };
  return {
    legend: { show: false },
    padding: [8, 20, 0, 0] as [number, number, number, number],
    cursor: { points: { show: kind === 'lines' }, y: false, drag: { x: false, y: false } },
    scales: {
      x: { time: true, range: (_plot: UPlot, low: number, high: number) => edges(kind, low, high) },
      y: { range: (_plot: UPlot, _low: number, high: number) => heights(high, target) },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 24,
        gap: 4,
        space: 70,
        values: (_plot: UPlot, ticks: number[]) => ticks.map((tick) => formatMinute(tick * 1000, zone)),
      },
      {
        ...axis,
        grid: { stroke: colour('var(--line)'), width: 1 },
        size: 46,
        gap: 6,
        space: 34,
        values: (_plot: UPlot, ticks: number[]) => ticks.map(formatValue),
      },
    ],
    series: [{}, ...series.map((each) => seriesLook(kind, each.label, colour(each.colour)))],
    plugins: target === undefined ? [] : [targetLine(target, colour('var(--bad-fill)'))],
  } satisfies Omit<UPlot.Options, 'width' | 'height'>;
}

/** Room on both sides: half a bar's, so that the first and last one are whole, or a little beside a line. */
function edges(kind: Look['kind'], low: number, high: number): [number, number] {
  if (kind === 'bars') return [low - 30, high + 30];
  return [low - (high - low) * 0.03, Math.max(high, low + 60)];
}

function heights(high: number, target: number | undefined): [number, number] {
  return [0, Math.max(high * 1.1, (target ?? 0) * 1.2, 1)];
}

function seriesLook(kind: Look['kind'], label: string, colour: string): UPlot.Series {
  const paths = kind === 'bars' ? UPlot.paths.bars?.({ size: [0.7, 28] }) : undefined;
  if (paths) {
    return { label, fill: colour, stroke: colour, width: 0, points: { show: false }, paths };
  }
  return { label, stroke: colour, width: 1.5, points: { show: false }, spanGaps: false };
}

function targetLine(target: number, colour: string): UPlot.Plugin {
  return {
    hooks: {
      draw: (plot) => {
        const { ctx, bbox } = plot;
        const y = Math.round(plot.valToPos(target, 'y', true));
        ctx.save();
        ctx.strokeStyle = colour;
        ctx.globalAlpha = 0.7;
        ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
        ctx.lineWidth = devicePixelRatio;
        ctx.beginPath();
        ctx.moveTo(bbox.left, y);
        ctx.lineTo(bbox.left + bbox.width, y);
        ctx.stroke();
        ctx.restore();
      },
    },
  };
}

/** A canvas does not understand tokens: the browser computes what they stand for here and now. */
function resolveColour(element: HTMLElement, token: string): string {
  const probe = document.createElement('span');
  probe.style.color = token;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** Changes when the colours do: by the person's choice or the system's. */
function useResolvedTheme(): string {
  const chosen = useUi((state) => state.theme);
  const dark = useUi((state) => state.systemDark);
  return chosen === 'system' ? (dark ? 'dark' : 'light') : chosen;
}
