import type { RunRecord } from './record';
import { count, escape, seconds } from './report-words';
import { courseCharts } from './report-charts';

type Violation = RunRecord['violations'][number];
/** One row of a table: what, and how much. */
type Row = readonly string[];

/** A run as Markdown, to keep beside a ticket or in a pull request. */
export function toMarkdown(record: RunRecord): string {
  const { verdict, violations, strikes } = record;
  return [
    `# ${verdict.passed ? 'Passed' : 'Failed'}: ${record.scenario.title}`,
    record.scenario.description,
    `**${verdict.summary}**`,
    ...verdict.warnings.map((warning) => `Warning: ${warning}`),
    markdownTable(['', ''], headRows(record)),
    '## What was measured',
    markdownTable(['', ''], figureRows(record)),
    ...(verdict.targets.length > 0
      ? ['## Targets', markdownTable(['', 'measured', 'target', ''], targetRows(record))]
      : []),
    ...(strikes.length > 0
      ? [
          '## Faults',
          markdownTable(
            ['at', 'fault', 'hit'],
            strikes.map((one) => [seconds(one.at), one.fault, one.detail]),
          ),
        ]
      : []),
    '## Broken promises',
    violations.length === 0 ? 'None.' : violations.map(violationInMarkdown).join('\n\n'),
    '## Scenario',
    fenced(record.text),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

/** A run as one HTML page without anything from elsewhere: verdict, figures, charts, evidence. */
export function toHtml(record: RunRecord): string {
  const { verdict, violations, strikes } = record;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escape(record.scenario.title)}: ${verdict.passed ? 'passed' : 'failed'}</title>
<style>${STYLE}</style>
<main>
<h1><span class="${verdict.passed ? 'good' : 'bad'}">${verdict.passed ? 'Passed' : 'Failed'}</span> ${escape(record.scenario.title)}</h1>
<p>${escape(record.scenario.description)}</p>
<p><strong>${escape(verdict.summary)}</strong></p>
${verdict.warnings.map((warning) => `<p class="warning">⚠ ${escape(warning)}</p>`).join('\n')}
${htmlTable([], headRows(record))}
${courseCharts(record)}
<h2>What was measured</h2>
${htmlTable([], figureRows(record))}
${verdict.targets.length > 0 ? `<h2>Targets</h2>${htmlTable(['', 'measured', 'target', ''], targetRows(record))}` : ''}
${
  strikes.length > 0
    ? `<h2>Faults</h2>${htmlTable(
        ['at', 'fault', 'hit'],
        strikes.map((one) => [seconds(one.at), one.fault, one.detail]),
      )}`
    : ''
}
<h2>Broken promises</h2>
${violations.length === 0 ? '<p>None.</p>' : violations.map(violationInHtml).join('\n')}
<h2>Scenario</h2>
<pre>${escape(record.text)}</pre>
</main>
</html>
`;
}

function headRows({ scenario, seed, deployment, pool, startedAt, elapsedMs }: RunRecord): Row[] {
  return [
    ['scenario', scenario.name],
    ['seed', String(seed)],
    ['deployment, pool', `${deployment}, ${pool}`],
    ['started', `${new Date(startedAt).toISOString().slice(0, 19).replace('T', ' ')} UTC`],
    ['lasted', seconds(elapsedMs)],
  ];
}

function figureRows({ figures, service, verdict, samples }: RunRecord): Row[] {
  const cpu = samples.reduce((sum, { cpuShare }) => sum + cpuShare, 0) / Math.max(1, samples.length);
  return [
    ['people present, wanted', `${count(figures.present)}, ${count(figures.target)}`],
    ['people who came', count(figures.arrived)],
    ['moves', count(figures.moves)],
    ['requests, of them refused', `${count(figures.requests)}, ${count(figures.refusals)}`],
    ['requests repeated', count(figures.repeats)],
    ['answers, p50 and p95', `${ms(service.answerP50Ms)}, ${ms(service.answerP95Ms)}`],
    ['a partner notices, p95', ms(service.noticeP95Ms)],
    [
      'waits for a partner, mean, p50 and p95',
      `${ms(service.waitMeanMs)}, ${ms(service.waitP50Ms)}, ${ms(service.waitP95Ms)}`,
    ],
    ['pairs, of them passing somebody over', `${count(service.pairs)}, ${percent(service.overtakenShare)}`],
    ['pictures compared with the journal', count(verdict.compared)],
    ['the simulator itself', `${percent(cpu)} of one core, late by ${figures.lagMs} ms at the end`],
  ];
}

/** Each target: what, measured, target, and whether it was met. */
export function targetRows({ verdict }: Pick<RunRecord, 'verdict'>): Row[] {
  return verdict.targets.map(({ name, what, measured, target, met }) => {
    const show = name === 'overtaken' ? percent : ms;
    return [what, show(measured), show(target), met ? 'met' : 'missed'];
  });
}

function ms(value: number | null): string {
  if (value === null) return NOTHING;
  return value < 10 ? `${value.toFixed(1)} ms` : `${count(Math.round(value))} ms`;
}

function percent(share: number | null): string {
  return share === null ? NOTHING : `${(share * 100).toFixed(1)} %`;
}

function timelineRows({ timeline }: Violation): Row[] {
  return timeline.map(({ at, from, to, cause, by, partner }) => [
    new Date(at).toISOString().slice(11, 23),
    `${from ?? 'nowhere'} → ${to ?? 'nowhere'}`,
    cause,
    by,
    partner ?? '',
  ]);
}

const NOTHING = 'nothing';
const TIMELINE = ['time (UTC)', 'move', 'cause', 'by', 'partner'];

function violationInMarkdown(violation: Violation): string {
  const rows = timelineRows(violation);
  const head = `### ${violation.kind} at ${seconds(violation.at)}\n\n${violation.message}`;
  return rows.length === 0 ? head : `${head}\n\n${markdownTable(TIMELINE, rows)}`;
}

function violationInHtml(violation: Violation): string {
  const rows = timelineRows(violation);
  return `<h3>${escape(violation.kind)} at ${seconds(violation.at)}</h3><p>${escape(violation.message)}</p>${rows.length === 0 ? '' : htmlTable(TIMELINE, rows)}`;
}

function markdownTable(head: Row, rows: readonly Row[]): string {
  const line = (cells: Row) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function htmlTable(head: Row, rows: readonly Row[]): string {
  const line = (cells: Row, tag: 'th' | 'td') =>
    `<tr>${cells.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>${head.length > 0 ? line(head, 'th') : ''}${rows.map((row) => line(row, 'td')).join('')}</table>`;
}

/** A scenario as a block of code; a line of backticks in it would end the block. */
function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}yaml\n${text.trimEnd()}\n${fence}`;
}

const STYLE = `:root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;margin:2rem}main{max-width:56rem;margin:auto}
h1 span{border-radius:.3em;padding:.1em .4em;color:#fff}.good{background:#0b7a59}.bad{background:#c22f39}
table{border-collapse:collapse;margin:1rem 0;font-variant-numeric:tabular-nums}td,th{border-bottom:1px solid #8884;padding:.25rem .75rem .25rem 0;text-align:left;overflow-wrap:anywhere}pre{white-space:pre-wrap;overflow-wrap:anywhere}
figure{margin:1.5rem 0}svg{overflow:visible;width:100%;height:auto;border-bottom:1px solid #8888}.legend span{margin-right:1rem}.legend i{display:inline-block;width:.8em;height:.8em;margin-right:.3em;border-radius:2px}
line.fault{stroke:light-dark(#c22f39,#ff8a8f);stroke-dasharray:4 3}.legend i.fault{width:0;height:1em;border-left:2px dashed light-dark(#c22f39,#ff8a8f);border-radius:0;vertical-align:-.15em}
@media print{:root{color-scheme:light}body{margin:0}figure,tr{break-inside:avoid}h2,h3{break-after:avoid}h1 span,.legend i{print-color-adjust:exact}}`;
