import { createContext, memo, use, useEffect, useMemo, useState } from 'react';
import { flushSync } from 'react-dom';
import {
  CartesianGrid,
  ComposedChart,
  ReferenceLine,
  ResponsiveContainer,
  useChartWidth,
  useXAxisScale,
  useYAxisScale,
  XAxis,
  YAxis,
} from 'recharts';
import { formatAxisTime, type TimeZoneChoice } from '../format';
import { useUi } from '../store/ui';
import styles from './time-chart.module.css';
import { roundTimes } from './round-times';
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
const VALUE_AXIS_PX = 46;
/** What a time below a chart takes, with the room before the next one. */
const TIME_PX = 48;

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
    const stepMs = kind === 'bars' ? stepOf(frame.data) : 0;
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
          {formatTime ? (
            // What is no time of day is round by no zone's clock.
            <TimeAxis rows={frame.data} stepMs={stepMs} zone="utc" format={formatTime} />
          ) : (
            <TimeAxis
              rows={frame.data}
              stepMs={stepMs}
              zone={zone}
              format={(at) => formatAxisTime(at, zone)}
            />
          )}
          <YAxis
            {...AXIS}
            axisLine={false}
            width={VALUE_AXIS_PX}
            tickCount={4}
            domain={[0, frame.top]}
            allowDataOverflow
            tickFormatter={formatValue}
          />
          {kind === 'bars' ? <Columns series={series} stepMs={stepMs} /> : <Lines series={series} />}
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

/**
 * The times below a chart, at round ones of the zone.
 * @param stepMs how long each row lasts, 0 where it stands for a moment
 */
function TimeAxis({
  rows,
  stepMs,
  zone,
  format,
}: {
  rows: readonly ChartRow[];
  stepMs: number;
  zone: TimeZoneChoice;
  format: (at: number) => string;
}) {
  const width = (useChartWidth() ?? 0) - VALUE_AXIS_PX - MARGIN.right;
  const from = rows[0]?.at ?? 0;
  const to = (rows.at(-1)?.at ?? 0) + stepMs;
  return (
    <XAxis
      {...AXIS}
      type="number"
      // The pointer is on the row whose middle is next to it.
      dataKey={({ at }: ChartRow) => at + stepMs / 2}
      domain={[from, to]}
      ticks={roundTimes(from, to, Math.max(1, width / TIME_PX), zone)}
      interval={0}
      height={24}
      tickFormatter={format}
    />
  );
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

function Columns({ series, stepMs }: { series: readonly ChartSeries[]; stepMs: number }) {
  const { rows } = use(PictureContext);
  const [x, y] = [useXAxisScale(), useYAxisScale()];
  const from = rows[0]?.at ?? 0;
  const [left, right] = [x?.(from), x?.(from + stepMs)];
  if (!x || !y || left === undefined || right === undefined) return null;
  return series.map(({ label, colour }, index) => (
    <path key={label} d={columnPath(rows, index, x, y, right - left)} fill={colour} />
  ));
}

/** How long each row lasts: until the next one begins. A lone one has the whole width, however long it lasts. */
function stepOf(rows: readonly ChartRow[]): number {
  const [first, second] = rows;
  return first && second ? second.at - first.at : 60_000;
}

/** Recharts tells the row under the pointer as a number or its digits. */
function rowOf(index: number | string | null | undefined): number | null {
  const row = Number(index ?? Number.NaN);
  return Number.isInteger(row) ? row : null;
}
