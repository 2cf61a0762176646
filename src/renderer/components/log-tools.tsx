import type { ExportValue } from '../export';
import { formatCount } from '../format';
import type { Log } from '../hooks/use-log';
import { Button } from './button';
import { ExportRows } from './export-menu';
import toolbar from './toolbar.module.css';

interface LogToolsProps<Entry> {
  log: Log<Entry>;
  /** Of the exported file. */
  name: string;
  toRecord: (entry: Entry) => Record<string, ExportValue>;
  /** Since when entries are shown, in words. */
  since?: string | undefined;
}

/** The right end of a log's tool bar: how much of it is shown, more of it, and all that is shown as a file. */
export function LogTools<Entry>({ log, name, toRecord, since }: LogToolsProps<Entry>) {
  const { entries, total, loadOlder, reading } = log;
  return (
    <span className={toolbar.tools}>
      <span className={toolbar.note}>
        {formatCount(entries.length)} shown of {formatCount(total)} kept
        {since !== undefined && `, since ${since}`}
      </span>
      {loadOlder && (
        <Button onClick={() => void loadOlder()} disabled={reading}>
          {reading ? 'Reading…' : 'Load older'}
        </Button>
      )}
      <ExportRows name={name} rows={entries} toRecord={toRecord} />
    </span>
  );
}
