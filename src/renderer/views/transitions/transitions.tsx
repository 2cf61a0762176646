import { useCallback, useMemo, useState } from 'react';
import type { JournalEntry, JournalFilter } from '@shared/contract/transitions';
import { Button } from '../../components/button';
import { DataTable } from '../../components/data-table';
import { ExportRows } from '../../components/export-menu';
import { Choice } from '../../components/fields';
import { Empty } from '../../components/panel';
import toolbar from '../../components/toolbar.module.css';
import { formatCount, formatThings } from '../../format';
import { useOld } from '../../hooks/use-old';
import { useFeed } from '../../hooks/use-feed';
import { useFilter } from '../../hooks/use-filter';
import { type JournalSearch, useJournalSearch } from '../../hooks/use-journal-search';
import { useUi } from '../../store/ui';
import { moveColumns } from './columns';
import { exportMove, type FilterField, NO_FILTER, readFilter } from './filter';
import { FilterBar } from './filter-bar';
import { MoveDetails } from './move-details';
import { EMPTY_TAIL, receiveMoves, releaseMoves } from './tail';
import styles from './transitions.module.css';

type Mode = 'live' | 'retained';
const MODES: readonly { value: Mode; label: string }[] = [
  { value: 'live', label: 'Live' },
  { value: 'retained', label: 'All that is kept' },
];

/** Every move as it happens, and every move that is still kept. */
export function TransitionsScreen() {
  const old = useOld();
  const [search, change] = useFilter<FilterField | 'show'>();
  const [open, setOpen] = useState<JournalEntry | null>(null);
  const mode: Mode = search.get('show') === 'retained' ? 'retained' : 'live';
  const { filter, faults } = readFilter(search);
  const isFiltered = Object.keys(filter).length + Object.keys(faults).length > 0;

  const bar = (
    <>
      <Choice
        label="Which moves"
        value={mode}
        options={MODES}
        onChange={(value) => change({ show: value === 'live' ? '' : value })}
      />
      <FilterBar
        values={search}
        faults={faults}
        isFiltered={isFiltered}
        onChange={(field, value) => change({ [field]: value })}
        onClear={() => change(NO_FILTER)}
      />
    </>
  );
  const fault = Object.values(faults)[0] ?? null;
  return (
    <div className={toolbar.screen} data-old={old}>
      <h1 className="visually-hidden">Transitions</h1>
      {mode === 'live' ? (
        <LiveMoves key={JSON.stringify(filter)} filter={filter} bar={bar} fault={fault} onOpen={setOpen} />
      ) : (
        <RetainedMoves filter={filter} bar={bar} fault={fault} onOpen={setOpen} />
      )}
      {open && <MoveDetails move={open} onClose={() => setOpen(null)} />}
    </div>
  );
}

interface MovesProps {
  filter: JournalFilter;
  bar: React.ReactNode;
  fault: string | null;
  onOpen: (move: JournalEntry) => void;
}

function LiveMoves({ filter, bar, fault, onOpen }: MovesProps) {
  const pool = useUi((state) => state.pool);
  const paused = useUi((state) => state.pausedAt !== null);
  const [tail, setTail] = useState(EMPTY_TAIL);
  const [scrolled, setScrolled] = useState(false);
  const holding = paused || scrolled;
  const trouble = useFeed('transitions', { pool, filter }, (event) =>
    setTail((now) => receiveMoves(now, event, holding)),
  );
  if (!holding && tail.passed > 0) setTail(releaseMoves);
  const onVisible = useCallback((first: number) => setScrolled(first > 0), []);
  return (
    <>
      <div className={toolbar.toolbar}>
        {bar}
        <span className={toolbar.tools}>
          <span className={toolbar.note} role="status">
            {holding && tail.passed > 0 && `standing still · ${formatThings(tail.passed, 'newer move')}`}
            {!holding && tail.skipped > 0 && `${formatCount(tail.skipped)} came too fast to be shown`}
          </span>
          <ExportRows name="transitions" rows={tail.shown} toRecord={exportMove} />
        </span>
      </div>
      {(fault ?? trouble) && <p className={toolbar.fault}>{fault ?? trouble}</p>}
      <MovesTable
        label="Moves as they happen"
        moves={tail.shown}
        onOpen={onOpen}
        onVisible={onVisible}
        empty={<Empty>No such move yet. The next one appears here at once.</Empty>}
      />
    </>
  );
}

function RetainedMoves({ filter, bar, fault, onOpen }: MovesProps) {
  const pool = useUi((state) => state.pool);
  const { search, goOn, cancel } = useJournalSearch(pool, filter);
  return (
    <>
      <div className={toolbar.toolbar}>
        {bar}
        <span className={toolbar.tools}>
          <Progress search={search} onCancel={cancel} onGoOn={goOn} />
          <ExportRows name="transitions" rows={search.entries} toRecord={exportMove} />
        </span>
      </div>
      {(fault ?? search.fault) && <p className={toolbar.fault}>{fault ?? search.fault}</p>}
      <MovesTable
        label="Moves that are kept"
        moves={search.entries}
        onOpen={onOpen}
        empty={
          <Empty>
            {search.status === 'running'
              ? 'Searching…'
              : 'No move that is still kept agrees with this filter. Clear a field to see more.'}
          </Empty>
        }
      />
    </>
  );
}

function Progress({
  search,
  onCancel,
  onGoOn,
}: {
  search: JournalSearch;
  onCancel: () => void;
  onGoOn: () => void;
}) {
  const seen = `${formatCount(search.entries.length)} found in ${formatCount(search.scanned)} of ${formatCount(search.total)}`;
  return (
    <>
      <span className={toolbar.note} role="status">
        {seen}
      </span>
      {search.status === 'running' && (
        <>
          <progress
            className={styles.progress}
            aria-label="Search"
            max={Math.max(1, search.total)}
            value={search.scanned}
          />
          <Button onClick={onCancel}>Cancel</Button>
        </>
      )}
      {search.status !== 'running' && search.status !== 'done' && <Button onClick={onGoOn}>Go on</Button>}
    </>
  );
}

interface MovesTableProps {
  label: string;
  moves: readonly JournalEntry[];
  onOpen: (move: JournalEntry) => void;
  onVisible?: (first: number) => void;
  empty: React.ReactNode;
}

function MovesTable({ moves, ...rest }: MovesTableProps) {
  const zone = useUi((state) => state.zone);
  const columns = useMemo(() => moveColumns(zone), [zone]);
  return <DataTable {...rest} columns={columns} rowCount={moves.length} rowAt={(index) => moves[index]} />;
}
