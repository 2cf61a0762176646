import { useOld } from '../../hooks/use-old';
import { AttentionPanel } from './attention-panel';
import { NewestMoves } from './newest-moves';
import { OutcomesPanel } from './outcomes-panel';
import styles from './overview.module.css';
import { StateFlow } from './state-flow';
import { WaitPanel } from './wait-panel';
import { WaitingByAge } from './waiting-by-age';

/** Is the queue healthy, how long do people wait, what wants an eye: within seconds, without a click. */
export function OverviewScreen() {
  const old = useOld();
  return (
    <div className={styles.screen} data-old={old}>
      <h1 className="visually-hidden">Overview</h1>
      <StateFlow />
      <div className={styles.waits}>
        <WaitPanel />
        <WaitingByAge />
      </div>
      <div className={styles.below}>
        <OutcomesPanel />
        <AttentionPanel />
        <NewestMoves />
      </div>
    </div>
  );
}
