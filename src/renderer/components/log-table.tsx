import type { Log } from '../hooks/use-log';
import { type Column, DataTable } from './data-table';
import { Empty } from './panel';
import toolbar from './toolbar.module.css';
import { Unread } from './unread';

interface LogTableProps<Entry> {
  label: string;
  log: Log<Entry>;
  columns: readonly Column<Entry>[];
  /** What else went wrong on the same screen; shown instead of the log's own fault. */
  fault?: string | null | undefined;
  /** In words, when nothing has been written yet, or nothing agrees with the filter. */
  empty: string;
}

const keyOf = ({ id }: { id: string }) => id;

/** The entries of a log, newest first, below what went wrong with reading them. */
export function LogTable<Entry extends { id: string }>({
  label,
  log,
  columns,
  fault,
  empty,
}: LogTableProps<Entry>) {
  const told = fault ?? log.fault;
  return (
    <>
      {told && <p className={toolbar.fault}>{told}</p>}
      <DataTable
        label={label}
        columns={columns}
        rowCount={log.entries.length}
        rowAt={(index) => log.entries[index]}
        rowKey={keyOf}
        empty={log.known ? <Empty>{empty}</Empty> : <Unread failed={log.fault !== null} />}
      />
    </>
  );
}
