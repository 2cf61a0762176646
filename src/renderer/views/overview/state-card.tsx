import { memo, useMemo } from 'react';
import type { State } from '@shared/states';
import { changePerMinute, countSeries } from '../../charts/count-series';
import { Sparkline } from '../../charts/sparkline';
import { STATE_COLOURS } from '../../components/state-name';
import { formatChange, formatCount } from '../../format';
import { useLive } from '../../store/live';
import { footnote } from './footnote';
import styles from './state-card.module.css';

const NO_POINTS = [] as const;

/** One state: how many, how that changes, its last quarter of an hour, and the one figure that matters there. */
export const StateCard = memo(function StateCard({ state }: { state: State }) {
  const count = useLive(({ overview }) => overview?.states[state].count ?? null);
  const points = useLive(({ trends }) => trends?.points ?? NO_POINTS);
  const stepMs = useLive(({ trends }) => trends?.stepMs ?? 60_000);
  const samples = useLive((live) => live.samples);
  const serverNow = useLive(({ trends, overview }) => trends?.at ?? overview?.at ?? 0);
  const note = useLive(({ overview }) => (overview ? footnote(overview, state).text : ' '));
  const alarming = useLive(({ overview }) => (overview ? footnote(overview, state).alarming : false));
  const series = useMemo(
    () => countSeries(points, stepMs, samples, state, serverNow),
    [points, stepMs, samples, state, serverNow],
  );
  const change = count === null ? null : changePerMinute(series, count, serverNow);
  return (
    <article className={styles.card} style={{ borderTopColor: STATE_COLOURS[state] }} aria-label={state}>
      <header className={styles.header}>
        <h2>{state}</h2>
        <span className={styles.change}>{formatChange(change)}</span>
      </header>
      <p className={styles.count} data-figure data-testid={`count-${state}`}>
        {formatCount(count)}
      </p>
      <Sparkline series={series} colour={STATE_COLOURS[state]} />
      <p className={alarming ? styles.alarming : styles.note}>{note}</p>
    </article>
  );
});
