import { createHash } from 'node:crypto';
import type { TransactionResult } from '@shared/contract/transitions';
import { SwitchboardError } from '@shared/errors';
import { LEGAL_MOVES, type State, STATES } from '@shared/states';
import { newId } from '../lib/ids';
import type { PoolKeys } from '../redis/keys';
import { defineScript, type Script, type ScriptCall } from '../redis/script';
import answerLua from './answer.lua?raw';
import commitLua from './commit.lua?raw';
import couplesLua from './couples.lua?raw';
import crowdLua from './crowd.lua?raw';
import forgettingLua from './forgetting.lua?raw';
import leftAloneLua from './left-alone.lua?raw';
import coreLua from './core.lua?raw';
import movesLua from './moves.lua?raw';
import peopleLua from './people.lua?raw';
import readLua from './read.lua?raw';
import recordLua from './record.lua?raw';
import { DEFAULT_SETTINGS, type EngineSettings } from './settings';

/** Who acts, and under which transaction: what every moving script takes besides its own arguments. */
export interface Acting {
  keys: PoolKeys;
  settings: EngineSettings;
  /** Who acts: api, matcher, sweeper, simulator, or an operator's name. */
  by: string;
  /** Asking again with the same id within its lifetime is safe; a fresh one is made when missing. */
  transaction: string;
  requestId?: string | undefined;
  /** Milliseconds since the epoch; the server's clock when missing. Tests pass a fixed one. */
  now?: number | undefined;
}

/** What a caller may say about an action; the rest is filled in. */
export interface ActOptions {
  by?: string;
  transaction?: string | undefined;
  requestId?: string | undefined;
  now?: number | undefined;
}

/** Completes what a caller said about an action. */
export function acting(keys: PoolKeys, settings: EngineSettings, options: ActOptions): Acting {
  return {
    keys,
    settings,
    by: options.by ?? 'engine',
    transaction: options.transaction ?? newId(),
    requestId: options.requestId,
    now: options.now,
  };
}

/** The keys of scripts that include `couples.lua`. */
export function couplesKeys({ acting }: { acting: Acting }): string[] {
  return [acting.keys.prefixes.cooldown];
}

/** The keys that every moving script takes, in the order of `core.lua`. */
function coreKeys({ keys, transaction }: Acting): string[] {
  const { sets, prefixes } = keys;
  return [
    sets.IDLE,
    sets.WAITING,
    sets.CONNECTING,
    sets.IN_CALL,
    sets.DISCONNECTING,
    keys.heartbeats,
    keys.journal,
    keys.audit,
    prefixes.user,
    prefixes.history,
    prefixes.stats,
    keys.transaction(transaction),
  ];
}

/** JSON of what is there; the empty text when nothing is, which costs a script less to read. */
export function jsonOrNothing(fields: Readonly<Record<string, unknown>>): string {
  const json = JSON.stringify(fields);
  return json === '{}' ? '' : json;
}

/** The settings that moving scripts read. Those that are as usual stand in the scripts themselves. */
const SCRIPT_SETTINGS = [
  'metadataTtlMs',
  'historyCap',
  'journalCap',
  'statsTtlMs',
  'transactionTtlMs',
  'cooldownMs',
] as const satisfies readonly (keyof EngineSettings)[];

/** What of the clock and the settings is not as usual, for `core.lua`. */
function unusual({ now, settings }: Acting): Record<string, unknown> {
  const changed = SCRIPT_SETTINGS.filter((name) => settings[name] !== DEFAULT_SETTINGS[name]);
  return { now: now?.toString(), ...Object.fromEntries(changed.map((name) => [name, settings[name]])) };
}

/** Puts the usual settings in their place in a script: `DEFAULT.historyCap` becomes `'50'`. */
export function withDefaults(source: string): string {
  return source.replaceAll(/\bDEFAULT\.(\w+)/g, (_, name: string) => {
    const known = SCRIPT_SETTINGS.find((setting) => setting === name);
    if (!known) throw new Error(`No script can read a setting "${name}": add it to SCRIPT_SETTINGS.`);
    return `'${DEFAULT_SETTINGS[known]}'`;
  });
}

/** The states as Lua, generated from `states.ts` so that they exist once. */
export function statesAsLua(): string {
  return `local STATES = { ${STATES.map((state) => `'${state}'`).join(', ')} }`;
}

/**
 * The legal moves as Lua, generated from `states.ts` so that they exist once: `is_legal('IDLE', 'WAITING')`.
 * `UNKNOWN` is a user in no set.
 */
export function legalMovesAsLua(): string {
  const ways = Object.entries(LEGAL_MOVES).map(
    ([from, targets]) => `from == '${from}' and (${targets.map((to) => `to == '${to}'`).join(' or ')})`,
  );
  return `local function is_legal(from, to)\n  return ${ways.join('\n    or ')}\nend`;
}

/** What stands before the body of a script, in this order. */
const LAYERS = [coreLua, peopleLua, movesLua];

/** What a body may include, by name. */
const INCLUDES: Readonly<Record<string, string>> = {
  commit: commitLua,
  couples: couplesLua,
  crowd: crowdLua,
  forgetting: forgettingLua,
  'left-alone': leftAloneLua,
  'legal-moves': legalMovesAsLua(),
  record: recordLua,
};

/** A line of a body that stands for another text: Lua has functions for this, but makes them anew in each call. */
export const INCLUDE = /^ *-- @include (\S+)\n/gm;

