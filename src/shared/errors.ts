/**
 * Every failure that can cross a wire, in words, with the HTTP status that it gets there.
 * Codes are stable: clients branch on them, people read the message.
 */
export const ERROR_CODES = {
  // Asked wrongly
  bad_input: 400,
  unauthenticated: 401,
  forbidden: 403,
  unknown_user: 404,
  not_found: 404,
  method_not_allowed: 405,
  payload_too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  // Right question, wrong moment
  illegal_transition: 409,
  wrong_state: 409,
  moved_on: 409,
  split_user: 409,
  on_cooldown: 409,
  not_undoable: 409,
  transaction_id_reused: 409,
  read_only_profile: 403,
  conflict: 409,
  deployment_closed: 410,
  profiles_unusable: 500,
  runs_unusable: 500,
  simulation_refused: 409,
  secrets_unavailable: 409,
  cancelled: 409,
  // Redis
  redis_refused: 503,
  redis_unknown_host: 503,
  redis_timeout: 503,
  redis_auth: 503,
  redis_no_permission: 503,
  redis_tls: 503,
  redis_wrong_server: 503,
  redis_out_of_memory: 503,
  redis_read_only: 503,
  redis_loading: 503,
  redis_busy: 503,
  redis_away: 503,
  redis_failover: 503,
  redis_wrong_type: 500,
  redis_disk: 503,
  redis_failed: 503,
  // Between console and engine
  wire_lost: 503,
  // Ours
  internal: 500,
} as const;

/** The stable name of a failure. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** What further machine-readable facts an error carries; JSON only. */
export type ErrorDetails = Record<string, unknown>;

/** The one error class of the product: a code to branch on, a sentence to read, facts to show. */
export class SwitchboardError extends Error {
  override readonly name = 'SwitchboardError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: ErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  /** The HTTP status for this code. */
  get status(): number {
    return ERROR_CODES[this.code];
  }
}

/** An error as it crosses a wire. */
export interface ErrorBody {
  code: ErrorCode;
  message: string;
  details: ErrorDetails;
}

/** What every wire returns: nothing is thrown across a process boundary. */
export type Envelope<T> =
  { ok: true; value: T; requestId: string } | { ok: false; error: ErrorBody; requestId: string };

/** Turns anything thrown into the body that crosses a wire; unknown faults keep their detail at home. */
export function toErrorBody(fault: unknown): ErrorBody {
  if (fault instanceof SwitchboardError)
    return { code: fault.code, message: fault.message, details: fault.details };
  return {
    code: 'internal',
    message: 'Something went wrong inside Switchboard; the log has the cause.',
    details: {},
  };
}

/** The value of an envelope, or the error that it carries, thrown on this side of the wire. */
export function unwrap<T>(envelope: Envelope<T>): T {
  if (envelope.ok) return envelope.value;
  const { code, message, details } = envelope.error;
  throw new SwitchboardError(code, message, { ...details, requestId: envelope.requestId });
}
