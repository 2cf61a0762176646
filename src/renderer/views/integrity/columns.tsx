import type { Finding } from '@shared/contract/integrity';
import { refuseOddId } from '../../commands/user-commands';
import { Button } from '../../components/button';
import type { Column } from '../../components/data-table';
import { StateName } from '../../components/state-name';
import { UserLink } from '../../components/user-link';
import { withoutName } from '../../format';
import { KIND_NAMES } from './kinds';
import styles from './integrity.module.css';

/** The columns of the table of findings. */
export function findingColumns(repair: (users: string[]) => void): readonly Column<Finding>[] {
  return [
    { key: 'kind', head: 'what', width: '134px', cell: ({ kind }) => KIND_NAMES[kind] },
    { key: 'user', head: 'user', width: 'minmax(90px, 0.6fr)', cell: ({ user }) => <UserLink user={user} /> },
    {
      key: 'states',
      head: 'states',
      width: 'minmax(146px, 0.8fr)',
      cell: ({ states }) => (
        <span className={styles.states}>
          {states.map((state) => (
            <StateName key={state} state={state} />
          ))}
        </span>
      ),
    },
    {
      key: 'message',
      head: 'what was seen',
      width: 'minmax(140px, 1.4fr)',
      cell: ({ message, user }) => <span title={message}>{withoutName(message, user)}</span>,
    },
    {
      key: 'remedy',
      head: 'what a repair does',
      width: 'minmax(160px, 1.8fr)',
      cell: ({ remedy }) => <span title={remedy ?? ''}>{remedy ?? 'must be mended by hand'}</span>,
    },
    {
      key: 'repair',
      head: <span className="visually-hidden">repair</span>,
      width: '84px',
      cell: ({ remedy, user }) => (
        <Button
          className={styles.repair}
          refusal={remedy === null ? 'There is no rule that could mend this.' : refuseOddId(user)}
          onClick={() => repair([user])}
          aria-label={`Repair ${user}`}
        >
          Repair…
        </Button>
      ),
    },
  ];
}