function withIncludes(body: string): string {
  return body.replaceAll(INCLUDE, (_, name: string) => {
    const text = INCLUDES[name];
    if (text === undefined) throw new Error(`There is no "${name}" to include.`);
    return `${text}\n`;
  });
}

/**
 * Puts a script together. `answer.lua` runs all of it as one function, and runs it again with `read.lua` to find which
 * key is of a wrong type.
 */
function assemble(body: string): string {
  const main = ['local read = redis.call', 'local function main()', ...LAYERS, withIncludes(body), 'end'];
  return withDefaults([...main, answerLua, readLua, 'return read_again_by(read)'].join('\n'));
}

/**
 * Declares a script that moves users: the core stands before its body, the keys and arguments of the core before its
 * own arguments.
 */
export function defineMovingScript<Input extends { acting: Acting }, Reply>(spec: {
  name: string;
  body: string;
  /** Keys after those of the core. */
  keys?: (input: Input) => string[];
  /** What is not as usual, for `ARGV[5]`; undefined is left out. */
  options?: (input: Input) => Record<string, unknown>;
  /** Arguments after those of the core. */
  args: (input: Input) => ScriptCall['args'];
  /** Reads a reply. A script that returns nothing but its record says by this that all is done. */
  decode: (reply: unknown, input: Input) => Reply;
}): Script<Input, Reply> {
  const print = (input: Input) =>
    fingerprint([jsonOrNothing(spec.options?.(input) ?? {}), ...spec.args(input)]);
  return defineScript({
    name: spec.name,
    source: assemble(spec.body),
    encode(input) {
      const { acting } = input;
      return {
        keys: [...coreKeys(acting), ...(spec.keys?.(input) ?? [])],
        // In the order of the scripts' heads.
        args: [
          acting.transaction,
          acting.by,
          print(input),
          acting.requestId ?? '',
          jsonOrNothing({ ...unusual(acting), ...spec.options?.(input) }),
          ...spec.args(input),
        ],
      };
    },
    decode(reply, input) {
      assertSameRequest(reply, () => print(input), input.acting);
      return spec.decode(typeof reply === 'string' ? ['done', reply] : reply, input);
    },
  });
}

/** What a transaction id stands for: what was asked of the script that first used it. */
function fingerprint(asked: ScriptCall['args']): string {
  return createHash('sha1').update(asked.join('\0')).digest('base64url');
}

/** A repeated transaction is answered with its first result; that must have been for the same request. */
function assertSameRequest(reply: unknown, print: () => string, { transaction }: Acting): void {
  if (!Array.isArray(reply) || reply[0] !== 'repeated') return;
  const first = parseRecord(String(reply[1])).fingerprint;
  if (first === '' || first === print()) return;
  throw new SwitchboardError(
    'transaction_id_reused',
    `Transaction ${transaction} was used for something else less than 30 s ago: take a fresh id.`,
  );
}

/**
 * The record of a transaction as `record.lua` writes it.
 * A move to `false` took the user out of every set; its `undo` holds the whole metadata.
 */
export interface TransactionRecord {
  at: number;
  by: string;
  kind: string;
  fingerprint: string;
  moves: [
    user: string,
    from: State | false,
    since: number | false,
    to: State | false,
    at: number,
    cause: string,
  ][];
  undo: [user: string, before: Record<string, string | false>, mark?: number | 'new'][];
  warnings: [user: string, partner: string | false, kind: TransactionResult['warnings'][number]['kind']][];
  cooldowns: string[];
  /** The transaction that undid this one. */
  undoneBy?: string;
}

/** Whether a transaction is of a kind that can be undone at all. */
export function isUndoable(record: TransactionRecord): boolean {
  const changed = record.moves.length > 0 || KINDS_WITHOUT_MOVES.includes(record.kind);
  return record.undoneBy === undefined && changed && !KINDS_FOR_GOOD.includes(record.kind);
}

/** An undo itself, and the repair of damage that nobody wants back. The same as in `rollback.lua`. */
const KINDS_FOR_GOOD = ['rollback', 'repair-split'];

/** What can be undone although nobody moved: changes of metadata. The same as in `rollback.lua`. */
const KINDS_WITHOUT_MOVES = ['patch', 'remove', 'repair'];

/** Reads a transaction record. */
export function parseRecord(json: string): TransactionRecord {
  return JSON.parse(json) as TransactionRecord;
}

/** Turns a script's word and record into what callers get. */
export function toResult(word: string, json: string, { transaction, settings }: Acting): TransactionResult {
  const record = parseRecord(json);
  return {
    transaction,
    at: record.at,
    moves: record.moves.map(([user, from, since, to, at]) => ({
      user,
      from: from || null,
      to: to || null,
      fromSince: since === false ? null : since,
      toSince: to ? at : null,
    })),
    warnings: record.warnings.map(([user, partner, kind]) => ({ kind, user, partner: partner || null })),
    repeated: word === 'repeated',
    undoableUntil: word !== 'planned' && isUndoable(record) ? record.at + settings.transactionTtlMs : null,
  };
}

/** The result of a script that found nothing left to do, and wrote nothing. */
export function nothingDone({ transaction }: Acting, at: number): TransactionResult {
  return { transaction, at, moves: [], warnings: [], repeated: false, undoableUntil: null };
}
