import { Download } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { EXPORT_FORMATS, type ExportFormat, type ExportValue, saveFile, toFile } from '../export';
import { Button } from './button';
import { Menu } from './menu';
import menu from './menu.module.css';

/** Offers a table as a file. */
export function ExportMenu({
  onExport,
  refusal,
}: {
  onExport: (format: ExportFormat) => void;
  refusal?: string | null;
}) {
  return (
    <Menu
      align="end"
      disabled={Boolean(refusal)}
      trigger={
        <Button refusal={refusal}>
          <Download size={13} aria-hidden />
          Export
        </Button>
      }
    >
      {EXPORT_FORMATS.map((format) => (
        <DropdownMenu.Item key={format} className={menu.item} onSelect={() => onExport(format)}>
          {format === 'csv' ? 'CSV (spreadsheets)' : 'NDJSON (one JSON object per line)'}
        </DropdownMenu.Item>
      ))}
    </Menu>
  );
}

interface ExportRowsProps<Row> {
  /** Of the file, without its ending. */
  name: string;
  rows: readonly Row[];
  toRecord: (row: Row) => Record<string, ExportValue>;
}

/** Offers the rows that are shown as a file. */
export function ExportRows<Row>({ name, rows, toRecord }: ExportRowsProps<Row>) {
  return (
    <ExportMenu
      onExport={(format) => saveFile(name, format, toFile(rows.map(toRecord), format))}
      refusal={rows.length === 0 ? 'There is nothing to export.' : null}
    />
  );
}
