import { type ReactNode, useMemo } from 'react';
import type { SimulatorRun } from '@shared/contract/simulator-run';
import { STATES } from '@shared/states';
import { Legend } from '../../charts/legend';
import { type ChartSeries, TimeChart } from '../../charts/time-chart';
import { describeFault } from '../../commands/run';
import { saveReport } from '../../commands/simulator-commands';
import { CommandButton } from '../../components/button';
import { Empty, Panel } from '../../components/panel';
import { Unread } from '../../components/unread';
import { formatBytes, formatCount, formatDuration, formatRoundTrip, formatShare } from '../../format';
import { useOperation } from '../../hooks/use-operation';
import { useLive } from '../../store/live';
import { FaultsPanel } from './faults-panel';
import { PromisesPanel } from './promises-panel';
import { formatElapsed, paceNow, paceRows, stateRows } from './series';
import shared from './simulator.module.css';
import styles from './live-tab.module.css';

/** As many points as a chart of Recharts can take once a second. */
const POINTS = 120;
const COLOURS = [
  'var(--idle)',
  'var(--waiting)',
  'var(--connecting)',
  'var(--in-call)',
  'var(--disconnecting)',
] as const;
const STATE_SERIES: readonly ChartSeries[] = STATES.map((label, index) => ({
  label,
  colour: COLOURS[index] ?? 'var(--idle)',
}));
const PACE_SERIES: readonly ChartSeries[] = [{ label: 'moves per second', colour: 'var(--accent)' }];

/** The run under way, or the last one: figures, course, promises, faults. */
export function LiveTab() {
  const running = useLive((state) => state.simulator?.status === 'running');
  // Kept under its own id, so that nothing of the run before is shown as this one's.
  const id = useLive((state) => state.simulator?.run ?? undefined);
  const { data, error } = useOperation(
    'simulator.run',
    { samples: POINTS, ...(id === undefined ? {} : { run: id }) },
    { refreshMs: running ? 1_000 : 5_000 },
  );
  const run = data?.run ?? null;
  if (error) return <Empty>{describeFault(error)}</Empty>;
  return (
    <div className={styles.live}>
      {run ? (
        <>
          <FiguresPanel run={run} running={running} />
          <Charts run={run} />
          <PromisesPanel run={run} />
        </>
      ) : (
        <Panel title={data ? 'No run yet' : 'Run'} className={styles.nothing}>
          {data ? (
            <Empty>Choose a scenario above and start it. What happens shows here at once.</Empty>
          ) : (
            <Unread />
          )}
        </Panel>
      )}
      <FaultsPanel strikes={run?.strikes ?? []} />
    </div>
  );
}

function FiguresPanel({ run, running }: { run: SimulatorRun; running: boolean }) {
  const { figures, service, samples, verdict, scenario } = run;
  const last = samples.at(-1);
  const pace = paceNow(samples);
  return (
    <Panel
      title={running ? scenario.title : `Last run: ${scenario.title}`}
      className={styles.wide}
      aside={
        <span className={shared.reports}>
          <CommandButton command={saveReport(run.id, 'markdown')} label="Markdown" />
          <CommandButton command={saveReport(run.id, 'html')} label="HTML" />
        </span>
      }
    >
      <p className={styles.verdict} data-passed={verdict.passed} role="status">
        <strong>{verdict.passed ? '✓ Passing' : '✕ Failing'}</strong> {verdict.summary}
      </p>
      {verdict.warnings.map((warning) => (
        <p key={warning} className={styles.warning}>
          ⚠ {warning}
        </p>
      ))}
      <dl className={styles.figures}>
        <Figure label="people">
          {formatCount(figures.present)} <small>of {formatCount(figures.target)}</small>
        </Figure>
        <Figure label="moves">{formatCount(figures.moves)}</Figure>
        <Figure label="moves/s">{formatCount(pace === null ? null : Math.round(pace))}</Figure>
        <Figure label="answers, p95">{formatRoundTrip(service.answerP95Ms)}</Figure>
        <Figure label="wait, mean">{formatDuration(service.waitMeanMs)}</Figure>
        <Figure label="passed over">{formatShare(service.overtakenShare)}</Figure>
        <Figure label="refused">{formatCount(figures.refusals)}</Figure>
        <Figure label="simulator, CPU">{formatShare(last ? Math.min(1, last.cpuShare) : null)}</Figure>
        <Figure label="memory">{formatBytes(last?.memoryBytes ?? null)}</Figure>
      </dl>
    </Panel>
  );
}

function Figure({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Charts({ run: { samples } }: { run: SimulatorRun }) {
  const people = useMemo(() => stateRows(samples), [samples]);
  const pace = useMemo(() => paceRows(samples), [samples]);
  return (
    <>
      <Panel title="People in each state">
        <Legend series={STATE_SERIES} />
        {people.length > 1 ? (
          <TimeChart
            label="People in each state over the time of the run"
            rows={people}
            series={STATE_SERIES}
            kind="lines"
            formatValue={formatCount}
            formatTime={formatElapsed}
          />
        ) : (
          <Empty>The first picture comes after a second.</Empty>
        )}
      </Panel>
      <Panel title="Moves per second">
        {pace.length > 1 ? (
          <TimeChart
            label="Moves per second over the time of the run"
            rows={pace}
            series={PACE_SERIES}
            kind="lines"
            formatValue={formatCount}
            formatTime={formatElapsed}
          />
        ) : (
          <Empty>The first picture comes after two seconds.</Empty>
        )}
      </Panel>
    </>
  );
}
