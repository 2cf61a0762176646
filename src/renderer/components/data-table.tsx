import { useVirtualizer } from '@tanstack/react-virtual';
import {
  type CSSProperties,
  type KeyboardEvent,
  memo,
  type ReactNode,
  useEffect,
  useRef,
  useState,
} from 'react';
import styles from './data-table.module.css';

/** One column: its head, its share of the width in grid terms, and what stands in its cells. */
export interface Column<Row> {
  key: string;
  head: ReactNode;
  /** A CSS grid track: `90px`, `minmax(80px, 1fr)`. */
  width: string;
  align?: 'end';
  cell: (row: Row) => ReactNode;
}

interface DataTableProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rowCount: number;
  /** The row at a place, or nothing while it is on its way. */
  rowAt: (index: number) => Row | undefined;
  /**
   * What tells rows apart while they move: needed where a row has buttons, so that focus stays with the row. Without
   * it rows are drawn into the places that are there, which is several times cheaper while thousands pass.
   */
  rowKey?: (row: Row) => string;
  /** What a click or Enter does with a row. */
  onOpen?: (row: Row) => void;
  /** Which row is open beside the table. */
  isOpen?: (row: Row) => boolean;
  /** Tells which rows are in view, so that they can be fetched. */
  onVisible?: (first: number, last: number) => void;
  /** Space marks rows where this is given. */
  onMark?: (row: Row) => void;
  /** How many lines a row has room for, so that sentences can be read to their end; one when missing. */
  lines?: number;
  /** In place of rows, when there are none. */
  empty: ReactNode;
}

/** A row of one line, and what each further line adds. */
const ROW_PX = 30;
const LINE_PX = 16;
const OVERSCAN = 6;
/** Between two columns; and beside the first and the last one, with the scroll bar's gutter. */
const GAP_PX = 10;
const EDGES_PX = 40;

/**
 * A table of any length: only the rows in view exist. Arrow keys, Page Up and Down, Home and End move through it,
 * Enter opens a row.
 */
