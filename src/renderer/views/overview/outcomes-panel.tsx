import { useMemo, useState } from 'react';
import type { TrendPoint } from '@shared/contract/overview';
import { type ChartSeries, TimeChart } from '../../charts/time-chart';
import { hasData, outcomeRows, outcomeShares } from '../../charts/trend-series';
import { Empty, Panel } from '../../components/panel';
import { Unread } from '../../components/unread';
import { formatCount, formatMinute, formatShare } from '../../format';
import { useLive } from '../../store/live';
import { useUi } from '../../store/ui';
import styles from './outcomes-panel.module.css';

const NO_POINTS: readonly TrendPoint[] = [];
const OUTCOMES = [
  { part: 'matched', colour: 'var(--in-call)' },
  { part: 'left', colour: 'var(--idle)' },
  { part: 'failed', colour: 'var(--bad-fill)' },
] as const;
const SERIES: readonly ChartSeries[] = OUTCOMES.map(({ part, colour }) => ({ label: part, colour }));

/** What became of waits, per minute: matched, left before a match, or failed to connect. */
export function OutcomesPanel() {
  const points = useLive(({ trends }) => trends?.points ?? NO_POINTS);
  const known = useLive(({ trends }) => trends !== null);
  const stepMs = useLive(({ trends }) => trends?.stepMs ?? 60_000);
  const rows = useMemo(() => outcomeRows(points, stepMs), [points, stepMs]);
  const [row, setRow] = useState<number | null>(null);
  return (
    <Panel title="Outcome of waits" aside="/ min">
      {hasData(rows) ? (
        <>
          <TimeChart
            label="Waits that ended per minute, stacked: matched, left, failed"
            rows={rows}
            series={SERIES}
            kind="bars"
            formatValue={formatCount}
            onHover={setRow}
          />
          <Legend point={row === null ? undefined : points[row]} />
        </>
      ) : known ? (
        <Empty>No wait has ended in this time.</Empty>
      ) : (
        <Unread />
      )}
    </Panel>
  );
}

function Legend({ point }: { point: TrendPoint | undefined }) {
  const window = useLive(({ trends }) => trends?.window ?? null);
  const zone = useUi((state) => state.zone);
  const shares = window && outcomeShares(window);
  return (
    <ul className={styles.legend}>
      {OUTCOMES.map(({ part, colour }) => (
        <li key={part}>
          <span className={styles.swatch} style={{ background: colour }} aria-hidden />
          {part} <span>{point ? formatCount(point[part]) : formatShare(shares?.[part] ?? null)}</span>
        </li>
      ))}
      <li className={styles.when} aria-hidden>
        {point ? formatMinute(point.at, zone) : ''}
      </li>
    </ul>
  );
}
