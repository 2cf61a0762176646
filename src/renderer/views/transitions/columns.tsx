import type { JournalEntry } from '@shared/contract/transitions';
import type { Column } from '../../components/data-table';
import { StateName } from '../../components/state-name';
import { UserLink } from '../../components/user-link';
import { formatDuration, formatMillisecond, type TimeZoneChoice } from '../../format';
import styles from './transitions.module.css';

/** The columns of a table of moves. */
export function moveColumns(zone: TimeZoneChoice): readonly Column<JournalEntry>[] {
  return [
    {
      key: 'time',
      head: 'time',
      width: '96px',
      cell: ({ at }) => <span className={styles.mono}>{formatMillisecond(at, zone)}</span>,
    },
    {
      key: 'user',
      head: 'user',
      width: 'minmax(90px, 1.2fr)',
      cell: ({ user }) => <UserLink user={user} />,
    },
    { key: 'from', head: 'from', width: '124px', cell: ({ from }) => <StateName state={from} /> },
    { key: 'to', head: 'to', width: '124px', cell: ({ to }) => <StateName state={to} /> },
    {
      key: 'cause',
      head: 'cause',
      width: 'minmax(84px, 1fr)',
      cell: ({ cause }) => <span className={cause === 'force' ? styles.forced : undefined}>{cause}</span>,
    },
    { key: 'by', head: 'by', width: 'minmax(60px, 0.8fr)', cell: ({ by }) => by },
    {
      key: 'spent',
      head: 'after',
      width: '82px',
      cell: ({ spent }) => formatDuration(spent),
    },
    {
      key: 'partner',
      head: 'partner',
      width: 'minmax(80px, 1.1fr)',
      cell: ({ partner }) => (partner === null ? '' : <UserLink user={partner} />),
    },
  ];
}
