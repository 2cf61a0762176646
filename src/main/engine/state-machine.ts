import type { TransactionResult } from '@shared/contract/transitions';
import { SwitchboardError } from '@shared/errors';
import type { State } from '@shared/states';
import { type Connection, connectScript } from './connect';
import type { EngineContext } from './context';
import { type Acting, acting, type ActOptions } from './core';
import { lookScript } from './look';
import { type OverviewOptions, OverviewReader, type OverviewReading } from './overview';
import { pairScript } from './pair';
import { type Prospect, Prospects } from './prospects';
import { runMoving } from './run-moving';
import { type SeparateAction, separateScript, type Separation } from './separate';
import { Sweeper, type SweepReport, type SweepRequest } from './sweeper';
import { transitionScript, type TransitionStep } from './transition';
import { requiredReason, Transitions, type Verdict } from './transitions';

/** What a client may tell about a user who arrives or queues. */
export interface ArriveOptions extends ActOptions {
  /** Further metadata to write, for example `lastIP` and `userAgent`. */
  patch?: TransitionStep['patch'];
}

/** How a user leaves a pair. */
export interface LeaveOptions extends ActOptions {
  /**
   * The call that the action is about. With it, an action that comes after the pair was parted by the partner (or
   * by the sweeper) has one outcome whoever was quicker, and never hits the next pair: see `handleSkip` and
   * `handleEndCall`. Without it the action is about whichever pair the user is in, and refused when in none.
   */
  room?: string;
}

/**
 * The flows of the product. Each is one script: nobody is ever between two states, and nobody is left alone.
 * Every verb refuses with `wrong_state` (naming the state and what is allowed there) or `split_user` for a damaged
 * user, and is safe to repeat with the same transaction id.
 */
export class StateMachine {
  private readonly prospects: Prospects;
  private readonly transitions: Transitions;

  /** The sweeper and the reader are the pool's own where there are any, so that their metrics count what is done here. */
  constructor(
    private readonly context: EngineContext,
    private readonly sweeper = new Sweeper(context),
    private readonly overview = new OverviewReader(context),
  ) {
    this.prospects = new Prospects(context);
    this.transitions = new Transitions(context);
  }

  /** A person arrives on the landing page: unknown → IDLE. */
  arrive(user: string, options: ArriveOptions = {}): Promise<TransactionResult> {
    return this.step({ user, to: 'IDLE', expectedFrom: 'UNKNOWN', cause: 'arrive' }, 'arrive', options);
  }

  /** A person asks for a partner: unknown, IDLE or DISCONNECTING → WAITING. */
  startMatching(user: string, options: ArriveOptions = {}): Promise<TransactionResult> {
    return this.step(
      {
        user,
        to: 'WAITING',
        expectedFrom: ['UNKNOWN', 'IDLE', 'DISCONNECTING'],
        cause: 'queue',
        action: 'queue',
      },
      'join the queue',
      options,
    );
  }

  /**
   * Makes a couple of two chosen users: both WAITING → CONNECTING.
   * @throws SwitchboardError `on_cooldown` when the two were together a moment ago.
   */
  async createMatch(a: string, b: string, options: ActOptions = {}): Promise<TransactionResult> {
    if (a === b) throw new SwitchboardError('bad_input', `${a} cannot be paired with themselves.`);
    const input = { acting: this.acting(options), users: [a, b] as const };
    return runMoving(this.context, pairScript, input, (result) => result);
  }

  /**
   * A person says that the connection stands. Both go CONNECTING → IN_CALL together, once both have said so, or with
   * `atOnce` at the word of the first. Saying it again is harmless.
   */
  enterCall(user: string, options: ActOptions & { atOnce?: boolean } = {}): Promise<Connection> {
    const input = { acting: this.acting(options), user, atOnce: options.atOnce ?? false };
    return runMoving(this.context, connectScript, input, (result) => result);
  }

  /**
   * A person wants the next partner: both go back to the queue. When the named room is over already, nothing is left
   * to do: the result is `superseded`.
   */
  handleSkip(user: string, options: LeaveOptions = {}): Promise<Separation> {
    return this.separate(user, 'skip', options);
  }

  /**
   * A person hangs up and goes to the landing page; the partner goes back to the queue. When the named room is over
   * already, the person still goes to IDLE from wherever the queue took them meanwhile.
   */
  handleEndCall(user: string, options: LeaveOptions = {}): Promise<Separation> {
    return this.separate(user, 'end', options);
  }

  /** A waiting person gives up: WAITING → IDLE. */
  leaveQueue(user: string, options: ActOptions = {}): Promise<Separation> {
    return this.separate(user, 'leave', options);
  }

  /** The connection did not come about: both CONNECTING → WAITING, with the place they had. */
  failConnection(user: string, options: LeaveOptions = {}): Promise<Separation> {
    return this.separate(user, 'fail', options);
  }

  /** A person is gone, from whatever state, to IDLE; a partner goes back to the queue. */
  disconnectUser(user: string, options: ActOptions = {}): Promise<Separation> {
    return this.separate(user, 'disconnect', options, false);
  }

  /**
   * Puts a user who is stuck or damaged to IDLE by force, out of every state at once; a partner goes back to the
   * queue. Audited with its reason.
   * @throws SwitchboardError `bad_input` without a reason.
   */
  async emergencyCleanup(user: string, reason: string, options: ActOptions = {}): Promise<Separation> {
    return await this.separate(user, 'cleanup', { ...options, reason: requiredReason(reason) }, false);
  }

  /** The longest waiting whom a user could be paired with now, or null. Reads only; looks at a bounded number. */
  getNextAvailableMatch(user: string): Promise<{ user: string; since: number } | null> {
    return this.prospects.next(user);
  }

  /** Whether a user could be paired now, and why not. Reads only. */
  canUserBeMatched(user: string): Promise<Prospect> {
    return this.prospects.of(user);
  }

  /** Whether two users are in one call with each other. */
  async areUsersInCall(a: string, b: string): Promise<boolean> {
    const { store, keys } = this.context;
    const [first, second] = await store.run(lookScript, { keys, users: [a, b] });
    return (
      first?.state === 'IN_CALL' &&
      second?.state === 'IN_CALL' &&
      first.matchedWith === b &&
      second.matchedWith === a
    );
  }

  /** Whether a user may go to a state now, and where it may go instead. Reads only. */
  validateUserTransition(user: string, to: State): Promise<Verdict> {
    return this.transitions.validateTransition(user, to);
  }

  /** The live numbers of the pool, as of one moment. */
  getSystemOverview(options: OverviewOptions = {}): Promise<OverviewReading> {
    return this.overview.read(options);
  }

  /** Takes everybody who stayed too long or fell silent out of their state: one whole sweep, or its dry run. */
  performSystemCleanup(request: SweepRequest = {}): Promise<SweepReport> {
    return this.sweeper.sweep(request);
  }

  private async step(
    step: TransitionStep,
    flow: string,
    { patch, ...options }: ArriveOptions,
  ): Promise<TransactionResult> {
    const input = { acting: this.acting(options), steps: [{ ...step, patch, alive: true }], flow };
    return runMoving(this.context, transitionScript, input, (result) => result);
  }

  private separate(
    user: string,
    action: SeparateAction,
    options: LeaveOptions & { reason?: string },
    alive = true,
  ): Promise<Separation> {
    const { room, reason = '' } = options;
    const input = { acting: this.acting(options), user, action, alive, room, reason };
    return runMoving(this.context, separateScript, input, (result) => result);
  }

  private acting(options: ActOptions): Acting {
    return acting(this.context.keys, this.context.settings, options);
  }
}
