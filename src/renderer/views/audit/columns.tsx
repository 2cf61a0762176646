import type { AuditEntry } from '@shared/contract/audit';
import { undoTransaction } from '../../commands/transaction-commands';
import { CommandButton } from '../../components/button';
import type { Column } from '../../components/data-table';
import { UserLink } from '../../components/user-link';
import type { ExportValue } from '../../export';
import { formatDayMinute, formatSecond, formatThings, type TimeZoneChoice } from '../../format';
import { useNow } from '../../hooks/use-now';
import styles from './audit.module.css';

interface AuditView {
  pool: string;
  zone: TimeZoneChoice;
  /** Server clock minus this machine's. */
  clockOffsetMs: number;
}

/** The columns of the audit trail. */
export function auditColumns({ pool, zone, clockOffsetMs }: AuditView): readonly Column<AuditEntry>[] {
  return [
    {
      key: 'time',
      head: 'time',
      width: '132px',
      cell: ({ at }) => (
        <span className={styles.mono}>
          {formatDayMinute(at, zone)}
          {formatSecond(at, zone).slice(-3)}
        </span>
      ),
    },
    { key: 'by', head: 'by', width: 'minmax(80px, 0.8fr)', cell: ({ by }) => by },
    { key: 'action', head: 'action', width: '148px', cell: ({ action }) => action },
    { key: 'users', head: 'users', width: 'minmax(110px, 1fr)', cell: (entry) => <Whom entry={entry} /> },
    {
      key: 'detail',
      head: 'what',
      width: 'minmax(90px, 0.9fr)',
      cell: ({ detail }) => <span title={detail}>{detail}</span>,
    },
    {
      key: 'reason',
      head: 'why',
      width: 'minmax(120px, 1.6fr)',
      cell: ({ reason }) => <span title={reason ?? ''}>{reason ?? ''}</span>,
    },
    {
      key: 'outcome',
      head: 'outcome',
      width: '76px',
      cell: ({ outcome }) => (
        <span data-outcome={outcome} className={styles.outcome}>
          {outcome}
        </span>
      ),
    },
    {
      key: 'undo',
      head: 'undo',
      width: '150px',
      cell: (entry) => <Undo entry={entry} pool={pool} clockOffsetMs={clockOffsetMs} />,
    },
  ];
}

function Whom({ entry: { users, userCount } }: { entry: AuditEntry }) {
  const [only] = users;
  return userCount === 1 && only !== undefined ? <UserLink user={only} /> : formatThings(userCount, 'user');
}

function Undo({ entry, pool, clockOffsetMs }: { entry: AuditEntry; pool: string; clockOffsetMs: number }) {
  const now = useNow();
  const { undoneBy, undoableUntil, transaction } = entry;
  if (undoneBy) return <span className={styles.mono}>undone by {undoneBy.by}</span>;
  if (undoableUntil === null || transaction === null) return null;
  const until = undoableUntil - clockOffsetMs;
  if (now >= until) return null;
  return (
    <span className={styles.undo}>
      <CommandButton command={undoTransaction({ pool, transaction, until })} />
      {Math.ceil((until - now) / 1000)} s
    </span>
  );
}

/** An action as one row of an exported table. */
export function exportAudit(entry: AuditEntry): Record<string, ExportValue> {
  return {
    id: entry.id,
    at: new Date(entry.at).toISOString(),
    by: entry.by,
    action: entry.action,
    users: entry.users.join(' '),
    userCount: entry.userCount,
    detail: entry.detail,
    reason: entry.reason,
    outcome: entry.outcome,
    transaction: entry.transaction,
    requestId: entry.requestId,
    undoneBy: entry.undoneBy?.by ?? null,
  };
}
