import type { TransactionResult } from '@shared/contract/transitions';
import { SwitchboardError } from '@shared/errors';
import { type State, STATES } from '@shared/states';
import fc from 'fast-check';
import type { EngineContext } from '../../../src/main/engine/context';
import { acting } from '../../../src/main/engine/core';
import { matchScript } from '../../../src/main/engine/match';
import type { SeparateAction } from '../../../src/main/engine/separate';
import { StateMachine } from '../../../src/main/engine/state-machine';
import { Transitions } from '../../../src/main/engine/transitions';
import type { Outcome } from './model';

/** The people of a test: few, so that they often get in each other's way. */
export const USERS = ['ann', 'ben', 'cat', 'dan', 'eve', 'fay'] as const;
type User = (typeof USERS)[number];

/** How many operations back a repetition or a rollback may reach. */
export const FURTHEST_BACK = 8;

type SeparateWord = SeparateAction;

/** What somebody asks of the engine, with everything decided. */
export type Operation = { transaction: string; now: number } & (
  | { kind: 'arrive' | 'queue'; user: string }
  | { kind: 'batch'; steps: readonly { user: string; to: State }[] }
  | { kind: 'force'; users: readonly string[]; to: State }
  | { kind: 'pair'; users: readonly [string, string] }
  | { kind: 'match'; pairs: number }
  | { kind: 'connect'; user: string; atOnce: boolean }
  | { kind: 'separate'; user: string; action: SeparateWord; room: string | undefined }
  | { kind: 'remove'; users: readonly string[] }
  | { kind: 'rollback'; target: string }
);

/** What fast-check draws: an operation whose room, target or repetition is only decided when it is carried out. */
export type Wish =
  | { kind: 'arrive' | 'queue'; user: User }
  | { kind: 'batch'; steps: { user: User; to: State }[] }
  | { kind: 'force'; users: User[]; to: State }
  | { kind: 'pair'; users: [User, User] }
  | { kind: 'match'; pairs: number }
  | { kind: 'connect'; user: User; atOnce: boolean }
  | { kind: 'separate'; user: User; action: SeparateWord; room: 'any' | 'current' | 'last' | 'foreign' }
  | { kind: 'remove'; users: User[] }
  | { kind: 'rollback'; back: number }
  | { kind: 'again'; back: number };

const user = fc.constantFrom(...USERS);
const state = fc.constantFrom(...STATES);
const users = fc.uniqueArray(user, { minLength: 1, maxLength: 3 });
const back = fc.nat({ max: FURTHEST_BACK });

/** Draws wishes; the flows of the product more often than the rest, so that pairs come about. */
export const wish: fc.Arbitrary<Wish> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('arrive' as const), user }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('queue' as const), user }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('batch' as const),
      steps: fc.array(fc.record({ user, to: state }), { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('force' as const), users, to: state }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('pair' as const), users: fc.tuple(user, user) }) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('match' as const), pairs: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('connect' as const), user, atOnce: fc.boolean() }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('separate' as const),
      user,
      action: fc.constantFrom<SeparateWord>('skip', 'end', 'fail', 'leave', 'disconnect', 'cleanup'),
      room: fc.constantFrom('any' as const, 'current' as const, 'last' as const, 'foreign' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), users }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('rollback' as const), back }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('again' as const), back }) },
);

/** One connection's way to the engine. */
export class Client {
  private readonly machine: StateMachine;
  private readonly transitions: Transitions;

  constructor(readonly context: EngineContext) {
    this.machine = new StateMachine(context);
    this.transitions = new Transitions(context);
  }

  /** Carries out an operation and tells it in the words of the model. */
  async perform(operation: Operation): Promise<Outcome> {
    try {
      const result = await this.ask(operation);
      const moves = (result?.moves ?? []).map(
        (move) => [move.user, move.from, move.fromSince, move.to, move.toSince] as const,
      );
      return { moves };
    } catch (fault) {
      if (fault instanceof SwitchboardError) return { refused: fault.code };
      throw fault;
    }
  }

  private async ask(operation: Operation): Promise<TransactionResult | null> {
    const { transaction, now } = operation;
    const options = { transaction, now };
    switch (operation.kind) {
      case 'arrive':
        return this.machine.arrive(operation.user, options);
      case 'queue':
        return this.machine.startMatching(operation.user, options);
      case 'batch':
        return this.transitions.performBatchTransitions(operation.steps, options);
      case 'force':
        return this.transitions.forceTransition(operation.users, operation.to, 'as a test', options);
      case 'pair':
        return this.machine.createMatch(...operation.users, options);
      case 'match': {
        const { keys, settings, store } = this.context;
        const round = await store.run(matchScript, {
          acting: acting(keys, settings, options),
          pairs: operation.pairs,
          window: 100,
          checks: 1_000,
        });
        return round.transaction;
      }
      case 'connect':
        return this.machine.enterCall(operation.user, { ...options, atOnce: operation.atOnce });
      case 'separate':
        return this.part(operation, options);
      case 'remove':
        return this.transitions.removeTogether(operation.users, 'as a test', options);
      case 'rollback':
        return this.transitions.rollbackTransaction(operation.target, options);
    }
  }

  private part(
    { user: who, action, room }: Extract<Operation, { kind: 'separate' }>,
    options: { transaction: string; now: number },
  ): Promise<TransactionResult> {
    const inRoom = { ...options, ...(room === undefined ? {} : { room }) };
    switch (action) {
      case 'skip':
        return this.machine.handleSkip(who, inRoom);
      case 'end':
        return this.machine.handleEndCall(who, inRoom);
      case 'fail':
        return this.machine.failConnection(who, inRoom);
      case 'leave':
        return this.machine.leaveQueue(who, options);
      case 'disconnect':
        return this.machine.disconnectUser(who, options);
      case 'cleanup':
        return this.machine.emergencyCleanup(who, 'as a test', options);
    }
  }
}
