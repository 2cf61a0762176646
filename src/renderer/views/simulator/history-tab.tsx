import { useMemo, useState } from 'react';
import { useSearchParams } from 'wouter';
import type { SimulatorRun, SimulatorRunSummary } from '@shared/contract/simulator-run';
import { Legend } from '../../charts/legend';
import { type ChartSeries, TimeChart } from '../../charts/time-chart';
import { describeFault } from '../../commands/run';
import { repeatRun, saveReport } from '../../commands/simulator-commands';
import { Button, CommandButton } from '../../components/button';
import { type Column, DataTable } from '../../components/data-table';
import { Empty, Panel } from '../../components/panel';
import toolbar from '../../components/toolbar.module.css';
import { formatCount, formatDayMinute, formatDuration } from '../../format';
import { useOperation } from '../../hooks/use-operation';
import { useUi } from '../../store/ui';
import { compareRuns } from './compare';
import { DeleteRunsDialog } from './delete-runs-dialog';
import { besideRows, formatElapsed, paceRows } from './series';
import styles from './history-tab.module.css';

type RunRow = SimulatorRunSummary;
const POINTS = 60;
const keyOf = ({ id }: RunRow) => id;

/** The runs that were kept, and two of them beside each other. */
export function HistoryTab() {
  const zone = useUi((state) => state.zone);
  const [search, setSearch] = useSearchParams();
  const { data, error } = useOperation('simulator.runs', {}, { refreshMs: 2_000, keepPrevious: true });
  const runs = data?.runs ?? [];
  const chosen = search.getAll('run');
  const marked = runs.filter(({ id }) => chosen.includes(id));
  const [deleting, setDeleting] = useState<readonly RunRow[] | null>(null);

  function mark(ids: readonly string[]): void {
    setSearch([['tab', 'history'], ...ids.map((id): [string, string] => ['run', id])], { replace: true });
  }

  function toggle({ id }: RunRow): void {
    mark(chosen.includes(id) ? chosen.filter((run) => run !== id) : [...chosen, id]);
  }

  const columns: readonly Column<RunRow>[] = [
    {
      key: 'mark',
      head: 'mark',
      width: '52px',
      cell: (run) => (
        <input
          type="checkbox"
          aria-label={`Mark the run of ${formatDayMinute(run.startedAt, zone)}, seed ${run.seed}`}
          checked={chosen.includes(run.id)}
          onChange={() => toggle(run)}
        />
      ),
    },
    { key: 'when', head: 'started', width: '112px', cell: (run) => formatDayMinute(run.startedAt, zone) },
    { key: 'scenario', head: 'scenario', width: 'minmax(112px, 1fr)', cell: (run) => run.scenario.title },
    {
      key: 'people',
      head: 'people',
      width: '60px',
      align: 'end',
      cell: (run) => formatCount(run.scenario.people),
    },
    { key: 'seed', head: 'seed', width: '96px', align: 'end', cell: (run) => String(run.seed) },
    {
      key: 'lasted',
      head: 'lasted',
      width: '72px',
      align: 'end',
      cell: (run) => formatDuration(run.elapsedMs),
    },
    { key: 'moves', head: 'moves', width: '72px', align: 'end', cell: (run) => formatCount(run.moves) },
    {
      key: 'verdict',
      head: 'verdict',
      width: 'minmax(130px, 1.6fr)',
      cell: (run) => (
        <span className={styles.outcome} data-passed={run.passed} title={run.summary}>
          {run.passed ? '✓' : '✕'} {run.summary}
        </span>
      ),
    },
    {
      key: 'report',
      head: 'report',
      width: '208px',
      cell: (run) => (
        <span className={styles.rowButtons}>
          <CommandButton command={saveReport(run.id, 'markdown')} label="Markdown" />
          <CommandButton command={saveReport(run.id, 'html')} label="HTML" />
        </span>
      ),
    },
  ];
  if (error) return <Empty>{describeFault(error)}</Empty>;
  return (
    <div className={styles.history}>
      <DataTable
        label="Runs"
        columns={columns}
        rowCount={runs.length}
        rowAt={(index) => runs[index]}
        rowKey={keyOf}
        onOpen={toggle}
        isOpen={({ id }) => chosen.includes(id)}
        empty={<Empty>Choose a scenario above and start it: what it showed is kept here.</Empty>}
      />
      <div className={toolbar.toolbar}>
        <CommandButton command={repeatRun(marked.length === 1 ? (marked[0]?.id ?? null) : null)} />
        <Button
          tone="danger"
          refusal={marked.length === 0 ? 'Mark the runs first.' : null}
          onClick={() => setDeleting(marked)}
        >
          Delete
        </Button>
        <span className={toolbar.note}>
          {marked.length === 2
            ? ''
            : 'Mark two runs to see them beside each other, one to use it again. The last hundred are kept.'}
        </span>
      </div>
      {data?.faults.map((fault) => (
        <p key={fault} className={toolbar.fault}>
          {fault}
        </p>
      ))}
      {marked.length === 2 && chosen[0] !== undefined && chosen[1] !== undefined && (
        <Comparison one={chosen[0]} other={chosen[1]} />
      )}
      {deleting && (
        <DeleteRunsDialog
          runs={deleting}
          onDone={() => {
            mark([]);
            setDeleting(null);
          }}
          onClose={() => setDeleting(null)}
        />
      )}
    </div>
  );
}

const PACES: readonly ChartSeries[] = [
  { label: 'first', colour: 'var(--connecting)' },
  { label: 'second', colour: 'var(--waiting)' },
];

function Comparison({ one, other }: { one: string; other: string }) {
  const first = useOperation('simulator.run', { run: one, samples: POINTS });
  const second = useOperation('simulator.run', { run: other, samples: POINTS });
  const fault = first.error ?? second.error;
  const [a, b] = [first.data?.run, second.data?.run];
  if (fault) return <Empty>{describeFault(fault)}</Empty>;
  if (!a || !b) return <Empty>Reading…</Empty>;
  return <Beside first={a} second={b} />;
}

function Beside({ first, second }: { first: SimulatorRun; second: SimulatorRun }) {
  const rows = useMemo(
    () => besideRows(paceRows(first.samples), paceRows(second.samples)),
    [first.samples, second.samples],
  );
  return (
    <div className={styles.beside}>
      <Panel title="Two runs beside each other">
        <div className={styles.scroll} tabIndex={0} role="region" aria-label="Comparison">
          <table className={styles.comparison}>
            <thead>
              <tr>
                <th scope="col">figure</th>
                <th scope="col">first</th>
                <th scope="col">second</th>
                <th scope="col">change</th>
              </tr>
            </thead>
            <tbody>
              {compareRuns(first, second).map(({ label, one, other, change }) => (
                <tr key={label}>
                  <th scope="row">{label}</th>
                  <td>{one}</td>
                  <td>{other}</td>
                  <td>{change}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Panel>
      <Panel title="Moves per second" aside={<Legend series={PACES} />}>
        <TimeChart
          label="Moves per second of both runs over the time of each"
          rows={rows}
          series={PACES}
          kind="lines"
          formatValue={formatCount}
          formatTime={formatElapsed}
        />
      </Panel>
    </div>
  );
}
