/** Tables as files. Pure, apart from the last step that hands a file to the browser. */

/** A value that a cell of an exported table can hold. */
export type ExportValue = string | number | boolean | null;

/** The file formats that every table offers. */
export const EXPORT_FORMATS = ['csv', 'ndjson'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** A row of an exported table, by the names of its columns. */
type ExportRow = Readonly<Record<string, ExportValue>>;

/** Rows as a file of a format. */
export function toFile(rows: readonly ExportRow[], format: ExportFormat): string {
  return format === 'csv' ? toCsv(rows) : toNdjson(rows);
}

/** A file that grows row by row, so that no table is too long to be made without holding up the page. */
export interface GrowingFile {
  /** Adds rows. In CSV the first ones say which columns there are. */
  add: (rows: readonly ExportRow[]) => void;
  /** What it consists of so far, in order. */
  readonly parts: readonly string[];
}

/** Begins a file of a format. */
export function growFile(format: ExportFormat): GrowingFile {
  const parts: string[] = [];
  let names: readonly string[] | null = null;
  return {
    parts,
    add(rows) {
      if (rows.length === 0) return;
      if (format === 'ndjson') return void parts.push(toNdjson(rows));
      if (!names) parts.push(csvLine((names = namesOf(rows))));
      parts.push(csvLines(rows, names));
    },
  };
}

/**
 * Rows as comma-separated values (RFC 4180), with a line of names first. A text that a spreadsheet would take for a
 * formula gets an apostrophe before it, since ids and names come from strangers.
 */
export function toCsv(rows: readonly ExportRow[]): string {
  const names = namesOf(rows);
  return csvLine(names) + csvLines(rows, names);
}

function namesOf(rows: readonly ExportRow[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

function csvLines(rows: readonly ExportRow[], names: readonly string[]): string {
  return rows.map((row) => csvLine(names.map((name) => row[name] ?? null))).join('');
}

function csvLine(values: readonly ExportValue[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}

function toNdjson(rows: readonly ExportRow[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

function csvCell(value: ExportValue): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const TYPES: Record<ExportFormat, string> = { csv: 'text/csv', ndjson: 'application/x-ndjson' };

/** Offers a table as a file to save. */
export function saveFile(name: string, format: ExportFormat, ...parts: readonly string[]): void {
  saveText(`${name}.${format}`, TYPES[format], ...parts);
}

/** Offers a text as a file to save. @param type its media type */
export function saveText(fileName: string, type: string, ...parts: readonly string[]): void {
  const url = URL.createObjectURL(new Blob([...parts], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
