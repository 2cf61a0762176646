import { join } from 'node:path';
import { parseArgs } from 'node:util';
import envPaths from 'env-paths';
import { z } from 'zod';
import { DEFAULT_POOL, pool, role } from '@shared/contract/common';
import { profileId } from '@shared/contract/connections';
import type { Role } from '@shared/contract/define';
import { SwitchboardError } from '@shared/errors';
import { type ApiToken, readTokens } from './api/authenticate';
import { hideSecrets, parseRedisUrl, type RedisTarget } from './redis/target';

/** How the console is shown: in a browser, not at all, or (`auto`) on the desktop where there is one. */
export type Display = 'auto' | 'browser' | 'headless';

/** Everything that flags and environment decide, validated. */
export interface Config {
  display: Display;
  host: string;
  /** 0 takes a free port. */
  port: number;
  /** Null for the embedded store. */
  redis: RedisTarget | null;
  /** The profile to start on instead of an address; undefined for none. */
  connection: string | undefined;
  /** The file in which the profiles of connections are. */
  connectionsFile: string;
  maxRetries: number;
  connectTimeoutMs: number;
  commandTimeoutMs: number;
  pool: string;
  /** The scenario to start with; null for none; undefined to let the store decide. */
  simulate: string | null | undefined;
  /** What the console's user may do; undefined to let the store decide. */
  role: Role | undefined;
  /** The name that stands in the audit trail; undefined for that of the system's user. */
  actor: string | undefined;
  openBrowser: boolean;
  /** Whether this process matches and sweeps; undefined to let the store and the display decide. */
  workers: boolean | undefined;
  logLevel: LogLevel;
  /** What HTTP callers must show; secrets come by environment only, never by flag. None: no key is needed. */
  apiTokens: readonly ApiToken[];
  /** Pages of which other origins may call the API. */
  apiOrigins: readonly string[];
  /** Names under which this server is reached, beside localhost and IP addresses. */
  allowedHosts: readonly string[];
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a setting may come from, and what it must be. Flags win over the environment. */
interface Setting {
  flag?: string;
  env?: string;
  /** What the flag takes; a setting without it is a switch. */
  value?: string;
  /** For `--no-…`, the switch that says the opposite. */
  negated?: string;
  schema: z.ZodType;
  /** What is allowed, in words, for messages. */
  allowed: string;
  help: string;
}

const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max));
const onOff = z
  .string()
  .regex(/^(1|true|yes|on|0|false|no|off)$/i)
  .transform((word) => /^(1|true|yes|on)$/i.test(word));
const list = (item: RegExp) =>
  z
    .string()
    .transform((text) => text.split(',').map((one) => one.trim()))
    .pipe(z.array(z.string().regex(item)));
const ON_OFF = 'true or false';
const SCENARIO = /^[a-z0-9][a-z0-9-]{0,63}$/;

