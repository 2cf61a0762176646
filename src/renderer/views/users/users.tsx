import { useCallback, useMemo } from 'react';
import type { FoundUser } from '@shared/contract/users';
import { isState, type State } from '@shared/states';
import { useSearchParams } from 'wouter';
import { DataTable } from '../../components/data-table';
import { Empty } from '../../components/panel';
import toolbar from '../../components/toolbar.module.css';
import { Unread } from '../../components/unread';
import { userAt, userPath } from '../../components/user-link';
import { describeFault } from '../../commands/run';
import { sayNobodyFound } from '../../found-words';
import { useHashLocation } from '../../hooks/use-hash-location';
import { useOld } from '../../hooks/use-old';
import { useUserWindow } from '../../hooks/use-user-window';
import { useOperation } from '../../hooks/use-operation';
import { useLive } from '../../store/live';
import { useUi } from '../../store/ui';
import { userColumns } from './columns';
import { MarkedBar } from './marked-bar';
import { useMarks } from './marks';
import { UserDrawer } from './user-drawer';
import { FoundExport, UserExport } from './user-export';
import { UserFilter } from './user-filter';
import styles from './users.module.css';

/** Everybody in the pool, by state and time in it; and everything about one of them. */
export function UsersScreen() {
  const [search] = useSearchParams();
  // As it stands in the address: the router decodes a part of it, which would make another user of `50%25`.
  const [place, navigate] = useHashLocation();
  const open = userAt(place);
  const old = useOld();
  const query = search.toString();
  const suffix = query === '' ? '' : `?${query}`;
  const openUser = useCallback(
    (row: FoundUser) => navigate(`${userPath(row.user)}${suffix}`),
    [navigate, suffix],
  );
  const word = search.get('state') ?? '';
  const state = isState(word) ? word : null;
  const order = search.get('order') === 'newest' ? 'newest' : 'oldest';
  const find = search.get('find') ?? '';
  return (
    <div className={toolbar.screen} data-old={old}>
      <h1 className="visually-hidden">Users</h1>
      <UserFilter state={state} order={order} find={find} />
      <div className={styles.split} data-open={open !== null}>
        {find === '' ? (
          <UserWindow key={`${state} ${order}`} state={state} order={order} open={open} onOpen={openUser} />
        ) : (
          <Found key={find} text={find} open={open} onOpen={openUser} />
        )}
        {open !== null && <UserDrawer key={open} user={open} onClose={() => navigate(`/users${suffix}`)} />}
      </div>
    </div>
  );
}

interface ListProps {
  open: string | null;
  onOpen: (row: FoundUser) => void;
}

function UserWindow({
  state,
  order,
  open,
  onOpen,
}: ListProps & { state: State | null; order: 'oldest' | 'newest' }) {
  const pool = useUi((ui) => ui.pool);
  const { total, at, rowAt, onVisible, loading, fault } = useUserWindow({ pool, state, order });
  const marks = useMarks();
  const columns = useMemo(() => userColumns(marks, at, open !== null), [marks, at, open]);
  return (
    <div className={styles.list}>
      {fault && <p className={toolbar.fault}>{describeFault(fault)}</p>}
      <DataTable
        label="Users"
        columns={columns}
        rowCount={total}
        rowAt={rowAt}
        onOpen={onOpen}
        isOpen={({ user }) => user === open}
        onVisible={onVisible}
        onMark={({ user }) => !marks.all && marks.toggle(user)}
        empty={
          loading || fault ? (
            <Unread failed={fault !== null} />
          ) : (
            <Empty>{state === null ? 'Nobody is here.' : `Nobody is in ${state}.`}</Empty>
          )
        }
      />
      <MarkedBar
        marks={marks}
        state={state}
        everybody={{ kind: 'all', state, count: total }}
        total={total}
        exporter={<UserExport state={state} order={order} total={total} />}
      />
    </div>
  );
}

/** Those whose id begins with a text. */
function Found({ text, open, onOpen }: ListProps & { text: string }) {
  const pool = useUi((ui) => ui.pool);
  const { data, error, isPending } = useOperation(
    'users.find',
    { pool, text, limit: 200 },
    { refreshMs: 2_000 },
  );
  const marks = useMarks();
  const rows = data?.users ?? [];
  // Whoever is in two states has two rows.
  const users = [...new Set(rows.map(({ user }) => user))];
  const at = useLive(({ overview }) => Math.floor((overview?.at ?? 0) / 1_000) * 1_000);
  const columns = useMemo(() => userColumns(marks, at, open !== null), [marks, at, open]);
  return (
    <div className={styles.list}>
      {error && <p className={toolbar.fault}>{describeFault(error)}</p>}
      {data && !data.complete && (
        <p className={toolbar.note}>
          The first {users.length} are shown; type more of the id to narrow it down.
        </p>
      )}
      <DataTable
        label={`Users whose id begins with ${text}`}
        columns={columns}
        rowCount={rows.length}
        rowAt={(index) => rows[index]}
        onOpen={onOpen}
        isOpen={({ user }) => user === open}
        onMark={({ user }) => !marks.all && marks.toggle(user)}
        empty={
          isPending || error ? (
            <Unread failed={error !== null} />
          ) : (
            <Empty>{sayNobodyFound(text, pool)}</Empty>
          )
        }
      />
      <MarkedBar
        marks={marks}
        state={null}
        everybody={{ kind: 'users', users }}
        total={users.length}
        exporter={<FoundExport rows={rows} />}
      />
    </div>
  );
}
