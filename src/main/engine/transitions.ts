import type { Finding } from '@shared/contract/integrity';
import type { TransactionResult } from '@shared/contract/transitions';
import { SwitchboardError } from '@shared/errors';
import { getValidTransitions, isLegalMove, type State } from '@shared/states';
import { type BulkOptions, type BulkOutcome, inChunks } from './bulk';
import type { EngineContext } from './context';
import { type Acting, acting, type ActOptions } from './core';
import type { TransitionErrorEvent, TransitionEvent } from './events';
import { lookScript, type Whereabouts } from './look';
import { removeScript } from './remove';
import { rollbackScript } from './rollback';
import { runMoving } from './run-moving';
import { scan, type ScanOptions } from './scan';
import { type Transition, type TransitionInput, transitionScript, type TransitionStep } from './transition';
import { listUndoable, type UndoableList } from './undoable';

/** What a plain move may say besides who and where to. */
export type MoveOptions = ActOptions & Omit<TransitionStep, 'user' | 'to'>;

/** Whether a move would be legal now. A moment later it may not be: the script decides. */
export interface Verdict {
  valid: boolean;
  /** Null for a user in no set, and for a damaged one who is in several. */
  from: State | null;
  allowed: readonly State[];
  message: string;
}

/** Whether a whole pool is sound. */
export interface SystemVerdict {
  sound: boolean;
  /** False when the walk was cancelled. */
  complete: boolean;
  findings: number;
  /** The first of the findings. */
  examples: Finding[];
}

/**
 * Every way to move users by name: one or many, legally or by force, and back again. Each call is one script, safe to
 * repeat with the same transaction id.
 */
export class Transitions {
  constructor(private readonly context: EngineContext) {}

  /** Whether a user may go to a state now, and where it may go instead. Reads only. */
  async validateTransition(user: string, to: State): Promise<Verdict> {
    const where = await this.look(user);
    const from = where.state;
    if (where.states.length > 1)
      return {
        valid: false,
        from,
        allowed: [],
        message: `${user} is in ${where.states.join(' and ')} at once: repair it first.`,
      };
    const allowed = getValidTransitions(from);
    const valid = isLegalMove(from, to);
    const message = `${user} is ${from ?? 'in no state'} and may go to ${allowed.join(' or ')}${valid ? '' : `, not to ${to}`}.`;
    return { valid, from, allowed, message };
  }

  /** The states that a user may go to now; none for a damaged user. */
  async getValidTransitions(user: string): Promise<readonly State[]> {
    const where = await this.look(user);
    return where.states.length > 1 ? [] : getValidTransitions(where.state);
  }

  /**
   * Moves one user.
   * @throws SwitchboardError `illegal_transition` naming the state and what is allowed there, `moved_on` when the user
   *   is not where the caller expected, or `split_user`.
   */
  performTransition(user: string, to: State, options: MoveOptions = {}): Promise<TransactionResult> {
    return this.performBatchTransitions([{ ...options, user, to }], options);
  }

  /**
   * Moves several users, or one user several times, in order: all of it or nothing.
   * @throws SwitchboardError as `performTransition`, with every offending step in `details.faults`.
   */
  performBatchTransitions(
    steps: readonly TransitionStep[],
    options: ActOptions & { dryRun?: boolean } = {},
  ): Promise<TransactionResult> {
    return this.transition({ acting: this.acting(options), steps, dryRun: options.dryRun ?? false });
  }

  /**
   * Puts users into a state, from whatever state they are in: all of them or none. The audit trail has it in the same
   * breath. Partners who are left alone are named in the warnings.
   * @throws SwitchboardError `unknown_user` for whoever nobody knows, `bad_input` without a reason.
   */
  async forceTransition(
    users: string | readonly string[],
    to: State,
    reason: string,
    options: ActOptions & { dryRun?: boolean } = {},
  ): Promise<TransactionResult> {
    const steps = [users].flat().map((user) => forcedStep(user, to));
    return this.transition({
      acting: this.acting(options),
      steps,
      forced: true,
      dryRun: options.dryRun ?? false,
      reason: requiredReason(reason),
    });
  }

