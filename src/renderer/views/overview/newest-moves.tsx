import { memo } from 'react';
import type { JournalEntry } from '@shared/contract/transitions';
import { Empty, Panel } from '../../components/panel';
import { StateName } from '../../components/state-name';
import { formatCount, formatMillisecond, type TimeZoneChoice } from '../../format';
import { useLive } from '../../store/live';
import { useUi } from '../../store/ui';
import styles from './newest-moves.module.css';

const NO_MOVES: readonly JournalEntry[] = [];

/** The newest moves of the journal, newest first. */
export function NewestMoves() {
  const moves = useLive(({ overview }) => overview?.newest ?? NO_MOVES);
  const zone = useUi((state) => state.zone);
  return (
    <Panel title="Transitions" aside={<MovesPerMinute />}>
      {moves.length === 0 ? (
        <Empty>No move has been journalled yet. The first one appears here at once.</Empty>
      ) : (
        <div className={styles.frame}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th>time</th>
                <th>user</th>
                <th>from</th>
                <th>to</th>
                <th>cause</th>
                <th className={styles.by}>by</th>
              </tr>
            </thead>
            <tbody>
              {moves.map((move) => (
                <Row key={move.id} move={move} zone={zone} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function MovesPerMinute() {
  const rate = useLive(({ trends }) =>
    trends ? Math.round(Object.values(trends.ratesPerMinute).reduce((sum, each) => sum + each, 0)) : null,
  );
  return <>{formatCount(rate)} / min</>;
}

/** A journal entry never changes, so its row is drawn once. */
const Row = memo(
  function Row({ move, zone }: { move: JournalEntry; zone: TimeZoneChoice }) {
    return (
      <tr>
        <td className={styles.time}>{formatMillisecond(move.at, zone)}</td>
        <td className={styles.user} title={move.user}>
          {move.user}
        </td>
        <td>
          <StateName state={move.from} />
        </td>
        <td>
          <StateName state={move.to} />
        </td>
        <td className={move.cause === 'force' ? styles.forced : undefined}>{move.cause}</td>
        <td className={styles.by} title={move.by}>
          {move.by}
        </td>
      </tr>
    );
  },
  (before, after) => before.move.id === after.move.id && before.zone === after.zone,
);
