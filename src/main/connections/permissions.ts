import type { MissingPermission, Permissions } from '@shared/contract/connections';
import { SwitchboardError } from '@shared/errors';
import type { PoolKeys } from '../redis/keys';
import { defineScript } from '../redis/script';
import type { RedisCommand, Store } from '../redis/store';
import { CAPABILITIES } from './capabilities';
import permissionsLua from './permissions.lua?raw';

/** Asks the server whether this connection may send some commands; null where it cannot be asked. */
export const permissionsScript = defineScript<
  { keys: PoolKeys; commands: readonly RedisCommand[] },
  readonly boolean[] | null
>({
  name: 'permissions',
  source: permissionsLua,
  encode: ({ keys, commands }) => ({
    keys: [keys.sets.WAITING],
    args: commands.map((command) => JSON.stringify(command.map(String))),
  }),
  decode: (reply) => (Array.isArray(reply) ? reply.map((word) => Number(word) === 1) : null),
});

/**
 * Finds out beforehand what the Redis user of a connection may not do with a pool. Nothing is changed: the server
 * judges each command without running it.
 * @throws SwitchboardError when Redis is away
 */
export async function readPermissions(store: Store, keys: PoolKeys): Promise<Permissions> {
  const user = await whoAmI(store);
  const distinct = distinctCommands(CAPABILITIES.flatMap(({ commands }) => commands(keys)));
  const allowed = await mayRunScripts(() => store.run(permissionsScript, { keys, commands: distinct }));
  if (allowed === 'no-scripts') return withoutScripts(user, keys);
  if (allowed === null) return { user, known: false, missing: [], grant: null };
  const refused = distinct.filter((_, index) => !allowed[index]);
  const isRefused = new Set(refused.map(String));
  const missing = CAPABILITIES.map(({ what, operations, commands }): MissingPermission => {
    const denied = commands(keys).filter((command) => isRefused.has(String(command)));
    return { what, operations: [...operations], denied: [...new Set(denied.map(inWords))] };
  }).filter(({ denied }) => denied.length > 0);
  return { user, known: true, missing, grant: grantOf(user, refused, keys) };
}

/** Without scripts nothing works, whatever else is allowed. */
function withoutScripts(user: string | null, keys: PoolKeys): Permissions {
  const needed: RedisCommand[] = [
    ['EVAL', '', 1, keys.sets.WAITING],
    ['EVALSHA', '', 1, keys.sets.WAITING],
  ];
  return {
    user,
    known: true,
    missing: CAPABILITIES.map(({ what, operations }) => ({
      what,
      operations: [...operations],
      denied: needed.map(inWords),
    })),
    grant: grantOf(user, needed, keys),
  };
}

async function mayRunScripts<T>(ask: () => Promise<T>): Promise<T | 'no-scripts'> {
  try {
    return await ask();
  } catch (fault) {
    if (fault instanceof SwitchboardError && fault.code === 'redis_no_permission') return 'no-scripts';
    throw fault;
  }
}

async function whoAmI(store: Store): Promise<string | null> {
  try {
    return String(await store.command(['ACL', 'WHOAMI']));
  } catch (fault) {
    // Not allowed to ask, or a server without users.
    if (fault instanceof SwitchboardError && ['redis_no_permission', 'redis_failed'].includes(fault.code))
      return null;
    throw fault;
  }
}

function distinctCommands(commands: readonly RedisCommand[]): RedisCommand[] {
  return [...new Map(commands.map((command) => [String(command), command])).values()];
}

/** A command as its refusal is told: `zadd on matching:idle`. */
function inWords([name, ...args]: RedisCommand): string {
  const key = keyOf([name, ...args]);
  return key === null ? name.toLowerCase() : `${name.toLowerCase()} on ${key}`;
}

/** At which argument a command has its key, where that is not the first. */
const KEY_AT: Readonly<Record<string, number>> = { EVAL: 2, EVALSHA: 2, XINFO: 1, XREAD: 1 };

/** Where a command of the table has its key. */
function keyOf([name, ...args]: RedisCommand): string | null {
  if (['TIME', 'INFO', 'DBSIZE', 'SCAN'].includes(name)) return null;
  const at = KEY_AT[name] ?? 0;
  return args[at] === undefined ? null : String(args[at]);
}

/** The rule that grants what was refused: the commands, and the patterns of the keys. What is there already stays. */
function grantOf(user: string | null, refused: readonly RedisCommand[], keys: PoolKeys): string | null {
  if (refused.length === 0) return null;
  const names = new Set(
    refused.map(([name, ...args]) => (name === 'XINFO' ? `xinfo|${args[0]}` : name).toLowerCase()),
  );
  if (names.has('evalsha')) names.add('eval');
  const patterns = new Set(refused.flatMap((command) => patternOf(keyOf(command), keys) ?? []));
  const rules = [
    ...[...names].sort().map((name) => `+${name}`),
    ...[...patterns].sort().map((pattern) => `~${pattern}`),
  ];
  return `ACL SETUSER ${user ?? '<user>'} ${rules.join(' ')}`;
}

/** The family of a key, as a pattern that holds for every user and minute. */
function patternOf(key: string | null, keys: PoolKeys): string | null {
  if (key === null) return null;
  const tag = /^\{[^}]+\}:/.exec(keys.sets.WAITING)?.[0];
  if (tag !== undefined && key.startsWith(tag)) return `${tag}*`;
  return `${key.slice(0, key.indexOf(':') + 1)}*`;
}
