import { createContext, memo, use, useEffect, useMemo, useState } from 'react';
import { flushSync } from 'react-dom';
import {
  CartesianGrid,
  ComposedChart,
  ReferenceLine,
  ResponsiveContainer,
  useXAxisScale,
  useYAxisScale,
  XAxis,
  YAxis,
} from 'recharts';
import { formatAxisTime } from '../format';
import { useUi } from '../store/ui';
import styles from './time-chart.module.css';
import { columnPath, linePath } from './series-paths';
import { axisTop, type ChartRow, isHighEnough, isOfSameTimes, standsAlone } from './trend-series';
import { inTurn } from './turns';

/** How one value of each row is drawn. Colours are tokens such as `var(--waiting)`. */
export interface ChartSeries {
  label: string;
  colour: string;
}

/** What a chart shows, and how. */
export interface TimeChartProps {
  /** What the chart shows, in words, for those who do not see it. */
  label: string;
  /** At most about 120. */
  rows: readonly ChartRow[];
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

const AXIS = {
  stroke: 'var(--line)',
  tickLine: false,
  tick: { fill: 'var(--text-faint)', fontSize: 11 },
} as const;
const MARGIN = { top: 12, right: 18, bottom: 0, left: 0 };

/** What the series draw. It reaches them past the chart around them, which it does not concern. */
interface Picture {
  rows: readonly ChartRow[];
  /** The row under the pointer. */
  hovered: number | null;
}

const PictureContext = createContext<Picture>({ rows: [], hovered: null });

/**
 * Values over time. Recharts draws the axes and tells where they place a value; the series are a path each. So values
 * that change once a second cost no more than their paths, and the chart around them is drawn again only when its times
 * or its height change: that takes Recharts ten milliseconds and more.
 */
export const TimeChart = memo(function TimeChart(props: TimeChartProps) {
  const { label, rows, series, kind, formatValue, formatTime, target, onHover } = props;
  const zone = useUi((state) => state.zone);
  const { frame, drawn } = useFrame(rows, kind === 'bars', target);
  const [hovered, setHovered] = useState<number | null>(null);
  const picture = useMemo(() => ({ rows: drawn, hovered }), [drawn, hovered]);
  const chart = useMemo(() => {
    const hover = (row: number | null) => {
      setHovered(row);
      onHover?.(row);
    };
    return (
      <ResponsiveContainer width="100%" height="100%" debounce={50}>
        <ComposedChart
          data={frame.data}
          margin={MARGIN}
          accessibilityLayer={false}
          role="presentation"
          onMouseMove={({ activeTooltipIndex }) => hover(rowOf(activeTooltipIndex))}
          onMouseLeave={() => hover(null)}
        >
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis
            {...AXIS}
            {...(kind === 'bars'
              ? { scale: 'band' }
              : { type: 'number', scale: formatTime ? 'linear' : 'time', domain: ['dataMin', 'dataMax'] })}
            dataKey="at"
            height={24}
            minTickGap={48}
            tickFormatter={formatTime ?? formatAxisTime(spanOf(frame.data), zone)}
          />
          <YAxis
            {...AXIS}
            axisLine={false}
            width={46}
            tickCount={4}
            domain={[0, frame.top]}
            allowDataOverflow
            tickFormatter={formatValue}
          />
          {kind === 'bars' ? <Columns series={series} /> : <Lines series={series} />}
          {target !== undefined && (
            <ReferenceLine y={target} stroke="var(--bad-fill)" strokeDasharray="4 4" strokeOpacity={0.7} />
          )}
        </ComposedChart>
      </ResponsiveContainer>
    );
  }, [frame, series, kind, formatValue, formatTime, zone, target, onHover]);
  return (
    <div className={styles.chart} role="img" aria-label={label}>
      <PictureContext value={picture}>{chart}</PictureContext>
    </div>
  );
});

/** The times and the height of a chart: the same object as long as they need not change. */
interface Frame {
  data: ChartRow[];
  top: number;
}

/**
 * The frame for rows, and the rows to draw in it: the new ones where it fits them, else those before, until the chart's
 * turn comes to be drawn anew.
 */
function useFrame(
  rows: readonly ChartRow[],
  stacked: boolean,
  target?: number,
): { frame: Frame; drawn: readonly ChartRow[] } {
  const top = axisTop(rows, stacked, target);
  const [frame, setFrame] = useState<Frame>(() => ({ data: [...rows], top }));
  const fits = isOfSameTimes(frame.data, rows) && isHighEnough(frame.top, top);
  useEffect(() => {
    if (fits) return;
    // At once, not whenever React finds it best: that would be together with the chart whose turn is next.
    return inTurn(() => flushSync(() => setFrame({ data: [...rows], top })));
  }, [fits, rows, top]);
  return { frame, drawn: fits ? rows : frame.data };
}

function Lines({ series }: { series: readonly ChartSeries[] }) {
  const { rows, hovered } = use(PictureContext);
  const [x, y] = [useXAxisScale(), useYAxisScale()];
  if (!x || !y) return null;
  return series.map(({ label, colour }, index) => (
    <g key={label}>
      <path d={linePath(rows, index, x, y)} stroke={colour} strokeWidth={1.5} fill="none" />
      {rows.map(({ at, values }, row) => {
        const radius = row === hovered ? 3 : standsAlone(rows, row, index) ? 2.5 : 0;
        const value = values[index] ?? null;
        if (radius === 0 || value === null) return null;
        return <circle key={at} cx={x(at)} cy={y(value)} r={radius} fill={colour} />;
      })}
    </g>
  ));
}

function Columns({ series }: { series: readonly ChartSeries[] }) {
  const { rows } = use(PictureContext);
  const [x, y] = [useXAxisScale(), useYAxisScale()];
  const first = rows[0];
  const left = first && x?.(first.at);
  const right = first && x?.(first.at, { position: 'end' });
  if (!x || !y || left === undefined || right === undefined) return null;
  return series.map(({ label, colour }, index) => (
    <path key={label} d={columnPath(rows, index, x, y, right - left)} fill={colour} />
  ));
}

/** The time from the first row to the last one. */
function spanOf(rows: readonly ChartRow[]): number {
  return (rows.at(-1)?.at ?? 0) - (rows[0]?.at ?? 0);
}

/** Recharts tells the row under the pointer as a number or its digits. */
function rowOf(index: number | string | null | undefined): number | null {
  const row = Number(index ?? Number.NaN);
  return Number.isInteger(row) ? row : null;
}
