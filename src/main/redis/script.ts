import { createHash } from 'node:crypto';
import { LEGAL_MOVES, STATES } from '@shared/states';

/** What a call of a script sends: its keys, and its arguments after them. */
export interface ScriptCall {
  keys: string[];
  args: (string | number)[];
}

/** A Lua script with its caller's side: how input becomes keys and arguments, how the reply is read. */
export interface Script<Input, Reply> {
  readonly name: string;
  /** The whole text as Redis gets it. */
  readonly source: string;
  /** SHA-1 of the source: what EVALSHA names. */
  readonly digest: string;
  readonly encode: (input: Input) => ScriptCall;
  /** Reads the reply. @throws SwitchboardError for a refusal that the script reports in words. */
  readonly decode: (reply: unknown, input: Input) => Reply;
}

/** Declares a script that stands alone. */
export function defineScript<Input, Reply>(spec: Omit<Script<Input, Reply>, 'digest'>): Script<Input, Reply> {
  return { ...spec, digest: createHash('sha1').update(spec.source).digest('hex') };
}

/**
 * The state table as Lua, generated from `states.ts` so that it exists once.
 * `LEGAL[from][to]` is true for a legal move; `UNKNOWN` is a user in no set.
 */
export function legalMovesAsLua(): string {
  const rows = Object.entries(LEGAL_MOVES).map(
    ([from, targets]) => `${from}={${targets.map((to) => `${to}=true`).join(',')}}`,
  );
  return `local STATES={${STATES.map((state) => `'${state}'`).join(',')}}\nlocal LEGAL={${rows.join(',')}}`;
}
