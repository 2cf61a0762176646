import { Fragment } from 'react';
import { STATES, type State } from '@shared/states';
import { formatRate } from '../../format';
import { useLive } from '../../store/live';
import { edgeSum, FORWARD, LOOPS, type Return, RETURNS } from './flow';
import { StateCard } from './state-card';
import styles from './state-flow.module.css';

/** The states in the order of a user's life, with the rate of moves between them: the headline of the product. */
export function StateFlow() {
  return (
    <section className={styles.flow} aria-label="Users by state and moves between the states">
      {STATES.map((state, index) => (
        <Fragment key={state}>
          {index > 0 && <Edge to={state} />}
          <StateCard state={state} />
        </Fragment>
      ))}
      {LOOPS.map((loop) => (
        <Loop key={loop.label} loop={loop} />
      ))}
    </section>
  );
}

function Edge({ to }: { to: State }) {
  const forward = FORWARD[to];
  const back = RETURNS[to];
  return (
    <div className={styles.edge}>
      {forward && (
        <>
          <Rate edges={forward.edges} label={forward.label} />
          <svg className={styles.arrow} viewBox="0 0 46 8" aria-hidden>
            <path d="M0 4h44M40 .8 44.5 4 40 7.2" />
          </svg>
        </>
      )}
      {back && (
        <span className={styles.back} title={back.label}>
          <span aria-hidden>↩ </span>
          <Rate edges={back.edges} label={back.label} />
        </span>
      )}
    </div>
  );
}

function Loop({ loop }: { loop: Return }) {
  return (
    <div className={styles.loop} data-to={loop.to}>
      <span className={styles.loopLabel}>
        <Rate edges={loop.edges} label="" /> {loop.label}
      </span>
    </div>
  );
}

function Rate({ edges, label }: { edges: readonly string[]; label: string }) {
  const rate = useLive(({ trends }) => (trends ? edgeSum(trends.ratesPerMinute, edges) : null));
  return (
    <span className={styles.rate}>
      {label && <span className="visually-hidden">{label}: </span>}
      {formatRate(rate)}
    </span>
  );
}
