import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { pool } from '@shared/contract/common';
import { SwitchboardError } from '@shared/errors';
import { hideSecrets, parseRedisUrl } from './redis/target';
import { timeLength } from './simulator/distribution';
import { SCENARIO_NAMES, scenarioText } from './simulator/library';
import { parseScenario } from './simulator/scenario-file';

/** The forms of a report, by the ending of its file. */
const REPORT_FORMATS = { '.md': 'markdown', '.html': 'html', '.json': 'json' } as const;

/** What `simulate` was asked for, validated. */
export interface SimulateOptions {
  /** Name and text of the scenario. */
  scenario: { name: string; text: string };
  /**
   * The API to go through, an address or `private`, and the Redis to go straight to, or the one of that API; neither for
   * a private Redis.
   */
  redis: string | null;
  api: string | null;
  pool: string;
  users: number | undefined;
  seed: number | undefined;
  durationMs: number;
  report: { file: string; format: (typeof REPORT_FORMATS)[keyof typeof REPORT_FORMATS] } | null;
}

/** What came of reading the command line. */
export type SimulateOutcome = { kind: 'options'; options: SimulateOptions } | { kind: 'help'; text: string };

/** Instead of an address of an API: a server of the run's own. */
export const PRIVATE_API = 'private';

/** A pipeline wants an end: scenarios that have none run for so long. */
const DEFAULT_DURATION_MS = 60_000;
const DEFAULT_POOL = 'simulated';
const MAX_SEED = 0xffff_ffff;

const FLAGS = {
  redis: {
    value: 'URL',
    help: 'go straight to this Redis (default: a private one, gone afterwards); with --api: the Redis of that server, to damage it',
  },
  api: {
    value: 'URL',
    help: `go through the HTTP API of this server, as real clients do; ${PRIVATE_API} starts one of its own, which can be killed`,
  },
  pool: {
    value: 'NAME',
    help: `the pool to use; it must hold nobody who is not simulated (default ${DEFAULT_POOL})`,
  },
  users: { value: 'NUMBER', help: 'how many people (default: as the scenario says)' },
  seed: {
    value: 'NUMBER',
    help: 'the same seed plans the same run (default: a fresh one, which is printed)',
  },
  duration: { value: 'TIME', help: 'how long, as 30s or 5m (default: as the scenario says, else 1m)' },
  report: { value: 'FILE', help: 'write the report there: .md, .html (with charts) or .json' },
} as const;
type Flag = keyof typeof FLAGS;

const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,10}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max));
const SCHEMAS = {
  users: { schema: whole(2, 100_000), allowed: 'a whole number from 2 to 100000' },
  seed: { schema: whole(0, MAX_SEED), allowed: `a whole number from 0 to ${MAX_SEED}` },
  duration: {
    schema: timeLength.refine((ms) => ms >= 1_000),
    allowed: 'a length of time from 1s on, such as 30s or 5m',
  },
  pool: { schema: pool, allowed: '1 to 32 small letters, digits, - or _' },
  api: {
    schema: z.literal(PRIVATE_API).or(z.url({ protocol: /^https?$/ })),
    allowed: `http://host[:port], https://host[:port] or ${PRIVATE_API}`,
  },
} as const satisfies Partial<Record<Flag, { schema: z.ZodType; allowed: string }>>;

/**
 * Reads the arguments of `simulate`, and the scenario they name.
 * @throws SwitchboardError `bad_input` with one line for each fault, naming the value and what is allowed instead.
 */
export function readSimulateOptions(args: readonly string[]): SimulateOutcome {
  const faults: string[] = [];
  const { given, names, help } = readFlags(args, faults);
  if (help) return { kind: 'help', text: helpText() };
  const read = <F extends keyof typeof SCHEMAS>(flag: F) => {
    const text = given.get(flag);
    if (text === undefined) return undefined;
    const { schema, allowed } = SCHEMAS[flag];
    const parsed = schema.safeParse(text);
    if (parsed.success) return parsed.data as z.output<(typeof SCHEMAS)[F]['schema']>;
    faults.push(`--${flag} ${JSON.stringify(text)}: allowed is ${allowed}`);
    return undefined;
  };
  const scenario = readScenario(names, faults);
  const redis = readRedis(given.get('redis'), faults);
  const options = {
    redis,
    api: read('api') ?? null,
    pool: read('pool') ?? DEFAULT_POOL,
    users: read('users'),
    seed: read('seed'),
    report: readReport(given.get('report'), faults),
    durationMs: read('duration') ?? scenario?.durationMs ?? DEFAULT_DURATION_MS,
  };
  if (faults.length > 0 || !scenario) throw new SwitchboardError('bad_input', faults.join('\n'), { faults });
  const { name, text } = scenario;
  return { kind: 'options', options: { ...options, scenario: { name, text } } };
}

