import { createHash } from 'node:crypto';
import type { TransactionResult } from '@shared/contract/transitions';
import { type ErrorCode, SwitchboardError } from '@shared/errors';
import { getValidTransitions, isState, LEGAL_MOVES, type State, STATES } from '@shared/states';
import { newId } from '../lib/ids';
import type { PoolKeys } from '../redis/keys';
import { defineScript, type Script, type ScriptCall } from '../redis/script';
import answerLua from './answer.lua?raw';
import commitLua from './commit.lua?raw';
import coreLua from './core.lua?raw';
import movesLua from './moves.lua?raw';
import peopleLua from './people.lua?raw';
import readLua from './read.lua?raw';
import recordLua from './record.lua?raw';
import type { EngineSettings } from './settings';

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

/** The keys that every moving script takes, in the order of `core.lua`. */
export function coreKeys(keys: PoolKeys): string[] {
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
    prefixes.cooldown,
    prefixes.stats,
    prefixes.transaction,
  ];
}

/** The arguments that every moving script takes, in the order of `core.lua`. */
export function coreArgs(acting: Acting): (string | number)[] {
  const { settings } = acting;
  return [
    acting.now ?? '',
    acting.transaction,
    acting.by,
    acting.requestId ?? '',
    settings.metadataTtlMs,
    settings.historyCap,
    settings.journalCap,
    settings.statsTtlMs,
    settings.transactionTtlMs,
    settings.cooldownMs,
  ];
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
const LAYERS = [coreLua, peopleLua, movesLua, recordLua, commitLua];

/**
 * Puts a script together. `answer.lua` runs all of it as one function, and runs it again with `read.lua` to find which
 * key is of a wrong type.
 */
function assemble(parts: readonly string[]): string {
  const main = ['local read = redis.call', 'local function main()', ...LAYERS, ...parts, 'end'];
  return [...main, answerLua, readLua, 'return read_again_by(read)'].join('\n');
}

/**
 * Declares a script that moves users: the core stands before its body, the keys and arguments of the core before its
 * own arguments.
 */
export function defineMovingScript<Input extends { acting: Acting }, Reply>(spec: {
  name: string;
  body: string;
  /** What else stands between the core and the body. */
  parts?: readonly string[];
  /** Keys after those of the core. */
  keys?: (keys: PoolKeys) => string[];
  args: (input: Input) => ScriptCall['args'];
  decode: (reply: unknown, input: Input) => Reply;
}): Script<Input, Reply> {
  const argsOf = (input: Input) => {
    const own = spec.args(input);
    return [...coreArgs(input.acting), fingerprint(own), ...own];
  };
  return defineScript({
    name: spec.name,
    source: assemble([...(spec.parts ?? []), spec.body]),
    encode: (input) => ({
      keys: [...coreKeys(input.acting.keys), ...(spec.keys?.(input.acting.keys) ?? [])],
      args: argsOf(input),
    }),
    decode(reply, input) {
      assertSameRequest(reply, spec.args(input), input.acting);
      return spec.decode(reply, input);
    },
  });
}

/** What a transaction id stands for: the arguments of the script that first used it. */
export function fingerprint(args: ScriptCall['args']): string {
  return createHash('sha1').update(args.join('\0')).digest('base64url');
}

/** A repeated transaction is answered with its first result; that must have been for the same request. */
function assertSameRequest(reply: unknown, args: ScriptCall['args'], { transaction }: Acting): void {
  if (!Array.isArray(reply) || reply[0] !== 'repeated') return;
  const first = parseRecord(String(reply[1])).fingerprint;
  if (first === '' || first === fingerprint(args)) return;
  throw new SwitchboardError(
    'transaction_id_reused',
    `Transaction ${transaction} was used for something else less than 30 s ago: take a fresh id.`,
  );
}

/**
 * The record of a transaction as `encode_record` in `record.lua` writes it.
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

/** One reason why a script refused, as it reports it. */
export type ScriptFault = [
  step: number,
  user: string,
  states: (State | 'UNKNOWN')[],
  wanted: string,
  word:
    | 'illegal'
    | 'expected'
    | 'split'
    | 'wrong_state'
    | 'alone'
    | 'cooldown'
    | 'unknown'
    | 'there'
    | 'moved_on'
    | 'left',
];

function statesInWords(states: readonly string[]): string {
  return states.map((state) => (state === 'UNKNOWN' ? 'in no state' : state)).join(' and ');
}

/** What a flow's verb is called in a sentence: "alice is IDLE and cannot …". */
const VERBS: Readonly<Record<string, string>> = {
  pair: 'be paired',
  skip: 'skip a partner',
  end: 'end a call',
  connect: 'enter a call',
  fail: 'fail to connect',
  leave: 'leave the queue',
};

/** What a fault means, as a clause without a full stop. */
export function explain([, user, states, wanted, word]: ScriptFault): string {
  const where = statesInWords(states);
  switch (word) {
    case 'split':
      return `${user} is in ${states.length} states at once (${states.join(', ')}): repair it first`;
    case 'wrong_state':
      return `${user} is ${where} and cannot ${VERBS[wanted] ?? wanted}`;
    case 'alone':
      return `${user} is ${where}, but the partner is not there any more: let the connection fail instead`;
    case 'left':
      return `${user} is ${where} by now and would be missing in the pair`;
    case 'cooldown':
      return `${user} and ${wanted} were together a moment ago and are kept apart for a while`;
    case 'unknown':
      return `${user} is not known`;
    case 'there':
      return `${user} is ${where} already`;
    case 'moved_on':
      return `${user} is ${where} by now`;
    case 'expected':
      return `${user} is ${where} by now, not where it was expected`;
    case 'illegal': {
      const state = states[0] ?? 'UNKNOWN';
      const allowed = getValidTransitions(state === 'UNKNOWN' ? null : state);
      return `${user} is ${where} and may go to ${allowed.join(' or ')}, not to ${wanted}`;
    }
  }
}

/** The code of a refusal for several reasons is that of the gravest. */
const CODES = [
  ['split', 'split_user'],
  ['illegal', 'illegal_transition'],
  ['unknown', 'unknown_user'],
  ['expected', 'moved_on'],
  ['moved_on', 'moved_on'],
  ['left', 'moved_on'],
  ['cooldown', 'on_cooldown'],
] as const satisfies readonly (readonly [ScriptFault[4], ErrorCode])[];

/**
 * The error for a refused script: names each user, its state and the states it may go to. Nothing was written.
 * @param flow what the caller wanted in words, where a wrong state is a wrong moment rather than a wrong move
 */
export function refusal(json: string, flow?: string): SwitchboardError {
  const faults = (JSON.parse(json) as ScriptFault[]).map((fault): ScriptFault => {
    const [step, user, states, , word] = fault;
    return flow && word !== 'split' ? [step, user, states, flow, 'wrong_state'] : fault;
  });
  const details = faults.map((fault) => {
    const [step, user, states, wanted, word] = fault;
    const only = states.length === 1 && states[0] !== undefined && isState(states[0]) ? states[0] : null;
    return {
      step,
      user,
      currentState: only,
      states: states.filter((state) => state !== 'UNKNOWN'),
      wanted,
      word,
      allowedStates: states.length === 1 ? getValidTransitions(only) : [],
      message: explain(fault),
    };
  });
  const words = new Set(faults.map((fault) => fault[4]));
  const code = CODES.find(([word]) => words.has(word))?.[1] ?? 'wrong_state';
  const shown = details.slice(0, 3).map((fault) => fault.message);
  const rest = details.length > 3 ? `; and ${details.length - 3} more` : '';
  return new SwitchboardError(code, `${shown.join('; ')}${rest}.`, { faults: details });
}
