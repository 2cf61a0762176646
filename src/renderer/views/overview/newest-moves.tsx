import { memo, useRef } from 'react';
import type { JournalEntry } from '@shared/contract/transitions';
import { Empty, Panel } from '../../components/panel';
import { StateName } from '../../components/state-name';
import { Unread } from '../../components/unread';
import { startSimulator } from '../../commands/simulator-commands';
import { CommandButton } from '../../components/button';
import { useFittingRows } from '../../hooks/use-fitting-rows';
import { formatCount, formatMillisecond, type TimeZoneChoice } from '../../format';
import { useLive } from '../../store/live';
import { useUi } from '../../store/ui';
import styles from './newest-moves.module.css';

const NO_MOVES: readonly JournalEntry[] = [];

const ROW_PX = 25;
const HEADER_PX = 27;

/** The newest moves of the journal, newest first, as many as fit. */
export function NewestMoves() {
  const moves = useLive(({ overview }) => overview?.newest ?? NO_MOVES);
  const zone = useUi((state) => state.zone);
  const frame = useRef<HTMLDivElement>(null);
  const fitting = useFittingRows(frame, ROW_PX, HEADER_PX);
  return (
    <Panel title="Transitions" aside={<MovesPerMinute />}>
      <div className={styles.frame} ref={frame}>
        {moves.length === 0 ? <NoMoves /> : <Moves moves={moves.slice(0, fitting)} zone={zone} />}
      </div>
    </Panel>
  );
}

function NoMoves() {
  const known = useLive(({ overview }) => overview !== null);
  const sandbox = useLive(({ session }) => session?.deployment.embedded != null);
  if (!known) return <Unread />;
  return (
    <Empty>
      No move has been journalled yet. The first one appears here at once.
      {sandbox && <CommandButton command={startSimulator} />}
    </Empty>
  );
}

function Moves({ moves, zone }: { moves: readonly JournalEntry[]; zone: TimeZoneChoice }) {
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th className={styles.time}>time</th>
          <th className={styles.user}>user</th>
          <th className={styles.state}>from</th>
          <th className={styles.state}>to</th>
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
        <td className={styles.state}>
          <StateName state={move.from} />
        </td>
        <td className={styles.state}>
          <StateName state={move.to} />
        </td>
        <td className={move.cause === 'force' ? styles.forced : undefined} title={move.cause}>
          {move.cause}
        </td>
        <td className={styles.by} title={move.by}>
          {move.by}
        </td>
      </tr>
    );
  },
  (before, after) => before.move.id === after.move.id && before.zone === after.zone,
);
