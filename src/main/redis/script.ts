import { createHash } from 'node:crypto';

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