  /**
   * Puts thousands of users into a state, in chunks that are transactions of their own. Whoever is unknown, there
   * already, or not in `expectedFrom` any more is skipped and named; what stops it is told in the outcome.
   * @throws SwitchboardError `bad_input` without a reason.
   */
  async forceMany(
    users: readonly string[],
    to: State,
    reason: string,
    options: BulkOptions & { expectedFrom?: TransitionStep['expectedFrom'] } = {},
  ): Promise<BulkOutcome> {
    const why = requiredReason(reason);
    const { dryRun = false, expectedFrom } = options;
    return inChunks(users, options, (chunk, transaction) =>
      this.transition({
        acting: this.acting({ ...options, transaction }),
        steps: chunk.map((user) => ({ ...forcedStep(user, to), expectedFrom })),
        forced: true,
        skip: true,
        dryRun,
        reason: why,
      }),
    );
  }

  /**
   * Takes users out of every state and forgets them, in chunks that are transactions of their own; partners go back
   * to the queue. Undo brings back the state, its place and the whole metadata. Whoever is unknown, or not in
   * `expectedFrom` any more, is skipped and named. It does not throw: what stops it is told in the outcome.
   */
  async removeUsers(
    users: readonly string[],
    reason: string,
    options: BulkOptions & { expectedFrom?: State } = {},
  ): Promise<BulkOutcome> {
    return inChunks(users, options, (chunk, transaction) =>
      this.removeTogether(chunk, reason, { ...options, transaction }),
    );
  }

  /**
   * As `removeUsers`, in one transaction: for up to some hundred users.
   * @throws SwitchboardError `bad_input` without a reason.
   */
  async removeTogether(
    users: readonly string[],
    reason: string,
    options: ActOptions & { dryRun?: boolean; expectedFrom?: State } = {},
  ): Promise<Transition> {
    const { dryRun = false, expectedFrom } = options;
    const why = requiredReason(reason);
    const input = { acting: this.acting(options), users, dryRun, expectedFrom, reason: why };
    return runMoving(this.context, removeScript, input, (result) => result);
  }

  /**
   * Undoes a transaction within its lifetime (30 s), once, from any process: everybody is again where they were, with
   * the earlier place in the queue and the earlier metadata.
   * @throws SwitchboardError `moved_on` naming who is not where the transaction put them any more; `not_undoable`.
   */
  rollbackTransaction(
    target: string,
    options: ActOptions & { reason?: string } = {},
  ): Promise<TransactionResult> {
    const input = { acting: this.acting(options), target, reason: options.reason ?? '' };
    return runMoving(this.context, rollbackScript, input, (result) => result);
  }

  /**
   * Walks everybody in bounded steps and tells whether the pool is sound: nobody in two states, nobody alone in a
   * call, metadata in step with the sets. Whoever merely moved meanwhile is not reported.
   */
  async validateSystemState(options: ScanOptions & { examples?: number } = {}): Promise<SystemVerdict> {
    const { examples = 100, ...how } = options;
    const verdict: SystemVerdict = { sound: true, complete: true, findings: 0, examples: [] };
    for await (const event of scan(this.context, how)) {
      if (event.type !== 'finding') continue;
      verdict.sound = false;
      verdict.findings += 1;
      if (verdict.examples.length < examples) verdict.examples.push(event.finding);
    }
    verdict.complete = !options.signal?.aborted;
    return verdict;
  }

  /** The transactions that can still be undone, newest first. Reads a bounded number of journal entries. */
  listUndoable(limit = 50): Promise<UndoableList> {
    return listUndoable(this.context, limit);
  }

  /** Calls back after each transaction of this process; the journal tells of every process. Returns how to end it. */
  onTransition(listener: (event: TransitionEvent) => void | Promise<void>): () => void {
    return this.context.events.onTransition(listener);
  }

  /** Calls back after each transaction of this process that was refused or failed. Returns how to end it. */
  onError(listener: (event: TransitionErrorEvent) => void | Promise<void>): () => void {
    return this.context.events.onError(listener);
  }

  private transition(input: TransitionInput): Promise<Transition> {
    return runMoving(this.context, transitionScript, input, (result) => result);
  }

  private async look(user: string): Promise<Whereabouts> {
    const { store, keys } = this.context;
    const [where] = await store.run(lookScript, { keys, users: [user] });
    return where ?? { user, state: null, since: null, states: [], matchedWith: null, room: null };
  }

  private acting(options: ActOptions): Acting {
    return acting(this.context.keys, this.context.settings, options);
  }
}

function forcedStep(user: string, to: State): TransitionStep {
  return { user, to, cause: 'force' };
}

/** The reason of a forced change. @throws SwitchboardError `bad_input` when there is none. */
export function requiredReason(reason: string): string {
  const text = reason.trim();
  if (text === '') throw new SwitchboardError('bad_input', 'Say why: a forced change needs a reason.');
  return text;
}
