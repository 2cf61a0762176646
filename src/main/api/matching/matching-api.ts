import { type IdentityClaim, identify, type Identity, transactionOf } from './identity';
import type { UserView } from '@shared/contract/matching';
import { SwitchboardError } from '@shared/errors';
import type { State } from '@shared/states';
import { type ApiCaller, demandRole } from '../authenticate';
import type { View } from '../../engine/view';
import { ACTIONS, type ActionCall, type MatchingPool } from './actions';
import { checkState, statesFor, unknownUser } from './check-state';
import { endpointConfig, type EndpointName } from './endpoints';
import type { WaitEstimate } from './wait-estimate';

/** A request to an endpoint, as its transport understood it. */
export interface MatchingRequest {
  endpoint: EndpointName;
  /** Valid by the endpoint's schema. */
  input: unknown;
  /** What body, query and headers say about who it concerns. */
  claims: readonly IdentityClaim[];
  caller: ApiCaller;
  requestId: string;
  idempotencyKey?: string | undefined;
  /** A page that closes sent it. */
  beacon: boolean;
  client: { ip?: string | undefined; userAgent?: string | undefined };
}

/** What the request log wants to know, filled in as far as the request gets. */
export interface MatchingTrace {
  user: string | null;
  pool: string | null;
  stateBefore: State | null;
}

export interface MatchingApiOptions {
  /** @throws SwitchboardError `unknown_user` for a pool that nobody has used, unless it may be `create`d */
  pool: (name: string, create: boolean) => Promise<MatchingPool>;
  estimate: WaitEstimate;
  /** Refuse everything that would change users: this process only watches. */
  readOnly: boolean;
}

/** A request that has passed every check. */
interface Admitted {
  identity: Identity;
  pool: MatchingPool;
  /** Where the user was a moment ago; null where the endpoint did not look. */
  view: View | null;
  /** The states in which this request is possible. */
  states: readonly State[];
}

/** The longest user agent that is remembered. */
const USER_AGENT_LENGTH = 256;

/** The matching API without its HTTP: every endpoint through one pipeline of checks, then its action. */
export class MatchingApi {
  constructor(private readonly options: MatchingApiOptions) {}

  /**
   * Carries out a request: identity, role, the endpoint's own check, state, action.
   * @throws SwitchboardError for every refusal; the trace tells how far it got
   */
  async call(request: MatchingRequest, trace: MatchingTrace): Promise<unknown> {
    const { endpoint } = request;
    if (endpoint === 'events') throw new SwitchboardError('internal', 'events is a stream.');
    const admitted = await this.admit(request, trace);
    const action = ACTIONS[endpoint] as (call: ActionCall) => Promise<unknown>;
    return action(this.toCall(request, admitted)).catch((fault: unknown) => {
      throw withStates(fault, admitted.states);
    });
  }

  /**
   * Lets a stream begin, by the same rules.
   * @throws SwitchboardError for every refusal; the trace tells how far it got
   */
  async admitStream(request: MatchingRequest, trace: MatchingTrace): Promise<Identity> {
    return (await this.admit(request, trace)).identity;
  }

  /** Where a user is now, as clients see it. @throws SwitchboardError `unknown_user` */
  async view(identity: Identity): Promise<UserView> {
    const pool = await this.options.pool(identity.pool, false);
    return this.present(identity.pool, await pool.view(identity.user));
  }

  /** Puts a request through everything that the table says of its endpoint. */
  private async admit(request: MatchingRequest, trace: MatchingTrace): Promise<Admitted> {
    const { endpoint, caller } = request;
    const config = endpointConfig(endpoint);
    demandRole(caller, config.access, `"${endpoint}"`);
    if (this.options.readOnly && config.method === 'POST')
      throw new SwitchboardError(
        'read_only_profile',
        `"${endpoint}" was not carried out: this process only watches this Redis. Start it with --headless or a --role to serve users.`,
      );
    const identity = identify(request.claims);
    trace.user = identity.user;
    trace.pool = identity.pool;
    const pool = await this.options.pool(identity.pool, config.unknownUser);
    const view = config.precheck === 'look' ? await pool.view(identity.user) : null;
    trace.stateBefore = view?.state ?? null;
    const states = statesFor(config, { ...request, identity, view });
    // A repeated request gets its first answer, wherever the user is by now: the script decides.
    if (view && (request.idempotencyKey === undefined || config.method === 'GET'))
      checkState(config, view, states);
    return { identity, pool, view, states };
  }

  private toCall(
    { endpoint, input, caller, requestId, idempotencyKey, beacon, client }: MatchingRequest,
    { identity, pool, view }: Admitted,
  ): ActionCall {
    return {
      pool,
      user: identity.user,
      input,
      before: view,
      beacon,
      act: {
        by: caller.actor,
        requestId,
        transaction: idempotencyKey && transactionOf(endpoint, identity, idempotencyKey),
      },
      client: {
        ...(client.ip ? { lastIP: client.ip } : {}),
        ...(client.userAgent ? { userAgent: client.userAgent.slice(0, USER_AGENT_LENGTH) } : {}),
      },
      present: (now) => this.present(identity.pool, now),
    };
  }

  private async present(pool: string, view: View): Promise<UserView> {
    const { user, state, since, partner, room, position, waiting } = view;
    if (state === null || since === null) throw unknownUser(user);
    return {
      ...{ userId: user, pool, state, since, partner, room, position },
      waiting: position === null ? null : waiting,
      estimatedWaitMs: position === null ? null : await this.options.estimate.forPosition(pool, position),
    };
  }
}

/** A script names the states that a move leads to; a client wants to know from which ones the endpoint works. */
function withStates(fault: unknown, states: readonly State[]): unknown {
  if (!(fault instanceof SwitchboardError) || fault.status !== 409) return fault;
  const [first] = (fault.details['faults'] ?? []) as { currentState?: unknown }[];
  return new SwitchboardError(
    fault.code,
    fault.message,
    { currentState: first?.currentState ?? null, allowedStates: states },
    { cause: fault },
  );
}