const SETTINGS = {
  browser: {
    flag: 'browser',
    env: 'SWITCHBOARD_BROWSER',
    schema: onOff,
    allowed: ON_OFF,
    help: 'serve the console to a browser, also where a desktop window could open',
  },
  headless: {
    flag: 'headless',
    env: 'SWITCHBOARD_HEADLESS',
    schema: onOff,
    allowed: ON_OFF,
    help: 'serve the matching API without a console',
  },
  port: {
    flag: 'port',
    env: 'SWITCHBOARD_PORT',
    value: 'NUMBER',
    schema: whole(0, 65_535),
    allowed: 'a whole number from 0 to 65535 (0 takes a free one)',
    help: 'where to listen (default 4780)',
  },
  host: {
    flag: 'host',
    env: 'SWITCHBOARD_HOST',
    value: 'ADDRESS',
    schema: z.string().regex(/^[A-Za-z0-9.:_-]{1,253}$/),
    allowed: 'a host name or an IP address',
    help: 'which address to listen on (default 127.0.0.1)',
  },
  redis: {
    flag: 'redis',
    env: 'REDIS_URL',
    value: 'URL',
    schema: z.string().min(1),
    allowed: 'redis://[user:password@]host[:port][/database], rediss://… or unix:///path',
    help: 'the Redis to work on (default: a private one whose data is not kept)',
  },
  connection: {
    flag: 'connection',
    env: 'SWITCHBOARD_CONNECTION',
    value: 'ID',
    schema: profileId,
    allowed: 'the id of a connection: small letters, digits and -',
    help: 'start on a connection that is kept under this id, instead of --redis',
  },
  connectionsFile: {
    env: 'SWITCHBOARD_CONNECTIONS',
    schema: z.string().min(1),
    allowed: 'the path of a file',
    help: 'where the connections are kept (default: connections.json in your configuration folder)',
  },
  pool: {
    flag: 'pool',
    env: 'SWITCHBOARD_POOL',
    value: 'NAME',
    schema: pool,
    allowed: '1 to 32 small letters, digits, - or _',
    help: `the pool to show first (default ${DEFAULT_POOL})`,
  },
  simulate: {
    flag: 'simulate',
    env: 'SWITCHBOARD_SIMULATE',
    value: 'SCENARIO',
    negated: 'no-simulate',
    schema: z.string().regex(SCENARIO),
    allowed: 'the name of a scenario, such as steady, or none',
    help: 'simulated people to start with (default: steady before a private store, none on a named Redis or headless)',
  },
  role: {
    flag: 'role',
    env: 'SWITCHBOARD_ROLE',
    value: 'ROLE',
    schema: role,
    allowed: 'viewer, operator or admin',
    help: 'what you may do (default: admin in the private store, viewer on a named Redis)',
  },
  actor: {
    flag: 'as',
    env: 'SWITCHBOARD_ACTOR',
    value: 'NAME',
    schema: z.string().regex(/^[\w.@-]{1,64}$/),
    allowed: '1 to 64 letters, digits or . _ @ -',
    help: 'your name in the audit trail, where several people share an account (default: the name of that account)',
  },
  open: {
    negated: 'no-open',
    env: 'SWITCHBOARD_OPEN',
    schema: onOff,
    allowed: ON_OFF,
    help: 'do not open the browser by itself',
  },
  workers: {
    flag: 'workers',
    negated: 'no-workers',
    env: 'SWITCHBOARD_WORKERS',
    schema: onOff,
    allowed: ON_OFF,
    help: 'pair and sweep in this process (default: in the private store and with --headless)',
  },
  maxRetries: {
    env: 'REDIS_MAX_RETRIES',
    schema: whole(0, 1_000),
    allowed: 'a whole number from 0 to 1000',
    help: 'attempts to reach Redis before giving up (default 10)',
  },
  connectTimeoutMs: {
    env: 'REDIS_CONNECT_TIMEOUT',
    schema: whole(1, 600_000),
    allowed: 'milliseconds from 1 to 600000',
    help: 'how long connecting may take (default 10000)',
  },
  commandTimeoutMs: {
    env: 'REDIS_COMMAND_TIMEOUT',
    schema: whole(1, 600_000),
    allowed: 'milliseconds from 1 to 600000',
    help: 'how long one command may take (default 5000)',
  },
  logLevel: {
    env: 'SWITCHBOARD_LOG',
    schema: z.enum(LOG_LEVELS),
    allowed: LOG_LEVELS.join(', '),
    help: 'how much is logged to standard error (default warn)',
  },
  apiKey: {
    env: 'SWITCHBOARD_API_KEY',
    schema: z.string().min(16),
    allowed: 'at least 16 characters',
    help: 'what callers of the HTTP API must show; it has every right',
  },
  apiTokens: {
    env: 'SWITCHBOARD_API_TOKENS',
    schema: z.string().transform((text, context) => {
      const { tokens, faults } = readTokens(text);
      for (const message of faults) context.addIssue({ code: 'custom', message });
      return tokens;
    }),
    allowed:
      'name:role:key, separated by commas; a role of viewer, operator, admin; keys of at least 16 characters',
    help: 'further keys of the HTTP API, each with a name and a role',
  },
  apiOrigins: {
    env: 'SWITCHBOARD_API_ORIGINS',
    schema: list(/^https?:\/\/[^/\s,]+$/),
    allowed: 'origins such as https://app.example, separated by commas',
    help: 'whose pages may call the HTTP API from a browser (default: none)',
  },
  allowedHosts: {
    env: 'SWITCHBOARD_ALLOWED_HOSTS',
    schema: list(/^[A-Za-z0-9.-]+$/),
    allowed: 'host names without a port, separated by commas',
    help: 'names under which this server is reached, beside localhost and IP addresses',
  },
} satisfies Record<string, Setting>;

