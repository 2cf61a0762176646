import { useMemo } from 'react';
import type { Analytics } from '@shared/contract/analytics';
import { SERVICE_TARGET } from '@shared/contract/overview';
import { Legend } from '../../charts/legend';
import { type ChartSeries, TimeChart, type TimeChartProps } from '../../charts/time-chart';
import { hasData } from '../../charts/trend-series';
import { describeFault } from '../../commands/run';
import { ExportRows } from '../../components/export-menu';
import { Empty, Panel } from '../../components/panel';
import toolbar from '../../components/toolbar.module.css';
import { StateName } from '../../components/state-name';
import { formatCount, formatShare } from '../../format';
import { useOld } from '../../hooks/use-old';
import { useOperation } from '../../hooks/use-operation';
import { useUi } from '../../store/ui';
import { compare } from './comparison';
import styles from './analytics.module.css';
import { exportPoint, perMinuteRows, waitP95Rows } from './series';

const MATCHES: readonly ChartSeries[] = [
  { label: 'matched', colour: 'var(--in-call)' },
  { label: 'left', colour: 'var(--idle)' },
  { label: 'failed', colour: 'var(--bad-fill)' },
];
const CALLS: readonly ChartSeries[] = [
  { label: 'skips', colour: 'var(--disconnecting)' },
  { label: 'ends', colour: 'var(--connecting)' },
  { label: 'vanished', colour: 'var(--bad-fill)' },
];
const WAITS: readonly ChartSeries[] = [{ label: 'p95', colour: 'var(--warn)' }];
const inSeconds = (value: number) => `${formatCount(value)} s`;

/** How a quarter of an hour to two days went, beside the same length of time before. */
export function AnalyticsScreen() {
  const old = useOld();
  const pool = useUi((state) => state.pool);
  const minutes = useUi((state) => state.minutes);
  const { data, error } = useOperation(
    'analytics.get',
    { pool, minutes },
    { refreshMs: 5_000, keepPrevious: true },
  );
  return (
    <div className={styles.screen} data-old={old}>
      <h1 className="visually-hidden">Analytics</h1>
      {error && <p className={`${toolbar.fault} ${styles.wide}`}>{describeFault(error)}</p>}
      {!error && !data && <p className={`${toolbar.note} ${styles.wide}`}>Reading…</p>}
      {data && (
        <>
          <Figures data={data} />
          <Charts data={data} />
          <Flow data={data} />
        </>
      )}
    </div>
  );
}

function Figures({ data }: { data: Analytics }) {
  const lines = compare(data.window, data.before);
  return (
    <Panel
      title="The window in numbers"
      aside={
        <span className={styles.aside}>
          {data.before ? 'compared with the same time before' : 'nothing is kept of the time before'}
          <ExportRows name="analytics" rows={data.points} toRecord={exportPoint} />
        </span>
      }
      className={styles.wide}
    >
      <dl className={styles.figures}>
        {lines.map(({ label, now, change, tone }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{now}</dd>
            <dd className={styles.change} data-tone={tone}>
              {change}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

function Charts({ data }: { data: Analytics }) {
  const { points, stepMs } = data;
  const matches = useMemo(
    () => perMinuteRows(points, stepMs, ['matched', 'left', 'failed']),
    [points, stepMs],
  );
  const calls = useMemo(
    () => perMinuteRows(points, stepMs, ['skipped', 'ended', 'vanished']),
    [points, stepMs],
  );
  const waits = useMemo(() => waitP95Rows(points), [points]);
  return (
    <>
      <ChartPanel
        title="Waits that ended, per minute"
        label="Waits that ended per minute, stacked"
        {...{ rows: matches, series: MATCHES, kind: 'bars', formatValue: formatCount }}
        empty="No wait has ended in this time."
      />
      <ChartPanel
        title="Wait to match, p95"
        aside={`target: ${SERVICE_TARGET.withinMs / 1000} s`}
        label="Wait until matched, p95, with the target as a dashed line"
        {...{ rows: waits, series: WAITS, kind: 'lines', formatValue: inSeconds }}
        target={SERVICE_TARGET.withinMs / 1000}
        empty="Nobody has been matched in this time."
      />
      <ChartPanel
        title="How calls ended, per minute"
        label="Skips, ends and vanished people per minute, stacked"
        {...{ rows: calls, series: CALLS, kind: 'bars', formatValue: formatCount }}
        empty="No call has ended in this time."
      />
    </>
  );
}

interface ChartPanelProps extends TimeChartProps {
  title: string;
  /** Beside the title, in place of the legend. */
  aside?: string;
  /** In place of a chart without data. */
  empty: string;
}

function ChartPanel({ title, aside, empty, ...chart }: ChartPanelProps) {
  return (
    <Panel title={title} aside={aside ?? <Legend series={chart.series} />}>
      {hasData(chart.rows) ? <TimeChart {...chart} /> : <Empty>{empty}</Empty>}
    </Panel>
  );
}

/** Which ways people went, the busiest first, each as a share of those who left the same state. */
function Flow({ data }: { data: Analytics }) {
  const most = Math.max(1, ...data.flow.map(({ count }) => count));
  const leaving = new Map<string, number>();
  for (const { from, count } of data.flow)
    leaving.set(String(from), (leaving.get(String(from)) ?? 0) + count);
  return (
    <Panel
      title="The way people went"
      aside={
        <ExportRows
          name="journeys"
          rows={data.flow}
          toRecord={({ from, to, count }) => ({ from, to, count })}
        />
      }
    >
      {data.flow.length === 0 ? (
        <Empty>Nobody has moved in this time.</Empty>
      ) : (
        <ol className={styles.flow}>
          {data.flow.map(({ from, to, count }) => (
            <li key={`${from} ${to}`}>
              <StateName state={from} />
              <StateName state={to} />
              <span className={styles.bar}>
                <span style={{ width: `${(count / most) * 100}%` }} />
              </span>
              <span className={styles.number}>{formatCount(count)}</span>
              <span className={styles.number}>
                {formatShare(count / (leaving.get(String(from)) ?? count))}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
