import { memo } from 'react';
import {
  Bar,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceLine,
  ResponsiveContainer,
  XAxis,
  YAxis,
} from 'recharts';
import { formatMinute } from '../format';
import { useUi } from '../store/ui';
import styles from './time-chart.module.css';
import { axisTop, type ChartRow, standsAlone } from './trend-series';

/** How one value of each row is drawn. Colours are tokens such as `var(--waiting)`. */
export interface ChartSeries {
  label: string;
  colour: string;
}

/** What a chart shows, and how. */
export interface TimeChartProps {
  /** What the chart shows, in words, for those who do not see it. */
  label: string;
  /** At most about 120, and new ones seldom (see `useCalmRows`): drawing them costs Recharts tens of milliseconds. */
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

/** Values over time. It follows a feed without animation, and is drawn again only when its rows change. */
export const TimeChart = memo(function TimeChart(props: TimeChartProps) {
  const { label, rows, series, kind, formatValue, formatTime, target, onHover } = props;
  const zone = useUi((state) => state.zone);
  return (
    <div className={styles.chart} role="img" aria-label={label}>
      <ResponsiveContainer width="100%" height="100%" debounce={50}>
        <ComposedChart
          data={[...rows]}
          margin={MARGIN}
          accessibilityLayer={false}
          role="presentation"
          barCategoryGap="18%"
          onMouseMove={({ activeTooltipIndex }) => onHover?.(rowOf(activeTooltipIndex))}
          onMouseLeave={() => onHover?.(null)}
        >
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis
            {...AXIS}
            {...(kind === 'lines' && {
              type: 'number',
              scale: formatTime ? 'linear' : 'time',
              domain: ['dataMin', 'dataMax'],
            })}
            dataKey="at"
            height={24}
            minTickGap={48}
            tickFormatter={formatTime ?? ((at: number) => formatMinute(at, zone))}
          />
          <YAxis
            {...AXIS}
            axisLine={false}
            width={46}
            tickCount={4}
            domain={[0, axisTop(rows, kind === 'bars', target)]}
            allowDataOverflow
            tickFormatter={formatValue}
          />
          {target !== undefined && (
            <ReferenceLine y={target} stroke="var(--bad-fill)" strokeDasharray="4 4" strokeOpacity={0.7} />
          )}
          {series.map(({ label: name, colour }, index) =>
            kind === 'bars' ? (
              <Bar
                key={name}
                dataKey={valueAt(index)}
                stackId="all"
                fill={colour}
                maxBarSize={28}
                isAnimationActive={false}
              />
            ) : (
              <Line
                key={name}
                dataKey={valueAt(index)}
                stroke={colour}
                strokeWidth={1.5}
                dot={({ key, cx, cy, index: row }) => (
                  <LoneDot key={key} cx={cx} cy={cy} index={row} rows={rows} value={index} colour={colour} />
                )}
                activeDot={{ r: 3, fill: colour, stroke: 'none' }}
                isAnimationActive={false}
              />
            ),
          )}
        </ComposedChart>
      </ResponsiveContainer>
    </div>
  );
});

/** A value without neighbours makes no line: it is shown as a dot. */
function LoneDot(props: {
  cx?: number | undefined;
  cy?: number | undefined;
  index?: number | undefined;
  rows: readonly ChartRow[];
  value: number;
  colour: string;
}) {
  const { cx, cy, index = 0, rows, value, colour } = props;
  if (cx === undefined || cy === undefined || !standsAlone(rows, index, value)) return null;
  return <circle cx={cx} cy={cy} r={2.5} fill={colour} />;
}

const valueAt = (index: number) => (row: ChartRow) => row.values[index] ?? null;

/** Recharts tells the row under the pointer as a number or its digits. */
function rowOf(index: number | string | null | undefined): number | null {
  const row = Number(index ?? Number.NaN);
  return Number.isInteger(row) ? row : null;
}