type SettingName = keyof typeof SETTINGS;
/** Where a raw value came from, for messages. */
interface Given {
  name: string;
  value: string;
  secret: boolean;
}

/** What came of reading flags and environment. */
export type ConfigOutcome = { kind: 'config'; config: Config } | { kind: 'help'; text: string };

/**
 * Reads flags and environment.
 * @throws SwitchboardError `bad_input` whose message has one line for each fault: the name, the value, what is
 *   allowed instead. Values of secrets are not shown.
 */
export function readConfig(args: readonly string[], env: Environment): ConfigOutcome {
  const faults: string[] = [];
  const flags = readFlags(args, faults);
  if (flags.get('help')) return { kind: 'help', text: helpText() };

  const values = new Map<SettingName, unknown>();
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const given = givenValue(name, flags, env);
    if (given === undefined || given === null) {
      if (given === null) values.set(name, null);
      continue;
    }
    const parsed = SETTINGS[name].schema.safeParse(given.value);
    if (parsed.success) values.set(name, parsed.data);
    else faults.push(fault(given, SETTINGS[name].allowed));
  }
  const redis = readTarget(values.get('redis'), givenValue('redis', flags, env)?.name, faults);
  if (values.get('browser') === true && values.get('headless') === true)
    faults.push('--browser and --headless: choose one of the two');
  if (values.has('redis') && values.has('connection'))
    faults.push('--redis and --connection: choose one of the two');
  if (faults.length > 0) throw new SwitchboardError('bad_input', faults.join('\n'), { faults });
  return { kind: 'config', config: toConfig(values, redis) };
}

function toConfig(values: ReadonlyMap<SettingName, unknown>, redis: RedisTarget | null): Config {
  const get = <T>(name: SettingName, fallback: T) => (values.get(name) ?? fallback) as T;
  const display = get('headless', false) ? 'headless' : get('browser', false) ? 'browser' : 'auto';
  return {
    display,
    host: get('host', '127.0.0.1'),
    port: get('port', 4780),
    redis,
    connection: get('connection', undefined),
    connectionsFile: get(
      'connectionsFile',
      join(envPaths('Switchboard', { suffix: '' }).config, 'connections.json'),
    ),
    maxRetries: get('maxRetries', 10),
    connectTimeoutMs: get('connectTimeoutMs', 10_000),
    commandTimeoutMs: get('commandTimeoutMs', 5_000),
    pool: get('pool', DEFAULT_POOL),
    simulate: values.get('simulate') as string | null | undefined,
    role: values.get('role') as Role | undefined,
    actor: get('actor', undefined),
    openBrowser: values.get('open') !== null && get('open', true),
    workers: values.get('workers') === null ? false : (values.get('workers') as boolean | undefined),
    logLevel: get('logLevel', 'warn'),
    apiTokens: tokensOf(get('apiKey', undefined), get('apiTokens', [])),
    apiOrigins: get('apiOrigins', []),
    allowedHosts: get('allowedHosts', []),
  };
}

