import type { z } from 'zod';
import type { Role } from '@shared/contract/define';
import {
  connectedReply,
  disconnectQuery,
  disconnectReply,
  enqueueReply,
  heartbeatReply,
  identityBody,
  leaveBody,
  leaveReply,
  pairBody,
  separationReply,
  userView,
} from '@shared/contract/matching';
import { STATES, type State } from '@shared/states';
import type { View } from '../../engine/view';
import type { ApiCaller } from '../authenticate';
import type { Identity } from './identity';

/** Where the matching API lives. */
export const MATCHING_PREFIX = '/api/simple-matching';

/** How often one user may call an endpoint. */
export interface RateLimit {
  max: number;
  perMs: number;
  /** Counted in Redis, and so over all processes; otherwise by each process for itself, which costs nothing. */
  shared: boolean;
}

/** What a custom check judges: a request of valid form, whose caller has the role that it takes. */
export interface CheckedRequest {
  identity: Identity;
  caller: ApiCaller;
  /** Valid by the endpoint's `input`. */
  input: unknown;
  /** A page that closes sent it. */
  beacon: boolean;
  /** Where the user is; null where the endpoint does not look beforehand. */
  view: View | null;
}

/** A rule that the other fields of the table cannot say. */
export interface CustomCheck {
  /** The rule in words; the endpoint's description ends with it. */
  rule: string;
  /**
   * Judges one request, before its handler runs.
   * @param states those of the endpoint
   * @returns the states in which this request is possible: those, or others
   * @throws SwitchboardError for a request that is refused whatever the user's state
   */
  judge: (request: CheckedRequest, states: readonly State[]) => readonly State[];
}

/** The rules of one endpoint. Everything that is decided before its handler runs is decided from this. */
export interface EndpointConfig {
  method: 'GET' | 'POST';
  path: string;
  summary: string;
  description: string;
  /** What the body (POST) or the query (GET) may hold. */
  input: z.ZodType;
  /** What a 200 holds; null for a stream. */
  output: z.ZodType | null;
  /** The states in which it may be called. The script behind it enforces the same, atomically. */
  states: readonly State[];
  /** Whether a user who is in no state yet may call it; otherwise that is a 404. */
  unknownUser: boolean;
  /**
   * `look` reads the user's state before the handler runs; `verb` leaves it to the one call that the handler makes
   * anyway, where every state is allowed and that call itself knows unknown users.
   */
  precheck: 'look' | 'verb';
  /** What a request must pass beside all this; nothing more when missing. */
  check?: CustomCheck;
  access: Role;
  rateLimit: RateLimit;
  /** Whether a page that closes may call it by `navigator.sendBeacon`: as text, or without a content type. */
  beacon: boolean;
}

const MOVES: RateLimit = { max: 60, perMs: 60_000, shared: true };
const POLLS: RateLimit = { max: 600, perMs: 60_000, shared: false };
const STREAMS: RateLimit = { max: 60, perMs: 60_000, shared: false };

const changes = {
  method: 'POST',
  input: identityBody,
  unknownUser: false,
  precheck: 'look',
  access: 'operator',
  rateLimit: MOVES,
  beacon: false,
} as const;
const reads = {
  method: 'GET',
  input: identityBody,
  unknownUser: false,
  precheck: 'look',
  access: 'viewer',
  rateLimit: POLLS,
  beacon: false,
} as const;

/** Every endpoint of the matching API with its rules: the one place where they are written. */
export const ENDPOINT_CONFIGS = {
  enqueue: {
    ...changes,
    path: 'enqueue',
    summary: 'Join the queue',
    description:
      'For a new user, one who is IDLE, or one who just left a call. Who waits already keeps the place and gets its position.',
    output: enqueueReply,
    states: ['IDLE', 'DISCONNECTING', 'WAITING'],
    unknownUser: true,
  },
  skip: {
    ...changes,
    path: 'skip',
    input: pairBody,
    summary: 'Leave this partner and take the next one',
    description:
      'Both people go back to the queue in the same step. The two are not paired again while their cooldown runs.',
    output: separationReply,
    states: ['IN_CALL', 'CONNECTING'],
  },
  end: {
    ...changes,
    path: 'end',
    input: pairBody,
    summary: 'Leave this partner and stop',
    description: 'The caller goes to IDLE and the partner back to the queue, in the same step.',
    output: separationReply,
    states: ['IN_CALL', 'CONNECTING'],
  },
  connected: {
    ...changes,
    path: 'connected',
    summary: 'Say that the connection to the partner stands',
    description:
      'Both go to IN_CALL together, once both have said so. Saying it again in the call is harmless.',
    output: connectedReply,
    states: ['CONNECTING', 'IN_CALL'],
  },
  leave: {
    ...changes,
    path: 'leave',
    summary: 'Leave the queue, or close the page',
    description:
      'From WAITING to IDLE. A page that closes sends it as a beacon: text/plain, no content type, or `beacon: true`.',
    input: leaveBody,
    output: leaveReply,
    states: ['WAITING'],
    check: {
      rule: 'As a beacon it is possible in every state; a partner goes back to the queue in the same step.',
      judge: ({ beacon }, states) => (beacon ? STATES : states),
    },
    beacon: true,
  },
  heartbeat: {
    ...changes,
    path: 'heartbeat',
    summary: 'Say that the user is still there',
    description: 'In any state; send one about every ten seconds. A user who falls silent is swept.',
    output: heartbeatReply,
    states: STATES,
    precheck: 'verb',
    rateLimit: POLLS,
  },
  'check-match': {
    ...reads,
    path: 'check-match',
    summary: 'Ask whether there is a partner yet',
    description: 'Partner, room and since when; while waiting, the position in the queue and an estimate.',
    output: userView,
    states: ['WAITING', 'CONNECTING', 'IN_CALL'],
  },
  'check-disconnect': {
    ...reads,
    path: 'check-disconnect',
    summary: 'Ask whether, why and by whom the pair was parted',
    description:
      'Answered from the user’s history, so that it is right however late it is asked. Name the `partner` you believe in, or a time `since`, to ask about one certain pair.',
    input: disconnectQuery,
    output: disconnectReply,
    states: STATES,
  },
  events: {
    ...reads,
    path: 'events',
    summary: 'Be told of matches and disconnects as they happen',
    description:
      'Server-sent events: first where the user is (`state`), then each change. A client that reconnects with Last-Event-ID gets what it missed.',
    output: null,
    states: STATES,
    rateLimit: STREAMS,
  },
} as const satisfies Record<string, EndpointConfig>;

export type EndpointName = keyof typeof ENDPOINT_CONFIGS;

/** The names of all endpoints. */
export const ENDPOINTS = Object.keys(ENDPOINT_CONFIGS) as EndpointName[];

/** The rules of an endpoint, without the literal types. */
export function endpointConfig(name: EndpointName): EndpointConfig {
  return ENDPOINT_CONFIGS[name];
}
