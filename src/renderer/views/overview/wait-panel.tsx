import { useMemo, useState } from 'react';
import { SERVICE_TARGET, type TrendPoint } from '@shared/contract/overview';
import { type ChartSeries, TimeChart } from '../../charts/time-chart';
import { hasData, waitColumns } from '../../charts/trend-series';
import { Empty, Panel } from '../../components/panel';
import { useOld } from '../../hooks/use-old';
import { formatDuration, formatMinute, formatShare } from '../../format';
import { useLive } from '../../store/live';
import { useUi } from '../../store/ui';
import styles from './wait-panel.module.css';

const NO_POINTS: readonly TrendPoint[] = [];
const SERIES: readonly ChartSeries[] = [
  { label: 'p50', colour: 'var(--info)' },
  { label: 'p95', colour: 'var(--warn)' },
  { label: 'p99', colour: 'var(--bad)' },
];
const TARGET_WORDS = `target: ${Math.round(SERVICE_TARGET.share * 100)} % within ${SERVICE_TARGET.withinMs / 1000} s`;

const axisSeconds = (seconds: number) => (seconds >= 120 ? `${Math.round(seconds / 60)} m` : `${seconds} s`);

/** How long people waited until they were matched, against the target. */
export function WaitPanel() {
  const points = useLive(({ trends }) => trends?.points ?? NO_POINTS);
  const columns = useMemo(() => waitColumns(points), [points]);
  const [row, setRow] = useState<number | null>(null);
  return (
    <Panel title="Wait time to match" aside={TARGET_WORDS}>
      <Figures />
      {hasData(columns) ? (
        <>
          <Legend point={row === null ? undefined : points[row]} />
          <TimeChart
            label="Wait until matched per minute: p50, p95 and p99 with the target as a dashed line"
            columns={columns}
            series={SERIES}
            kind="lines"
            formatValue={axisSeconds}
            target={SERVICE_TARGET.withinMs / 1000}
            onHover={setRow}
          />
        </>
      ) : (
        <Empty>Nobody has been matched in this time. Waits appear here with the first match.</Empty>
      )}
    </Panel>
  );
}

function Figures() {
  const window = useLive(({ trends }) => trends?.window ?? null);
  const longestMs = useLive(({ overview }) => overview?.waiting.longestMs ?? null);
  const old = useOld();
  const level = window?.serviceLevel ?? null;
  const figures = [
    { label: 'p50', text: formatDuration(window?.p50Ms ?? null), tone: waitTone(window?.p50Ms) },
    { label: 'p95', text: formatDuration(window?.p95Ms ?? null), tone: waitTone(window?.p95Ms) },
    { label: 'p99', text: formatDuration(window?.p99Ms ?? null), tone: waitTone(window?.p99Ms) },
    { label: 'longest now', text: formatDuration(longestMs), tone: undefined },
    { label: 'service level', text: formatShare(level), tone: levelTone(level) },
  ];
  return (
    <dl className={styles.figures}>
      {figures.map(({ label, text, tone }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd data-tone={tone} data-old={old}>
            {text}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Legend({ point }: { point: TrendPoint | undefined }) {
  const zone = useUi((state) => state.zone);
  const values = point && [point.waitP50Ms, point.waitP95Ms, point.waitP99Ms];
  return (
    <p className={styles.legend} aria-hidden>
      {point && <span>{formatMinute(point.at, zone)}</span>}
      {SERIES.map(({ label, colour }, index) => (
        <span key={label} style={{ color: colour }}>
          {label} {values && formatDuration(values[index] ?? null)}
        </span>
      ))}
    </p>
  );
}

function waitTone(ms: number | null | undefined): 'warn' | 'bad' | undefined {
  if (ms === null || ms === undefined || ms <= SERVICE_TARGET.withinMs) return undefined;
  return ms > 2 * SERVICE_TARGET.withinMs ? 'bad' : 'warn';
}

function levelTone(level: number | null): 'good' | 'warn' | 'bad' | undefined {
  if (level === null) return undefined;
  if (level >= SERVICE_TARGET.share) return 'good';
  return level >= SERVICE_TARGET.share - 0.1 ? 'warn' : 'bad';
}
