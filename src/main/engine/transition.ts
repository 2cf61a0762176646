import type { Cause, TransactionResult } from '@shared/contract/transitions';
import { SwitchboardError } from '@shared/errors';
import type { State } from '@shared/states';
import { type Acting, defineMovingScript, parseRecord, refusal, toResult } from './core';
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

/** A transition of one user or many: all of it or nothing. */
export interface TransitionInput {
  acting: Acting;
  steps: readonly TransitionStep[];
  forced?: boolean;
  dryRun?: boolean;
  /** Of a forced move; kept in the audit trail. */
  reason?: string;
  /** Of the request, when its id came from outside. */
  fingerprint?: string;
  /** What the caller wanted in words ("join the queue"): then a wrong state is reported as a wrong moment for it. */
  flow?: string;
}

/** A metadata value as the hash keeps it. */
export function encodeField(value: string | number | boolean | null): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function encodeStep(step: TransitionStep): (string | number)[] {
  const patch = Object.entries(step.patch ?? {});
  return [
    step.user,
    step.to,
    [step.expectedFrom ?? ''].flat().join('|'),
    step.cause ?? 'transition',
    step.action ?? '',
    step.alive ? '1' : '',
    step.partner ?? '',
    step.room ?? '',
    patch.length,
    ...patch.flatMap(([field, value]) => [field, encodeField(value)]),
  ];
}

/**
 * Moves users, legally or by force.
 * @throws SwitchboardError `illegal_transition`, `moved_on` or `split_user` naming each offending step;
 *   `transaction_id_reused` when the id was used for something else.
 */
export const transitionScript = defineMovingScript<TransitionInput, TransactionResult>({
  name: 'transition',
  body: transitionLua,
  args: ({ steps, forced, dryRun, reason, fingerprint }) => [
    forced ? '1' : '',
    dryRun ? '1' : '',
    reason ?? '',
    fingerprint ?? '',
    ...steps.flatMap(encodeStep),
  ],
  decode(reply, { acting, fingerprint, flow }) {
    const [word, json] = reply as [string, string];
    if (word === 'refused') throw refusal(json, flow);
    if (word === 'repeated' && fingerprint !== undefined && parseRecord(json).fingerprint !== fingerprint)
      throw new SwitchboardError(
        'transaction_id_reused',
        `Transaction ${acting.transaction} was used for something else less than 30 s ago: take a fresh id.`,
      );
    return toResult(word, json, acting);
  },
});