function readFlags(args: readonly string[], faults: string[]) {
  const options = {
    help: { type: 'boolean' },
    ...Object.fromEntries(Object.keys(FLAGS).map((flag) => [flag, { type: 'string' }])),
  } as Record<string, { type: 'string' | 'boolean' }>;
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const given = new Map<Flag, string>();
  const names: string[] = [];
  let help = false;
  for (const token of tokens) {
    if (token.kind === 'positional') names.push(token.value);
    if (token.kind !== 'option') continue;
    if (token.name === 'help') help = true;
    else if (!Object.hasOwn(FLAGS, token.name))
      faults.push(`${token.rawName}: there is no such flag; see --help`);
    else if (!token.value) faults.push(`${token.rawName}: needs a value`);
    else given.set(token.name as Flag, token.value);
  }
  return { given, names, help };
}

/** A ready scenario by its name, or one's own by its file. */
function readScenario(names: readonly string[], faults: string[]) {
  const [name, ...more] = names;
  if (name === undefined || more.length > 0) {
    faults.push(
      `${name === undefined ? 'Name a scenario' : `${JSON.stringify(more.join(' '))}: name one scenario`}: ${ready()}, or a file.`,
    );
    return null;
  }
  if (SCENARIO_NAMES.includes(name)) return parsed(name, `${name}.yaml`, scenarioText(name), faults);
  if (existsSync(name) && statSync(name).isFile())
    return parsed(basename(name, extname(name)), name, readFileSync(name, 'utf8'), faults);
  faults.push(`${JSON.stringify(name)}: neither a file nor a ready scenario; ready are ${ready()}`);
  return null;
}

function parsed(name: string, file: string, text: string, faults: string[]) {
  try {
    return { name, text, durationMs: parseScenario(text, file).duration };
  } catch (fault) {
    if (!(fault instanceof SwitchboardError)) throw fault;
    faults.push(fault.message);
    return null;
  }
}

function readRedis(url: string | undefined, faults: string[]): string | null {
  if (url === undefined) return null;
  try {
    parseRedisUrl(url);
    return url;
  } catch (fault) {
    faults.push(`--redis ${JSON.stringify(hideSecrets(url))}: ${(fault as SwitchboardError).message}`);
    return null;
  }
}

function readReport(file: string | undefined, faults: string[]): SimulateOptions['report'] {
  if (file === undefined) return null;
  const ending = extname(file);
  if (!Object.hasOwn(REPORT_FORMATS, ending)) {
    faults.push(`--report ${JSON.stringify(file)}: its ending must be .md, .html or .json`);
    return null;
  }
  // Told now, not when the run is over.
  if (!existsSync(dirname(resolve(file)))) {
    faults.push(`--report ${JSON.stringify(file)}: its folder is not there`);
    return null;
  }
  return { file, format: REPORT_FORMATS[ending as keyof typeof REPORT_FORMATS] };
}

function ready(): string {
  return SCENARIO_NAMES.join(', ');
}

function helpText(): string {
  const rows = Object.entries(FLAGS).map(([flag, { value, help }]) => [`--${flag} ${value}`, help] as const);
  const width = Math.max(...rows.map(([left]) => left.length));
  return [
    'Loads a pool with simulated people, breaks what the scenario breaks, and gives a verdict.',
    '',
    'Usage: npm run simulate -- SCENARIO [flags]',
    '',
    `  ${'SCENARIO'.padEnd(width)}  ${ready()}, or a file`,
    ...rows.map(([left, help]) => `  ${left.padEnd(width)}  ${help}`),
    `  ${'--help'.padEnd(width)}  this text`,
    '',
    'Exit code: 0 every promise held, 1 one broke or a target was missed, 2 asked wrongly, 3 it could not run,',
    '130 stopped early. The key of an API that wants one comes by the environment: SWITCHBOARD_API_KEY.',
  ].join('\n');
}
