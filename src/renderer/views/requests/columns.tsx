import { outcomeOf, type RequestEntry } from '@shared/contract/requests';
import type { Column } from '../../components/data-table';
import { StateName } from '../../components/state-name';
import { UserLink } from '../../components/user-link';
import type { ExportValue } from '../../export';
import { formatMillisecond, formatRoundTrip, NOTHING, type TimeZoneChoice } from '../../format';
import styles from './requests.module.css';

/** The columns of the log of requests. */
export function requestColumns(zone: TimeZoneChoice): readonly Column<RequestEntry>[] {
  return [
    {
      key: 'time',
      head: 'time',
      width: '96px',
      cell: ({ at }) => <span className={styles.mono}>{formatMillisecond(at, zone)}</span>,
    },
    { key: 'endpoint', head: 'endpoint', width: 'minmax(100px, 1fr)', cell: ({ endpoint }) => endpoint },
    {
      key: 'user',
      head: 'user',
      width: 'minmax(90px, 1fr)',
      cell: ({ user }) => (user === null ? '' : <UserLink user={user} />),
    },
    {
      key: 'state',
      head: 'state before',
      width: '130px',
      // Not every request asks for the state, so that nothing is no statement.
      cell: ({ stateBefore }) => (stateBefore === null ? NOTHING : <StateName state={stateBefore} />),
    },
    {
      key: 'status',
      head: 'status',
      width: '56px',
      cell: ({ status }) => (
        <span className={styles.status} data-outcome={outcomeOf(status)}>
          {status}
        </span>
      ),
    },
    { key: 'code', head: 'refused because', width: 'minmax(90px, 1fr)', cell: ({ code }) => code ?? '' },
    { key: 'ms', head: 'took', width: '70px', cell: ({ ms }) => formatRoundTrip(ms) },
    { key: 'caller', head: 'caller', width: 'minmax(70px, 0.7fr)', cell: ({ caller }) => caller },
    {
      key: 'request',
      head: 'request id',
      width: 'minmax(100px, 1fr)',
      cell: ({ requestId }) => <span className={styles.mono}>{requestId}</span>,
    },
  ];
}

/** A request as one row of an exported table. */
export function exportRequest({ at, ...rest }: RequestEntry): Record<string, ExportValue> {
  return { at: new Date(at).toISOString(), ...rest };
}