function tokensOf(apiKey: string | undefined, tokens: readonly ApiToken[]): readonly ApiToken[] {
  return apiKey === undefined ? tokens : [{ actor: 'api', role: 'admin', secret: apiKey }, ...tokens];
}

/** The flags as given; anything unknown or out of form becomes a fault. */
function readFlags(args: readonly string[], faults: string[]): Map<string, string | true> {
  const flags = new Map<string, string | true>();
  const known = knownFlags();
  const options = Object.fromEntries([...known].map(([name, type]) => [name, { type }]));
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'positional') faults.push(`"${token.value}": flags only, please; see --help`);
    if (token.kind !== 'option') continue;
    const type = known.get(token.name);
    if (!type) faults.push(`${token.rawName}: there is no such flag; see --help`);
    else if (type === 'string' && (token.value === undefined || token.value === ''))
      faults.push(`${token.rawName}: needs a value`);
    else if (type === 'boolean' && token.value !== undefined)
      faults.push(`${token.rawName} "${token.value}": takes no value`);
    else flags.set(token.name, token.value ?? true);
  }
  return flags;
}

function knownFlags(): Map<string, 'string' | 'boolean'> {
  const known = new Map<string, 'string' | 'boolean'>([['help', 'boolean']]);
  for (const { flag, value, negated } of Object.values<Setting>(SETTINGS)) {
    if (flag) known.set(flag, value ? 'string' : 'boolean');
    if (negated) known.set(negated, 'boolean');
  }
  return known;
}

/** A setting's raw value: null when it was negated, undefined when it was not given. */
function givenValue(
  name: SettingName,
  flags: ReadonlyMap<string, string | true>,
  env: Environment,
): Given | null | undefined {
  const setting: Setting = SETTINGS[name];
  if (setting.negated && flags.has(setting.negated)) return null;
  const secret = name === 'apiKey' || name === 'apiTokens' || name === 'redis';
  const flag = setting.flag ? flags.get(setting.flag) : undefined;
  if (flag !== undefined) return { name: `--${setting.flag}`, value: flag === true ? 'true' : flag, secret };
  const variable = setting.env ? env[setting.env] : undefined;
  if (setting.env === undefined || variable === undefined || variable === '') return undefined;
  if (name === 'simulate' && /^(none|off|false|0)$/i.test(variable)) return null;
  return { name: setting.env, value: variable, secret };
}

function fault({ name, value, secret }: Given, allowed: string): string {
  return `${name} ${secret ? '(its value is not shown)' : JSON.stringify(value)}: allowed is ${allowed}`;
}

function readTarget(url: unknown, name: string | undefined, faults: string[]): RedisTarget | null {
  if (typeof url !== 'string') return null;
  try {
    return parseRedisUrl(url);
  } catch (error) {
    faults.push(`${name} ${JSON.stringify(hideSecrets(url))}: ${(error as SwitchboardError).message}`);
    return null;
  }
}

function helpText(): string {
  const rows = Object.values<Setting>(SETTINGS).map(({ flag, value, negated, env, help }) => {
    const names = [flag && `--${flag}${value ? ` ${value}` : ''}`, negated && `--${negated}`].filter(Boolean);
    return { left: names.join(', '), env: env ?? '', help };
  });
  const flags = rows.filter(({ left }) => left);
  const width = Math.max(...flags.map(({ left }) => left.length));
  const envWidth = Math.max(...rows.map(({ env }) => env.length));
  return [
    'Switchboard: the operations console for real-time matching queues on Redis.',
    '',
    'Usage: npm start -- [flags]        or: switchboard [flags]',
    '',
    ...flags.map(({ left, help }) => `  ${left.padEnd(width)}  ${help}`),
    `  ${'--help'.padEnd(width)}  this text`,
    '',
    'The same by environment; a flag wins:',
    '',
    ...rows.filter(({ env }) => env).map(({ env, help }) => `  ${env.padEnd(envWidth)}  ${help}`),
  ].join('\n');
}
