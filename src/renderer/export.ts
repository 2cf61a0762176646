/** Tables as files. Pure, apart from the last step that hands a file to the browser. */

/** A value that a cell of an exported table can hold. */
export type ExportValue = string | number | boolean | null;

/** The file formats that every table offers. */
export const EXPORT_FORMATS = ['csv', 'ndjson'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Rows as a file of a format. */
export function toFile(rows: readonly Record<string, ExportValue>[], format: ExportFormat): string {
  return format === 'csv' ? toCsv(rows) : rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

/**
 * Rows as comma-separated values (RFC 4180), with a line of names first. A text that a spreadsheet would take for a
 * formula gets an apostrophe before it, since ids and names come from strangers.
 */
export function toCsv(rows: readonly Record<string, ExportValue>[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [names.map(csvCell), ...rows.map((row) => names.map((name) => csvCell(row[name] ?? null)))];
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}

function csvCell(value: ExportValue): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const TYPES: Record<ExportFormat, string> = { csv: 'text/csv', ndjson: 'application/x-ndjson' };

/** Offers a table as a file to save. */
export function saveFile(name: string, format: ExportFormat, text: string): void {
  saveText(`${name}.${format}`, TYPES[format], text);
}

/** Offers a text as a file to save. @param type its media type */
export function saveText(fileName: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
