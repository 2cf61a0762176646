import type { z } from 'zod';
import type {
  connectedReply,
  disconnectQuery,
  disconnectReply,
  enqueueReply,
  heartbeatReply,
  leaveReply,
  pairBody,
  separationReply,
  UserView,
} from '@shared/contract/matching';
import type { HistoryEntry } from '@shared/contract/transitions';
import { SwitchboardError } from '@shared/errors';
import type { ActOptions } from '../../engine/core';
import type { StateMachine } from '../../engine/state-machine';
import type { View } from '../../engine/view';
import { unknownUser } from './check-state';
import { lastDisconnect } from './disconnects';
import type { EndpointName } from './endpoints';

/** What the API uses of one pool of the engine. */
export interface MatchingPool {
  readonly name: string;
  readonly machine: Pick<
    StateMachine,
    'startMatching' | 'enterCall' | 'handleSkip' | 'handleEndCall' | 'leaveQueue' | 'disconnectUser'
  >;
  /** Where a user is, in one read. */
  view(user: string): Promise<View>;
  /** The user's last moves, newest first. */
  history(user: string): Promise<HistoryEntry[]>;
  /** Counts a heartbeat. @returns its time; null for a user who is not known, for whom nothing is created */
  heartbeat(user: string): Promise<number | null>;
  /** Without a heartbeat for this long a user counts as gone (ms). */
  readonly heartbeatLimitMs: number;
  /** Somebody entered the queue: pair soon. */
  nudge(): void;
}

/** One call of an endpoint that has passed every check. */
export interface ActionCall<Input = unknown> {
  pool: MatchingPool;
  user: string;
  input: Input;
  /** Where the user was a moment ago; null where the endpoint did not look. */
  before: View | null;
  /** Who acts, under which ids. */
  act: ActOptions;
  /** A page that closes sent this. */
  beacon: boolean;
  /** What the user's client may be remembered by. */
  client: { lastIP?: string; userAgent?: string };
  /** A view as clients get it. */
  present(view: View): Promise<UserView>;
}

type Output<S extends z.ZodType> = Promise<z.output<S>>;

/** Joins the queue. Who waits already keeps the place. */
async function enqueue(call: ActionCall): Output<typeof enqueueReply> {
  const { pool, user, act, client } = call;
  const alreadyQueued = await pool.machine.startMatching(user, { ...act, patch: client }).then(
    () => false,
    (fault: unknown) => {
      // The script is asked in any case: a repeated request gets its first answer, not "already queued".
      if (waitsAlready(fault)) return true;
      throw fault;
    },
  );
  pool.nudge();
  return { ...(await viewNow(call)), alreadyQueued };
}

function waitsAlready(fault: unknown): boolean {
  if (!(fault instanceof SwitchboardError) || fault.code !== 'wrong_state') return false;
  const [first] = (fault.details['faults'] ?? []) as { currentState?: unknown }[];
  return first?.currentState === 'WAITING';
}

async function skip(call: ActionCall<z.output<typeof pairBody>>): Output<typeof separationReply> {
  const { pool, user, act, input } = call;
  const { partner, superseded } = await pool.machine.handleSkip(user, { ...act, ...roomOf(input) });
  pool.nudge();
  return { ...(await viewNow(call)), formerPartner: partner, superseded };
}

async function end(call: ActionCall<z.output<typeof pairBody>>): Output<typeof separationReply> {
  const { pool, user, act, input } = call;
  const { partner, superseded } = await pool.machine.handleEndCall(user, { ...act, ...roomOf(input) });
  if (partner) pool.nudge();
  return { ...(await viewNow(call)), formerPartner: partner, superseded };
}

function roomOf({ room }: z.output<typeof pairBody>): { room?: string } {
  return room === undefined ? {} : { room };
}

async function connected(call: ActionCall): Output<typeof connectedReply> {
  const { pool, user, act } = call;
  const connection = await pool.machine.enterCall(user, act);
  const view = await viewNow(call);
  return {
    ...view,
    waitingForPartner: view.state === 'CONNECTING',
    alreadyConnected: connection.inCall && connection.moves.length === 0,
  };
}

/** Leaves the queue; as a beacon, leaves whatever the user is in. */
async function leave(call: ActionCall): Output<typeof leaveReply> {
  const { pool, user, act, beacon } = call;
  const { machine } = pool;
  const left = await (beacon ? machine.disconnectUser(user, act) : machine.leaveQueue(user, act));
  if (left.partner) pool.nudge();
  return { ...(await viewNow(call)), formerPartner: left.partner, left: left.moves.length > 0 };
}

async function heartbeat({ pool, user }: ActionCall): Output<typeof heartbeatReply> {
  const at = await pool.heartbeat(user);
  if (at === null) throw unknownUser(user);
  return { userId: user, pool: pool.name, at, staleAfterMs: pool.heartbeatLimitMs };
}

/** Where the user is; the check before has just read it. */
function checkMatch(call: ActionCall): Promise<UserView> {
  return call.before ? call.present(call.before) : viewNow(call);
}

async function checkDisconnect(
  call: ActionCall<z.output<typeof disconnectQuery>>,
): Output<typeof disconnectReply> {
  const { pool, user, input } = call;
  // The history first: a pair that is parted between the two reads counts as parted next time, and never as both.
  const last = lastDisconnect(await pool.history(user), input);
  const view = await viewNow(call);
  const paired = view.partner !== null;
  const disconnected =
    input.partner !== undefined
      ? view.partner !== input.partner && last !== null
      : input.since !== undefined
        ? last !== null
        : !paired && last !== null;
  return { ...view, disconnected, last };
}

async function viewNow(call: ActionCall): Promise<UserView> {
  return call.present(await call.pool.view(call.user));
}

/** What each endpoint does once every check has passed; `events` is a stream and not answered here. */
export const ACTIONS = {
  enqueue,
  skip,
  end,
  connected,
  leave,
  heartbeat,
  'check-match': checkMatch,
  'check-disconnect': checkDisconnect,
} satisfies Record<Exclude<EndpointName, 'events'>, (call: never) => Promise<unknown>>;
