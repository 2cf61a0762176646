import { join } from 'node:path';
import envPaths from 'env-paths';
import { DEFAULT_POOL } from '@shared/contract/common';
import type { Role } from '@shared/contract/define';
import type { LogLevel } from '@shared/contract/service';
import { SwitchboardError } from '@shared/errors';
import type { ApiToken } from '../api/authenticate';
import { hideSecrets, parseRedisUrl, type RedisTarget } from '../redis/target';
import { type Environment, faultOf, givenValue, readFlags } from './given';
import { helpText } from './help';
import { type SettingName, SETTINGS } from './settings';

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
  /** Whether stale users are swept as this process starts; undefined to do so where it sweeps anyway. */
  cleanUpAtStart: boolean | undefined;
  logLevel: LogLevel;
  /** What HTTP callers must show; secrets come by environment only, never by flag. None: no key is needed. */
  apiTokens: readonly ApiToken[];
  /** Pages of which other origins may call the API. */
  apiOrigins: readonly string[];
  /** Names under which this server is reached, beside localhost and IP addresses. */
  allowedHosts: readonly string[];
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
    else faults.push(faultOf(given, SETTINGS[name].allowed));
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
  const switchOf = (name: SettingName) =>
    values.get(name) === null ? false : (values.get(name) as boolean | undefined);
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
    workers: switchOf('workers'),
    cleanUpAtStart: switchOf('cleanUpAtStart'),
    logLevel: get('logLevel', 'warn'),
    apiTokens: tokensOf(get('apiKey', undefined), get('apiTokens', [])),
    apiOrigins: get('apiOrigins', []),
    allowedHosts: get('allowedHosts', []),
  };
}

function tokensOf(apiKey: string | undefined, tokens: readonly ApiToken[]): readonly ApiToken[] {
  return apiKey === undefined ? tokens : [{ actor: 'api', role: 'admin', secret: apiKey }, ...tokens];
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
