import type { Cause, TransactionResult } from '@shared/contract/transitions';
import type { State } from '@shared/states';
import { type Acting, defineMovingScript, jsonOrNothing, nothingDone, toResult } from './core';
import { explain, refusal, type ScriptFault } from './refusal';
import transitionLua from './transition.lua?raw';

/** One step of a transition. Steps are carried out in order; a user may appear more than once. */
export interface TransitionStep {
  user: string;
  to: State;
  /** Refuse unless the user is in this state, or one of these, by then; `UNKNOWN` for a user in no set. */
  expectedFrom?: State | 'UNKNOWN' | readonly (State | 'UNKNOWN')[] | undefined;
  cause?: Cause;
  /** What the user did, for the counters. */
  action?: 'skip' | 'end' | 'match' | 'queue' | 'disconnect' | undefined;
  /** The user asked for it, which proves that they live: renews the heartbeat. */
  alive?: boolean;
  partner?: string | undefined;
  room?: string | undefined;
  /** Further metadata to write: strings as they are, other values as JSON. */
  patch?: Record<string, string | number | boolean | null> | undefined;
}

/** A transition of one user or many. */
export interface TransitionInput {
  acting: Acting;
  steps: readonly TransitionStep[];
  forced?: boolean;
  dryRun?: boolean;
  /** Leave out each step that cannot be made, instead of refusing them all. */
  skip?: boolean;
  /** Of a forced move; kept in the audit trail. */
  reason?: string;
  /** What the caller wanted in words ("join the queue"): then a wrong state is reported as a wrong moment for it. */
  flow?: string;
}

/** What a transition did, and which steps it left out where it was told to. */
export interface Transition extends TransactionResult {
  skipped: SkippedUser[];
}

/** A user whom an action on many left out, and why. */
export interface SkippedUser {
  user: string;
  /** The sets the user was in. */
  states: string[];
  why: ScriptFault[4];
  message: string;
}

/** A metadata value as the hash keeps it. */
export function encodeField(value: string | number | boolean | null): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function encodeStep(step: TransitionStep): (string | number)[] {
  const { expectedFrom, action, partner, room, patch } = step;
  return [
    step.user,
    step.to,
    step.cause ?? 'transition',
    step.alive ? '1' : '',
    jsonOrNothing({
      expected: expectedFrom && [expectedFrom].flat().join('|'),
      action,
      partner: partner || undefined,
      room: room || undefined,
      patch: patch && Object.entries(patch).flatMap(([field, value]) => [field, encodeField(value)]),
    }),
  ];
}

/** Reads the faults of steps that were left out. */
export function toSkipped(json: string): SkippedUser[] {
  return (JSON.parse(json) as ScriptFault[]).map((fault) => ({
    user: fault[1],
    states: fault[2].filter((state) => state !== 'UNKNOWN'),
    why: fault[4],
    message: `${explain(fault)}.`,
  }));
}

/**
 * Moves users, legally or by force: all or nothing, unless told to skip.
 * @throws SwitchboardError `illegal_transition`, `moved_on`, `unknown_user` or `split_user` naming each offending
 *   step; `transaction_id_reused` when the id was used for something else.
 */
export const transitionScript = defineMovingScript<TransitionInput, Transition>({
  name: 'transition',
  body: transitionLua,
  options: ({ forced, dryRun, skip, reason }) => ({
    forced: forced || undefined,
    reason: forced ? (reason ?? '') : undefined,
    dry: dryRun || undefined,
    skip: skip || undefined,
  }),
  args: ({ steps }) => steps.flatMap(encodeStep),
  decode(reply, { acting, flow }) {
    const [word, json, faults = '[]'] = reply as [word: string, json: string, faults?: string];
    if (word === 'refused') throw refusal(json, flow);
    const skipped = toSkipped(faults);
    if (word === 'none') return { ...nothingDone(acting, Number(json)), skipped };
    return { ...toResult(word, json, acting), skipped };
  },
});
