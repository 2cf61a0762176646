import type { JournalEntry } from '@shared/contract/transitions';
import { STATES, type State } from '@shared/states';
import type { Answer, ApiClient, Call } from './api-client';
import { ApiPages } from './api-pages';
import { isSimulated, type News, type Outcome, type Request, type Snapshot, type Way } from './way';

/** Before the first entry of a journal. */
const START = '0-0';
/** Moves read at once, and users listed at once. */
const PAGE = 500;

/**
 * Simulated people as real clients: each request is an HTTP request, each page has an event stream of its own, and
 * the watch reads the journal through the operations that the console uses. Matching and sweeping are the server's.
 */
export function apiWay(api: ApiClient, pool: string): Way {
  const pages = new ApiPages(api, pool);
  return {
    pool,
    available: () => api.available,
    pages,
    serve: null,
    corrupt: null,

    async ask(request) {
      if (request.act === 'arrive') return arrive(api, pages, pool, request);
      const answer = await api.call(callFor(request, pool));
      // Whoever is in a state has a page that listens from the first request on.
      if (answer.kind === 'ok') pages.listen(request.user);
      return toOutcome(answer);
    },

    async heartbeat(users) {
      await Promise.all(
        users.map((user) => api.call({ method: 'POST', path: 'heartbeat', body: { userId: user, pool } })),
      );
    },

    async news(after) {
      const { entries } = await api.operation('transitions.list', {
        pool,
        after: idBefore(after),
        limit: PAGE,
      });
      const oldestFirst = entries.toReversed();
      const known = oldestFirst[0]?.id === after;
      const fresh = known ? oldestFirst.slice(1) : oldestFirst;
      return {
        moves: fresh.map(toNews),
        cursor: fresh.at(-1)?.id ?? after,
        more: entries.length === PAGE,
        lost: !known && after !== START,
      };
    },

    async snapshot() {
      const { states, newest } = await api.operation('overview.get', { pool });
      const counts = Object.fromEntries(STATES.map((state) => [state, states[state].count]));
      return { id: newest[0]?.id ?? START, counts: counts as Snapshot['counts'] };
    },

    // Whoever is in two states breaks the sums, and is seen when looked at.
    splitUsers: () => Promise.resolve([]),

    async look(users) {
      const { users: seen } = await api.operation('users.whereabouts', { pool, users: [...users] });
      return seen;
    },

    async foreigner() {
      for await (const users of present(api, pool)) {
        const other = users.find((user) => !isSimulated(user));
        if (other !== undefined) return other;
      }
      return null;
    },

    /** Done by the server, which does not know who parted: cooldowns end by themselves. */
    async removeAll() {
      const { removed } = await api.operation('simulator.clear', { pool });
      return removed;
    },
  };
}

/** A page is loaded: whoever the service knows is told where they are, whoever it does not is on the landing page. */
async function arrive(api: ApiClient, pages: ApiPages, pool: string, { user }: Request): Promise<Outcome> {
  const query = new URLSearchParams({ userId: user, pool }).toString();
  const answer = await api.call({ method: 'GET', path: `check-match?${query}` });
  if (answer.kind === 'refused' && answer.code === 'unknown_user') {
    pages.tell({ user, to: 'IDLE', partner: null, room: null });
    return { kind: 'done' };
  }
  if (answer.kind === 'away') return answer;
  pages.listen(user);
  const state = answer.kind === 'ok' ? (answer.body as { state: State }).state : answer.state;
  return { kind: 'refused', code: 'wrong_state', state };
}

/** The request of a real client for what a person does. */
function callFor({ act, user, room, transaction }: Request, pool: string): Call {
  const body = { userId: user, pool };
  const headers = { 'idempotency-key': transaction, 'x-request-id': transaction };
  const pair = room === null ? body : { ...body, room };
  const post = (path: string, content: object): Call => ({ method: 'POST', path, body: content, headers });
  switch (act) {
    case 'arrive':
    case 'queue':
      return post('enqueue', body);
    case 'leave':
      return post('leave', body);
    case 'connected':
      return post('connected', body);
    // A client whose connection fails wants the next partner, and one that hangs up is done with it at once.
    case 'fail':
    case 'skip':
      return post('skip', pair);
    case 'end':
    case 'hang-up':
      return post('end', pair);
    case 'settle':
      return post('leave', { ...body, beacon: true });
  }
}

/** Answers that a client brings on itself by being late or wrong. */
const REFUSALS: ReadonlySet<string> = new Set([
  'wrong_state',
  'illegal_transition',
  'moved_on',
  'on_cooldown',
]);

function toOutcome(answer: Answer): Outcome {
  if (answer.kind === 'ok') return { kind: 'done' };
  if (answer.kind === 'away') return answer;
  const { code, message, state } = answer;
  if (code === 'unknown_user') return { kind: 'refused', code, state: null };
  // Whoever is in two states is in no one state, but not unknown either.
  if (code === 'split_user') return { kind: 'refused', code, state: undefined };
  if (REFUSALS.has(code)) return { kind: 'refused', code, state };
  throw new Error(`${code}: ${message}`);
}

/** Requests carry their transaction as request id, by which the watch knows them again. */
function toNews(entry: JournalEntry): News {
  return { ...entry, room: null, transaction: entry.requestId ?? entry.transaction };
}

/** The id right before one, to read from that one on. */
function idBefore(id: string): string {
  if (id === START) return START;
  const [ms = '0', number = '0'] = id.split('-');
  return Number(number) > 0 ? `${ms}-${Number(number) - 1}` : `${Number(ms) - 1}-9999999999999999`;
}

/** Everybody in the pool, a page at a time. */
async function* present(api: ApiClient, pool: string): AsyncGenerator<string[]> {
  for (let offset = 0; ; offset += PAGE) {
    const { rows } = await api.operation('users.list', { pool, offset, limit: PAGE });
    if (rows.length > 0) yield rows.map(({ user }) => user);
    if (rows.length < PAGE) return;
  }
}
