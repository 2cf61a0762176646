/** A figure with what is expected of it. */
export interface Expectation {
  what: string;
  value: number;
  atLeast?: number;
  atMost?: number;
}

/** A table for people: the first column names the row. */
export interface Table {
  title: string;
  columns: readonly string[];
  rows: readonly (readonly (string | number)[])[];
}

/** What a benchmark found. */
export interface Report {
  name: string;
  server: string;
  /** Sizes and settings of this run. */
  setting: Record<string, number | string>;
  tables: readonly Table[];
  expectations: readonly Expectation[];
}

/** Whether a figure is as expected. */
export function isMet({ value, atLeast = -Infinity, atMost = Infinity }: Expectation): boolean {
  return value >= atLeast && value <= atMost;
}

/** Prints a report, as tables or as one JSON object. Returns whether every expectation is met. */
export function printReport(report: Report, json: boolean): boolean {
  const expectations = report.expectations.map((one) => ({ ...one, met: isMet(one) }));
  if (json) console.log(JSON.stringify({ ...report, expectations }));
  else console.log(inWords({ ...report, expectations }));
  return expectations.every(({ met }) => met);
}

function inWords({ name, server, setting, tables, expectations }: Report): string {
  const facts = Object.entries(setting).map(([what, value]) => `${what} ${show(value)}`);
  const verdicts: Table = {
    title: 'Expected',
    columns: ['', 'measured', 'expected', ''],
    rows: expectations.map((one) => [
      one.what,
      show(one.value),
      [
        one.atLeast === undefined ? '' : `at least ${show(one.atLeast)}`,
        one.atMost === undefined ? '' : `at most ${show(one.atMost)}`,
      ]
        .filter(Boolean)
        .join(', '),
      isMet(one) ? 'met' : 'NOT MET',
    ]),
  };
  return [`${name} on ${server} (${facts.join(', ')})`, ...[...tables, verdicts].map(layOut)].join('\n\n');
}

function layOut({ title, columns, rows }: Table): string {
  const cells = [columns, ...rows].map((row) => row.map((cell) => show(cell)));
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return [title, ...lines.map((line) => `  ${line}`)].join('\n');
}

function show(value: string | number): string {
  if (typeof value === 'string') return value;
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString('en-US');
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}
