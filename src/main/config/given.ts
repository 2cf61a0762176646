import { parseArgs } from 'node:util';
import { type Setting, type SettingName, SETTINGS } from './settings';

/** The environment of the process. */
export type Environment = Readonly<Record<string, string | undefined>>;
/** The flags that were given; true for a switch. */
export type Flags = ReadonlyMap<string, string | true>;
/** Where a raw value came from, for messages. */
export interface Given {
  name: string;
  value: string;
  secret: boolean;
}

/** The flags as given; anything unknown or out of form becomes a fault, added to `faults`. */
export function readFlags(args: readonly string[], faults: string[]): Flags {
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
export function givenValue(name: SettingName, flags: Flags, env: Environment): Given | null | undefined {
  const setting: Setting = SETTINGS[name];
  if (setting.negated && flags.has(setting.negated)) return null;
  const secret = setting.secret === true;
  const flag = setting.flag ? flags.get(setting.flag) : undefined;
  if (flag !== undefined) return { name: `--${setting.flag}`, value: flag === true ? 'true' : flag, secret };
  const variable = setting.env ? env[setting.env] : undefined;
  if (setting.env === undefined || variable === undefined || variable === '') return undefined;
  if (setting.none?.test(variable)) return null;
  return { name: setting.env, value: variable, secret };
}

/** What is wrong with a value, and what is allowed instead. */
export function faultOf({ name, value, secret }: Given, allowed: string): string {
  return `${name} ${secret ? '(its value is not shown)' : JSON.stringify(value)}: allowed is ${allowed}`;
}
