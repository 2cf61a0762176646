import { type ErrorCode, SwitchboardError } from '@shared/errors';
import { type State, STATES } from '@shared/states';
import type { PoolEngine } from '../engine/engine';
import { Matcher } from '../engine/matcher';
import type { JournalEntry } from '@shared/contract/transitions';
import {
  isSimulated,
  type News,
  type Outcome,
  type Request,
  SIMULATED,
  type Snapshot,
  type Way,
} from './way';

/** Refusals that a client brings on itself by being late or wrong: they say where the user is. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'wrong_state',
  'illegal_transition',
  'moved_on',
  'split_user',
  'on_cooldown',
  'unknown_user',
]);

/** Failures after which asking again makes sense. */
const AWAY: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'redis_refused',
  'redis_unknown_host',
  'redis_timeout',
  'redis_loading',
  'redis_busy',
  'redis_away',
  'redis_failed',
]);

const BY = 'simulator';
/** Before the first entry of a journal. */
const START = '0-0';
/** Moves read at once. */
const PAGE = 500;

/**
 * Simulated people straight through the engine: the same verbs that the API calls, without its cost.
 * @param available whether Redis is there now
 */
export function engineWay(pool: PoolEngine, available: () => boolean): Way {
  return {
    pool: pool.context.keys.pool,
    available,

    async ask(request) {
      try {
        await carryOut(pool, request);
        return { kind: 'done' };
      } catch (fault) {
        return toOutcome(fault, request.user);
      }
    },

    async heartbeat(users) {
      await pool.metadata.heartbeat(users);
    },

    async news(after) {
      const entries = await pool.journal.from(after, PAGE);
      const known = entries[0]?.id === after;
      const fresh = known ? entries.slice(1) : entries;
      return {
        moves: await toNews(pool, fresh),
        cursor: fresh.at(-1)?.id ?? after,
        more: entries.length === PAGE,
        lost: !known && after !== START,
      };
    },

    async snapshot() {
      const { states, newest } = await pool.overview.read({ newest: 1 });
      const counts = Object.fromEntries(STATES.map((state) => [state, states[state].count]));
      return { id: newest[0]?.id ?? START, counts: counts as Snapshot['counts'] };
    },

    splitUsers: () => pool.overview.splitUsers(),

    look: (users) => pool.overview.whereabouts(users),

    serve: (matchers) => serve(pool, matchers),

    corrupt: (user) => pool.purge.corrupt(user),

    pages: null,

    async foreigner() {
      return await pool.purge.findOther(SIMULATED);
    },

    removeAll: (couples) => pool.purge.removeAll(SIMULATED, couples),
  };
}

async function carryOut(pool: PoolEngine, request: Request): Promise<unknown> {
  const { machine, transitions } = pool;
  const { act, user, transaction, partner } = request;
  const options = { by: BY, transaction };
  const room = request.room === null ? {} : { room: request.room };
  switch (act) {
    case 'arrive':
      return machine.arrive(user, options);
    case 'queue':
      return machine.startMatching(user, options);
    case 'leave':
      return machine.leaveQueue(user, options);
    case 'connected':
      return machine.enterCall(user, options);
    case 'fail':
      return machine.failConnection(user, { ...options, ...room });
    case 'skip':
      return machine.handleSkip(user, { ...options, ...room });
    case 'end':
      return machine.handleEndCall(user, { ...options, ...room });
    case 'settle':
      return transitions.performTransition(user, 'IDLE', { ...options, cause: 'end', alive: true });
    case 'hang-up': {
      // Both clients take a moment to take the call down; neither is ever alone in it.
      const step = { to: 'DISCONNECTING', expectedFrom: 'IN_CALL' } as const;
      const mine = { ...step, user, cause: 'end', action: 'end', alive: true } as const;
      const theirs = partner === null ? [] : [{ ...step, user: partner, cause: 'partner-end' } as const];
      return transitions.performBatchTransitions([mine, ...theirs], options);
    }
  }
}

function toOutcome(fault: unknown, user: string): Outcome {
  if (!(fault instanceof SwitchboardError)) throw fault;
  if (AWAY.has(fault.code)) return { kind: 'away' };
  if (!REFUSALS.has(fault.code)) throw fault;
  const faults = fault.details['faults'] as { user: string; currentState: State | null }[] | undefined;
  const own = faults?.find((each) => each.user === user);
  // Whoever is in two states is in no one state, but not unknown either.
  const state = fault.code === 'split_user' ? undefined : own?.currentState;
  return { kind: 'refused', code: fault.code, state };
}

/** Adds the room of each new pair, as a client would be told it with the match. */
async function toNews(pool: PoolEngine, entries: readonly JournalEntry[]): Promise<News[]> {
  const connecting = entries.filter(({ user, to }) => to === 'CONNECTING' && isSimulated(user));
  const paired = [...new Set(connecting.map(({ user }) => user))];
  const seen = paired.length === 0 ? [] : await pool.overview.whereabouts(paired);
  const rooms = new Map(seen.map(({ user, room }) => [user, room]));
  return entries.map((entry) => ({ ...entry, room: rooms.get(entry.user) ?? null }));
}

/** Runs matching and sweeping here, unless this process does it already; more matchers where they are wanted. */
function serve(pool: PoolEngine, matchers: number): () => Promise<void> {
  const { matcher, sweeper, transitions } = pool;
  const idle = [matcher, sweeper].filter((worker) => !worker.metrics.running);
  const more = Array.from({ length: matchers - 1 }, () => new Matcher(pool.context));
  const stopNudging = transitions.onTransition(({ result }) => {
    if (result.moves.some(({ to }) => to === 'WAITING')) for (const each of [matcher, ...more]) each.nudge();
  });
  const mine = [...idle, ...more];
  for (const worker of mine) worker.start();
  return async () => {
    stopNudging();
    await Promise.all(mine.map((worker) => worker.stop()));
  };
}
