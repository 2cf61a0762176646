import { type JournalEntry, UNDO_MS } from '@shared/contract/transitions';
import { copyAsJson, undoTransaction } from '../../commands/transaction-commands';
import { CommandButton } from '../../components/button';
import { Modal } from '../../components/modal';
import { StateName } from '../../components/state-name';
import { UserLink } from '../../components/user-link';
import { formatDuration, formatMillisecond, formatMoment, NOTHING } from '../../format';
import { useLive } from '../../store/live';
import { useUi } from '../../store/ui';
import styles from './transitions.module.css';

/** One move with all that the journal knows about it. */
export function MoveDetails({ move, onClose }: { move: JournalEntry; onClose: () => void }) {
  const zone = useUi((state) => state.zone);
  const pool = useUi((state) => state.pool);
  const clockOffsetMs = useLive(({ health }) => health?.server?.clockOffsetMs ?? 0);
  const until = move.at - clockOffsetMs + UNDO_MS;
  const facts: [string, React.ReactNode][] = [
    ['User', <UserLink key="user" user={move.user} />],
    ['When', `${formatMoment(move.at, zone)}${formatMillisecond(move.at, zone).slice(-4)}`],
    ['From', <StateName key="from" state={move.from} />],
    ['To', <StateName key="to" state={move.to} />],
    ['Time in the state left', formatDuration(move.spent)],
    ['Cause', move.cause],
    ['By', move.by],
    ['Partner', move.partner === null ? NOTHING : <UserLink key="partner" user={move.partner} />],
    ['Transaction', <code key="transaction">{move.transaction}</code>],
    ['Request', move.requestId === null ? NOTHING : <code key="request">{move.requestId}</code>],
    ['Journal id', <code key="id">{move.id}</code>],
  ];
  return (
    <Modal
      title="Move"
      open
      onOpenChange={(open) => !open && onClose()}
      footer={
        <>
          <CommandButton command={copyAsJson(move)} />
          <CommandButton
            command={undoTransaction({ pool, transaction: move.transaction, until })}
            tone="warn"
          />
        </>
      }
    >
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
