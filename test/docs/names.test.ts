import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEFAULT_ALARM_RULES } from '@shared/contract/alarms';
import { STATES } from '@shared/states';
import { ENDPOINT_CONFIGS, type EndpointConfig } from '../../src/main/api/matching/endpoints';
import { helpText } from '../../src/main/config/help';
import { arrivals } from '../../src/main/simulator/arrivals';
import { fault } from '../../src/main/simulator/fault';
import { readyScenario, SCENARIO_NAMES } from '../../src/main/simulator/library';
import { persona, PERSONA_NAMES } from '../../src/main/simulator/persona';
import { readSimulateOptions } from '../../src/main/simulate-options';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const filesIn = (folder: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));

/** Every file that a page may speak of. */
const FILES = [
  ...readdirSync(ROOT),
  ...['.github', 'bin', 'docs', 'scripts', 'src', 'test'].flatMap(filesIn),
];
const PAGES = FILES.filter((file) => file === 'README.md' || /^docs\b.*\.md$/.test(file));
const SOURCES = FILES.filter((file) => /^(src|scripts|test|bin)\b.*\.(ts|tsx|mjs)$/.test(file));
/** Files of people's own, which are not part of the tree. */
const OF_PEOPLE = ['connections.json', 'secrets.json'];

const words = (page: string) => [...page.matchAll(/`([^`\n]+)`/g)].map(([, word = '']) => word);
const namesFile = (word: string) => /^(?!\/)[\w./@-]+\.(?:ts|tsx|lua|mjs|json|yml|md)$/.test(word);
const namesPlace = (word: string) => /^(?:src|test|scripts|docs|bin|\.github)\/[\w./@-]*$/.test(word);
const isThere = (word: string) =>
  existsSync(join(ROOT, word)) || OF_PEOPLE.includes(word) || FILES.some((file) => file.endsWith(`/${word}`));

/** The rows of the table whose head begins with a certain cell; a cell without its padding. */
function tableOf(page: string, firstHead: string): string[][] {
  const lines = read(page).split('\n');
  const head = lines.findIndex((line) => line.startsWith(`| ${firstHead} `));
  const rows = lines.slice(head + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
const firstWords = (page: string, firstHead: string) =>
  tableOf(page, firstHead).map(([cell = '']) => words(cell)[0]);

describe('the names in the documentation', () => {
  it.each(PAGES)('are those of files: %s', (page) => {
    const named = words(read(page)).filter((word) => namesFile(word) || namesPlace(word));
    expect(named.filter((word) => !isThere(word))).toEqual([]);
  });

  it('are those of commands', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = PAGES.flatMap((page) => [...read(page).matchAll(/\bnpm run ([\w:]+)/g)]);
    expect(named.length).toBeGreaterThan(10);
    expect(named.map(([, name = '']) => name).filter((name) => !(name in scripts))).toEqual([]);
  });

  it('are those of variables', () => {
    const sources = SOURCES.map(read).join('\n');
    const named = PAGES.flatMap(
      (page) => read(page).match(/\b(?:SWITCHBOARD|REDIS)_[A-Z_]*[A-Z]\b(?!_)/g) ?? [],
    );
    expect(named.length).toBeGreaterThan(15);
    expect(named.filter((name) => !sources.includes(name))).toEqual([]);
  });

  it('are those of flags', () => {
    const simulate = readSimulateOptions(['--help']);
    const helps = [
      helpText(),
      simulate.kind === 'help' ? simulate.text : '',
      ...['bench', 'package', 'screenshots'].map((script) => read(`scripts/${script}.mjs`)),
    ].join('\n');
    const code = PAGES.flatMap((page) => [
      ...words(read(page)),
      ...(read(page).match(/^.*\bnpm (?:start|run).*$/gm) ?? []),
    ]);
    const named = code.flatMap((text) => text.match(/(?<![\w-])--[a-z][\w-]*/g) ?? []);
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter((flag) => !new RegExp(`${flag}(?![\\w-])`).test(helps))).toEqual([]);
  });

  it('are those of tests that show what docs/security.md says', () => {
    const tests = SOURCES.filter((file) => /\.test\.ts$|\.spec\.ts$/.test(file))
      .map(read)
      .join('\n');
    const columns = [...tableOf('docs/security.md', 'Danger'), ...tableOf('docs/security.md', '#')];
    const titles = columns
      .flatMap((cells) => words(cells.at(-1) ?? ''))
      .filter((word) => word.includes(' '))
      .map((title) => title.replace(/ ?…$/, ''));
    expect(titles.length).toBeGreaterThan(15);
    expect(titles.filter((title) => !tests.includes(title))).toEqual([]);
  });
});

describe('the lists in the documentation', () => {
  it('name every decision', () => {
    const decisions = FILES.filter((file) => /^docs.decisions.\d.*\.md$/.test(file)).sort();
    const index = read('docs/decisions/README.md');
    const missing = decisions.filter((file) => {
      const [number, title] = /^# (\d+)\. (.+)$/m.exec(read(file))?.slice(1) ?? [];
      return !index.includes(`| ${number} `) || !index.includes(`[${title}](${basename(file)})`);
    });
    expect(missing).toEqual([]);
  });

  it('show every picture', () => {
    const pages = PAGES.map(read).join('\n');
    const pictures = FILES.filter((file) => /^docs.images.*\.png$/.test(file));
    expect(pictures.filter((file) => !pages.includes(file.slice('docs/'.length)))).toEqual([]);
    const names = [...read('scripts/pictures.mjs').matchAll(/^ {2}(\w+): \{ path: /gm)].map(
      ([, name]) => name,
    );
    const taken = names.flatMap((name) => [`${name}-dark.png`, `${name}-light.png`]);
    expect(pictures.map((file) => basename(file)).sort()).toEqual(taken.sort());
  });

  it('name every benchmark and every kind of test', () => {
    const benchmarks = FILES.filter((file) => /^test.bench.[^_]\w*\.ts$/.test(file));
    expect(firstWords('docs/benchmarks.md', 'Name').toSorted()).toEqual(
      benchmarks.map((file) => file.slice('test/bench/'.length, -'.ts'.length)).sort(),
    );
    const kinds = [
      ...(/const KINDS = \{([\s\S]*?)\n\};/.exec(read('scripts/test.mjs'))?.[1] ?? '').matchAll(
        /^ {2}(\w+):/gm,
      ),
    ];
    const commands = firstWords('docs/developers.md', 'Command');
    expect(commands).toEqual(expect.arrayContaining(kinds.map(([, kind]) => `npm test -- ${kind}`)));
  });

  it('name every endpoint, and the states that it is possible in', () => {
    const rows = tableOf('docs/api.md', 'Endpoint').map(([endpoint = '', states = '']) => ({
      endpoint: words(endpoint)[0],
      states: STATES.filter((state) => /^any\b/.test(states) || states.match(/\w+/g)?.includes(state)),
    }));
    const table = Object.values<EndpointConfig>(ENDPOINT_CONFIGS).map(({ method, path, states }) => ({
      endpoint: `${method} ${path}`,
      states: STATES.filter((state) => states.includes(state)),
    }));
    expect(rows).toEqual(expect.arrayContaining(table));
    expect(rows).toHaveLength(table.length);
  });

  it('name every alarm with its thresholds', () => {
    const shown = tableOf('docs/operators.md', 'Alarm').map((cells) =>
      cells.slice(2).map((cell) => Number(/[\d.]+/.exec(cell)?.[0]) * (cell.includes('min') ? 60 : 1)),
    );
    const scale = { 'service-level': 100, 'failure-rate': 100, 'longest-wait': 1 / 1_000 } as Record<
      string,
      number
    >;
    expect(shown).toEqual(
      Object.entries(DEFAULT_ALARM_RULES.thresholds).map(([kind, { warning, critical }]) =>
        [warning, critical].map((value) => value * (scale[kind] ?? 1)),
      ),
    );
  });
});

describe('the lists of docs/simulator.md', () => {
  const page = 'docs/simulator.md';

  it('name every ready scenario, and what it shows', () => {
    expect(firstWords(page, 'Name')).toEqual(SCENARIO_NAMES);
    const caught = tableOf(page, 'Name').filter(([, , expected]) => expected === 'caught');
    expect(caught.map(([name = '']) => words(name)[0])).toEqual(
      SCENARIO_NAMES.filter((name) => readyScenario(name).expect !== 'promises-hold'),
    );
  });

  it('name every way to arrive and every fault, with their fields', () => {
    const rows = (head: string) =>
      tableOf(page, head).map(([name = '', fields = '']) =>
        [...words(name).slice(0, 1), ...words(fields)].sort(),
      );
    const schemas = (options: readonly { shape: object }[], name: string, common: string[]) =>
      options.map(({ shape }) => {
        const { value } = (shape as Record<string, { value: string }>)[name] ?? { value: '' };
        return [value, ...Object.keys(shape).filter((key) => key !== name && !common.includes(key))].sort();
      });
    const sorted = (lists: string[][]) => lists.map(String).sort();
    expect(sorted(rows('`arrivals.pattern`'))).toEqual(sorted(schemas(arrivals.options, 'pattern', [])));
    expect(sorted(rows('`faults[].do`'))).toEqual(sorted(schemas(fault.options, 'do', ['at', 'every'])));
    const needs = tableOf(page, 'Fault').flatMap(([names = '']) => words(names));
    expect(needs.toSorted()).toEqual(firstWords(page, '`faults[].do`').toSorted());
  });

  it('name every persona, and every field of one', () => {
    const paragraph = /\*\*Personas\*\*[\s\S]*?\n\n/.exec(read(page))?.[0] ?? '';
    expect(
      words(paragraph)
        .filter((word) => word !== 'but')
        .toSorted(),
    ).toEqual([...PERSONA_NAMES, ...Object.keys(persona.shape)].sort());
  });

  it('show commands that are understood', () => {
    const shown = [...read(page).matchAll(/^ {4}.*npm run simulate -- (?!SCENARIO)(.+)$/gm)];
    expect(shown.length).toBeGreaterThan(3);
    for (const [, line = ''] of shown) {
      const args = line.replace('./mine.yaml', 'steady').split(' ');
      expect(readSimulateOptions(args), line).toHaveProperty('kind', 'options');
    }
  });
});
