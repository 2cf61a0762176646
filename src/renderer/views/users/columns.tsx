import type { FoundUser } from '@shared/contract/users';
import type { Column } from '../../components/data-table';
import { StateName } from '../../components/state-name';
import { UserLink } from '../../components/user-link';
import { formatAge, formatCount, NOTHING } from '../../format';
import { heartbeatTone, stateAgeTone } from './ages';
import type { Marks } from './marks';
import styles from './users.module.css';

const COUNTERS: readonly Column<FoundUser>[] = [
  {
    key: 'matches',
    head: 'matches',
    width: '64px',
    align: 'end',
    cell: (row) => formatCount(row.totalMatches),
  },
  { key: 'skips', head: 'skips', width: '52px', align: 'end', cell: (row) => formatCount(row.totalSkips) },
  { key: 'ends', head: 'ends', width: '52px', align: 'end', cell: (row) => formatCount(row.totalEnds) },
];

/** The columns of the table of users; a narrow one leaves out the counters. Ages are by the server's clock at the last read. */
export function userColumns(marks: Marks, at: number, isNarrow: boolean): readonly Column<FoundUser>[] {
  return [...mainColumns(marks, at), ...(isNarrow ? [] : COUNTERS)];
}

function mainColumns(marks: Marks, at: number): Column<FoundUser>[] {
  return [
    {
      key: 'mark',
      head: <span className="visually-hidden">marked</span>,
      width: '22px',
      cell: ({ user }) => (
        <input
          type="checkbox"
          className={styles.mark}
          aria-label={`Mark ${user}`}
          checked={marks.all || marks.users.has(user)}
          disabled={marks.all}
          onChange={() => marks.toggle(user)}
          onClick={(event) => event.stopPropagation()}
          tabIndex={-1}
        />
      ),
    },
    {
      key: 'user',
      head: 'user',
      width: 'minmax(100px, 1.4fr)',
      cell: ({ user }) => <span className={styles.id}>{user}</span>,
    },
    { key: 'state', head: 'state', width: '130px', cell: ({ state }) => <StateName state={state} /> },
    {
      key: 'age',
      head: 'in state',
      width: '84px',
      cell: ({ state, since }) =>
        since === null ? NOTHING : <Age ms={at - since} tone={stateAgeTone(state, at - since)} />,
    },
    {
      key: 'heartbeat',
      head: 'heartbeat',
      width: '84px',
      cell: ({ lastHeartbeat }) =>
        lastHeartbeat === null ? (
          NOTHING
        ) : (
          <Age ms={at - lastHeartbeat} tone={heartbeatTone(at - lastHeartbeat)} />
        ),
    },
    {
      key: 'partner',
      head: 'partner',
      width: 'minmax(90px, 1.2fr)',
      cell: ({ partner }) => (partner === null ? '' : <UserLink user={partner} />),
    },
  ];
}

function Age({ ms, tone }: { ms: number; tone: 'warn' | 'bad' | undefined }) {
  return (
    <span className={styles.age} data-tone={tone}>
      {formatAge(ms)}
    </span>
  );
}
