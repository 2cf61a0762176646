import type { SimulatorRun } from '@shared/contract/simulator-run';
import { formatCount, formatDuration, formatRoundTrip, formatShare, NOTHING } from '../../format';

/** One figure of two runs. */
export interface ComparedFigure {
  label: string;
  one: string;
  other: string;
  /** How the second differs from the first, such as `+12 %`; empty where there is nothing to say. */
  change: string;
}

type Read = (run: SimulatorRun) => number | null;

const FIGURES: readonly { label: string; read: Read; show: (value: number | null) => string }[] = [
  { label: 'people', read: (run) => run.scenario.people, show: formatCount },
  { label: 'lasted', read: (run) => run.elapsedMs, show: formatDuration },
  { label: 'moves', read: (run) => run.figures.moves, show: formatCount },
  {
    label: 'moves per second',
    read: (run) => (run.elapsedMs > 0 ? Math.round((run.figures.moves / run.elapsedMs) * 1_000) : null),
    show: formatCount,
  },
  { label: 'pairs', read: (run) => run.service.pairs, show: formatCount },
  { label: 'wait, mean', read: (run) => run.service.waitMeanMs, show: formatDuration },
  { label: 'wait, p95', read: (run) => run.service.waitP95Ms, show: formatDuration },
  { label: 'answers, p50', read: (run) => run.service.answerP50Ms, show: formatRoundTrip },
  { label: 'answers, p95', read: (run) => run.service.answerP95Ms, show: formatRoundTrip },
  { label: 'a partner notices, p95', read: (run) => run.service.noticeP95Ms, show: formatRoundTrip },
  { label: 'passed over', read: (run) => run.service.overtakenShare, show: formatShare },
  { label: 'requests refused', read: (run) => run.figures.refusals, show: formatCount },
  { label: 'promises broken', read: (run) => run.figures.violations, show: formatCount },
];

/** Two runs figure by figure. */
export function compareRuns(first: SimulatorRun, second: SimulatorRun): ComparedFigure[] {
  const words = (run: SimulatorRun) => `${run.scenario.name}, seed ${run.seed}`;
  return [
    { label: 'run', one: words(first), other: words(second), change: '' },
    { label: 'deployment', one: whereOf(first), other: whereOf(second), change: '' },
    {
      label: 'verdict',
      one: first.verdict.passed ? 'passed' : 'failed',
      other: second.verdict.passed ? 'passed' : 'failed',
      change: '',
    },
    ...FIGURES.map(({ label, read, show }) => {
      const [one, other] = [read(first), read(second)];
      return { label, one: show(one), other: show(other), change: changeOf(one, other) };
    }),
  ];
}

function whereOf({ deployment, pool }: SimulatorRun): string {
  return `${deployment}, pool ${pool}`;
}

function changeOf(one: number | null, other: number | null): string {
  if (one === null || other === null) return NOTHING;
  if (one === other) return 'same';
  if (one === 0) return 'new';
  const percent = ((other - one) / one) * 100;
  return `${percent > 0 ? '+' : '−'}${Math.abs(percent) < 10 ? Math.abs(percent).toFixed(1) : Math.round(Math.abs(percent))} %`;
}