export function DataTable<Row>({ columns, rowCount, rowAt, rowKey, ...rest }: DataTableProps<Row>) {
  const { label, onOpen, isOpen, onVisible, onMark, lines = 1, empty } = rest;
  const rowPx = ROW_PX + (lines - 1) * LINE_PX;
  const frame = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState(0);
  // eslint-disable-next-line react-hooks/incompatible-library -- no compiler memoizes this component
  const virtual = useVirtualizer({
    count: rowCount,
    getScrollElement: () => frame.current,
    estimateSize: () => rowPx,
    overscan: OVERSCAN,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => onVisible?.(first, last), [onVisible, first, last]);

  // Never fewer than rows drawn at once, so that two of these never share a place, and hardly more: a row that comes
  // into view is drawn into the place of the one that left.
  const places = Math.ceil((virtual.scrollRect?.height ?? 0) / rowPx) + 2 * OVERSCAN + 2;

  const template = { gridTemplateColumns: columns.map(({ width }) => width).join(' ') };
  const sizes = {
    '--least-width': `${leastWidth(columns)}px`,
    '--row-height': `${rowPx}px`,
  } as CSSProperties;
  const active = Math.min(current, Math.max(0, rowCount - 1));
  const rowsShareElements = !rowKey;
  useEffect(() => {
    if (rowsShareElements && frame.current) keepFocusOff(frame.current, active);
  }, [rowsShareElements, active, first, last]);

  function moveTo(index: number): void {
    const target = Math.max(0, Math.min(rowCount - 1, index));
    setCurrent(target);
    virtual.scrollToIndex(target);
    requestAnimationFrame(() =>
      frame.current?.querySelector<HTMLElement>(`[data-index="${target}"]`)?.focus(),
    );
  }

  function onKeyDown(event: KeyboardEvent<HTMLDivElement>): void {
    const page = Math.max(1, Math.floor((frame.current?.clientHeight ?? 0) / rowPx) - 2);
    const target = keyTarget(event.key, active, page, rowCount);
    const row = rowAt(active);
    const onRow = event.target instanceof HTMLElement && event.target.dataset['index'] !== undefined;
    if (target !== null) moveTo(target);
    else if (event.key === 'Enter' && onRow && row !== undefined && onOpen) onOpen(row);
    else if (event.key === ' ' && onRow && row !== undefined && onMark) onMark(row);
    else return;
    event.preventDefault();
  }

  return (
    <div className={styles.table} role="table" aria-label={label} aria-rowcount={rowCount + 1} style={sizes}>
      <div className={styles.head} role="rowgroup">
        <div className={styles.row} role="row" style={template}>
          {columns.map(({ key, head, align }) => (
            <div key={key} role="columnheader" className={styles.cell} data-align={align}>
              {head}
            </div>
          ))}
        </div>
      </div>
      {rowCount === 0 && <div className={styles.empty}>{empty}</div>}
      <div
        className={styles.frame}
        ref={frame}
        role="rowgroup"
        tabIndex={rowCount === 0 ? undefined : -1}
        onKeyDown={onKeyDown}
        hidden={rowCount === 0}
      >
        <div
          className={styles.space}
          role="presentation"
          data-wraps={lines > 1 || undefined}
          style={{ height: virtual.getTotalSize() }}
        >
          {items.map(({ index, start }) => {
            const row = rowAt(index);
            return (
              <TableRow
                key={row === undefined || !rowKey ? `place ${index % places}` : rowKey(row)}
                row={row}
                columns={columns as readonly Column<unknown>[]}
                index={index}
                start={start}
                isCurrent={index === active}
                isOpen={row !== undefined && (isOpen?.(row) ?? false)}
                onOpen={onOpen as ((row: unknown) => void) | undefined}
                onFocus={setCurrent}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** What a table cannot do with less than, in pixels: in a window with less room it scrolls sideways. */
function leastWidth(columns: readonly Pick<Column<unknown>, 'width'>[]): number {
  const least = columns.reduce(
    (sum, { width }) => sum + (Number.parseFloat(width.replace(/^\D+/, '')) || 0),
    0,
  );
  return least + (columns.length - 1) * GAP_PX + EDGES_PX;
}

/** A focused row that scrolled out of view hands its focus to the table, not to the row now drawn in its place. */
function keepFocusOff(frame: HTMLElement, active: number): void {
  const row = frame.contains(document.activeElement) && document.activeElement?.closest('[data-index]');
  if (row instanceof HTMLElement && row.dataset['index'] !== String(active)) frame.focus();
}

/** Where a key leads, or null for a key that does not move. */
function keyTarget(key: string, from: number, page: number, rowCount: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return from + 1;
    case 'ArrowUp':
      return from - 1;
    case 'PageDown':
      return from + page;
    case 'PageUp':
      return from - page;
    case 'Home':
      return 0;
    case 'End':
      return rowCount - 1;
    default:
      return null;
  }
}

interface TableRowProps {
  row: unknown;
  columns: readonly Column<unknown>[];
  index: number;
  start: number;
  isCurrent: boolean;
  isOpen: boolean;
  onOpen: ((row: unknown) => void) | undefined;
  onFocus: (index: number) => void;
}

const TableRow = memo(function TableRow({ row, columns, index, start, ...rest }: TableRowProps) {
  const { isCurrent, isOpen, onOpen, onFocus } = rest;
  return (
    <div
      className={styles.row}
      role="row"
      aria-rowindex={index + 2}
      aria-current={isOpen || undefined}
      data-index={index}
      data-opens={onOpen !== undefined}
      tabIndex={isCurrent ? 0 : -1}
      style={{
        gridTemplateColumns: columns.map(({ width }) => width).join(' '),
        transform: `translateY(${start}px)`,
      }}
      onFocus={() => onFocus(index)}
      onClick={onOpen && row !== undefined ? () => onOpen(row) : undefined}
    >
      {columns.map(({ key, align, cell }) => (
        <div key={key} role="cell" className={styles.cell} data-align={align}>
          {row === undefined ? <span className={styles.pending} /> : cell(row)}
        </div>
      ))}
    </div>
  );
});
