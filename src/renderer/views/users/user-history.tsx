import { type HistoryEntry, UNDO_MS } from '@shared/contract/transitions';
import type { UserDetails } from '@shared/contract/users';
import { undoTransaction } from '../../commands/transaction-commands';
import { CommandButton } from '../../components/button';
import { StateName, STATE_COLOURS } from '../../components/state-name';
import { formatAge, formatDuration, formatMoment, formatSecond } from '../../format';
import { useLive } from '../../store/live';
import { useUi } from '../../store/ui';
import { stretches } from './strip';
import styles from './user-drawer.module.css';

const WINDOW_MS = 15 * 60_000;

/** A user's last moves: as a strip of colours over a quarter of an hour, or as a table. */
export function UserHistory({ details, strip = false }: { details: UserDetails; strip?: boolean }) {
  const zone = useUi((state) => state.zone);
  const { history, at } = details;
  if (history.length === 0)
    return strip ? null : <p className={styles.note}>No move of this user is kept.</p>;
  if (strip) return <Strip details={details} />;
  return (
    <section>
      <div className={styles.heading}>
        <h3>Last moves</h3>
        {history[0] && <UndoMove move={history[0]} details={details} />}
      </div>
      <table className={styles.moves}>
        <thead>
          <tr>
            <th>time</th>
            <th>from</th>
            <th>to</th>
            <th>cause</th>
          </tr>
        </thead>
        <tbody>
          {history.map((move, index) => (
            <tr key={`${move.transaction} ${index}`} title={`${formatMoment(move.at, zone)}, by ${move.by}`}>
              <td className={styles.mono}>
                {at - move.at > 86_400_000 ? formatMoment(move.at, zone) : formatSecond(move.at, zone)}
              </td>
              <td>
                <StateName state={move.from} />
              </td>
              <td>
                <StateName state={move.to} />
              </td>
              <td>{move.cause}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Takes the newest move back while that is possible, whoever made it. */
function UndoMove({ move, details: { pool, at } }: { move: HistoryEntry; details: UserDetails }) {
  const clockOffsetMs = useLive(({ health }) => health?.server?.clockOffsetMs ?? 0);
  const until = move.at + UNDO_MS;
  // What took something back is not itself taken back: one acts anew.
  if (move.transaction === '' || move.cause === 'rollback' || at >= until) return null;
  return (
    <CommandButton
      command={undoTransaction({ pool, transaction: move.transaction, until: until - clockOffsetMs })}
      label="Undo the newest"
      tone="quiet"
    />
  );
}

function Strip({ details }: { details: UserDetails }) {
  const parts = stretches(details.history, details.at, WINDOW_MS);
  const words = parts
    .map(({ state, from, to }) => `${state ?? 'none'} ${formatDuration(to - from)}`)
    .join(', ');
  return (
    <section>
      <h3>Last 15 minutes</h3>
      <div className={styles.strip} role="img" aria-label={words}>
        {parts.map(({ state, from, to }) => (
          <span
            key={from}
            title={`${state ?? 'none'} · ${formatAge(to - from)}`}
            style={{ flexGrow: to - from, background: state ? STATE_COLOURS[state] : 'var(--line)' }}
          />
        ))}
      </div>
    </section>
  );
}
