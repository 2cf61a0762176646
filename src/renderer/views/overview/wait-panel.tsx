import { useMemo, useState } from 'react';
import { SERVICE_TARGET, type TrendPoint } from '@shared/contract/overview';
import { type ChartSeries, TimeChart } from '../../charts/time-chart';
import { hasData, waitRows } from '../../charts/trend-series';
import { Empty, Panel } from '../../components/panel';
import { Unread } from '../../components/unread';
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
  const known = useLive(({ trends }) => trends !== null);
  const rows = useMemo(() => waitRows(points), [points]);
  const [row, setRow] = useState<number | null>(null);
  return (
    <Panel title="Wait time to match" aside={<Aside point={row === null ? undefined : points[row]} />}>
      <Figures />
      {hasData(rows) ? (
        <TimeChart
          label="Wait until matched per minute: p50, p95 and p99 with the target as a dashed line"
          rows={rows}
          series={SERIES}
          kind="lines"
          formatValue={axisSeconds}
          target={SERVICE_TARGET.withinMs / 1000}
          onHover={setRow}
        />
      ) : known ? (
        <Empty>Nobody has been matched in this time. Waits appear here with the first match.</Empty>
      ) : (
        <Unread />
      )}
    </Panel>
  );
}

interface Figure {
  label: string;
  text: string;
  tone?: Tone;
  /** The colour of its line in the chart below. */
  colour?: string;
}

type Tone = 'good' | 'warn' | 'bad' | undefined;

/** The whole window in five numbers; the first three are the legend of the chart. */
function Figures() {
  const window = useLive(({ trends }) => trends?.window ?? null);
  const longestMs = useLive(({ overview }) => overview?.waiting.longestMs ?? null);
  const level = window?.serviceLevel ?? null;
  const percentiles = [window?.p50Ms ?? null, window?.p95Ms ?? null, window?.p99Ms ?? null];
  const figures: Figure[] = [
    ...SERIES.map(({ label, colour }, index) => {
      const ms = percentiles[index] ?? null;
      return { label, colour, text: formatDuration(ms), tone: waitTone(ms) };
    }),
    { label: 'longest now', text: formatDuration(longestMs) },
    { label: 'service level', text: formatShare(level), tone: levelTone(level) },
  ];
  return (
    <dl className={styles.figures}>
      {figures.map(({ label, text, tone, colour }) => (
        <div key={label}>
          <dt>
            {colour && <span className={styles.swatch} style={{ background: colour }} aria-hidden />}
            {label}
          </dt>
          <dd data-tone={tone} data-figure>
            {text}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The target, or the values of the step under the pointer. */
function Aside({ point }: { point: TrendPoint | undefined }) {
  const zone = useUi((state) => state.zone);
  if (!point) return TARGET_WORDS;
  const waits = [point.waitP50Ms, point.waitP95Ms, point.waitP99Ms];
  const values = SERIES.map(({ label }, index) => `${label} ${formatDuration(waits[index] ?? null)}`);
  return [formatMinute(point.at, zone), ...values].join(' · ');
}

function waitTone(ms: number | null): Tone {
  if (ms === null || ms <= SERVICE_TARGET.withinMs) return undefined;
  return ms > 2 * SERVICE_TARGET.withinMs ? 'bad' : 'warn';
}

function levelTone(level: number | null): Tone {
  if (level === null) return undefined;
  if (level >= SERVICE_TARGET.share) return 'good';
  return level >= SERVICE_TARGET.share - 0.1 ? 'warn' : 'bad';
}
