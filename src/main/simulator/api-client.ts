import type { OperationInput, OperationName, OperationOutput } from '@shared/contract';
import type { Session } from '@shared/contract/session';
import { type ErrorCode, SwitchboardError } from '@shared/errors';
import { isState, type State } from '@shared/states';

/** An answer of the matching API: what it said, or why it refused. */
export type Answer =
  | { kind: 'ok'; body: unknown }
  | { kind: 'refused'; code: ErrorCode; message: string; state: State | null | undefined }
  /** The server, or its Redis, is away, or wants the client to slow down. */
  | { kind: 'away' };

/** A call of a matching endpoint. */
export interface Call {
  method: 'GET' | 'POST';
  /** After `/api/simple-matching/`, with its query. */
  path: string;
  body?: object;
  headers?: Record<string, string>;
}

/** A server of the product, as programs reach it. */
export interface ApiClient {
  readonly deployment: Session['deployment'];
  /** Whether it answers, and its Redis does. */
  readonly available: boolean;
  /** Calls an endpoint of the matching API. @throws Error for an answer that no client could use */
  call(call: Call): Promise<Answer>;
  /** Calls an operation of the console. @throws SwitchboardError as the operation does; `redis_away` when unreachable */
  operation<N extends OperationName>(name: N, input: OperationInput<N>): Promise<OperationOutput<N>>;
  /** Opens the event stream of a user. @throws SwitchboardError when it is refused, or the server is away */
  events(pool: string, user: string, lastId: string | null, signal: AbortSignal): Promise<Response>;
  close(): Promise<void>;
}

/** How long one request may take before it counts as lost, in ms. */
const REQUEST_LIMIT_MS = 15_000;
/** While the server is away it is asked so often whether it is back, in ms. */
const PROBE_MS = 500;
const AWAY_STATUS = new Set([429, 502, 503, 504]);

/**
 * Reaches a server.
 * @param key what it wants to be shown, if anything
 * @throws SwitchboardError when it cannot be reached, is another program, or the key may not take people out again
 */
export async function connectApi(address: string, { key }: { key?: string | undefined }): Promise<ApiClient> {
  const client = new HttpClient(address.replace(/\/+$/, ''), key);
  const session = await client.operation('session.get', {});
  if (session.role !== 'admin')
    throw new SwitchboardError(
      'forbidden',
      `Over ${address} you are ${session.role}; taking simulated people out again needs the role admin. Show another key in SWITCHBOARD_API_KEY.`,
    );
  client.deployment = session.deployment;
  return client;
}

class HttpClient implements ApiClient {
  deployment!: Session['deployment'];
  private away = false;
  private probe: NodeJS.Timeout | null = null;
  private readonly auth: Record<string, string>;

  constructor(
    private readonly base: string,
    key: string | undefined,
  ) {
    this.auth = key ? { authorization: `Bearer ${key}` } : {};
  }

  get available(): boolean {
    return !this.away;
  }

  async call({ method, path, body, headers }: Call): Promise<Answer> {
    const url = `/api/simple-matching/${path}`;
    const response = await this.send(url, {
      method,
      headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    }).catch(() => null);
    if (!response) return { kind: 'away' };
    const { status, json } = response;
    if (status === 200) return { kind: 'ok', body: json };
    if (AWAY_STATUS.has(status)) return { kind: 'away' };
    const { code, detail, currentState } = problemOf(json, this.base + url, status);
    const known = typeof currentState === 'string' && isState(currentState) ? currentState : undefined;
    const state = currentState === null ? null : known;
    return { kind: 'refused', code, message: detail, state };
  }

  async operation<N extends OperationName>(name: N, input: OperationInput<N>): Promise<OperationOutput<N>> {
    const url = `/api/admin/operations/${name}`;
    const { status, json } = await this.send(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
    if (status === 200) return json as OperationOutput<N>;
    const { code, detail } = problemOf(json, this.base + url, status);
    throw new SwitchboardError(code, detail);
  }

  async events(pool: string, user: string, lastId: string | null, signal: AbortSignal): Promise<Response> {
    const url = `${this.base}/api/simple-matching/events?${new URLSearchParams({ userId: user, pool }).toString()}`;
    const headers = { ...this.auth, ...(lastId === null ? {} : { 'last-event-id': lastId }) };
    const response = await fetch(url, { headers, signal }).catch((fault: unknown) => {
      throw unreachable(this.base, fault);
    });
    if (response.ok) return response;
    const { code, detail } = problemOf(await response.json().catch(() => null), url, response.status);
    throw new SwitchboardError(code, detail);
  }

  close(): Promise<void> {
    if (this.probe) clearInterval(this.probe);
    this.probe = null;
    return Promise.resolve();
  }

  private async send(path: string, init: RequestInit): Promise<{ status: number; json: unknown }> {
    try {
      const response = await fetch(this.base + path, {
        ...init,
        headers: { ...this.auth, ...(init.headers as Record<string, string>) },
        signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
      });
      const json: unknown = await response.json().catch(() => null);
      if (response.status === 503) this.lost();
      return { status: response.status, json };
    } catch (fault) {
      this.lost();
      throw unreachable(this.base, fault);
    }
  }

  /** Nobody asks for anything until the server says that it can serve again. */
  private lost(): void {
    this.away = true;
    this.probe ??= setInterval(() => void this.look(), PROBE_MS).unref();
  }

  private async look(): Promise<void> {
    const response = await fetch(`${this.base}/readyz`, { signal: AbortSignal.timeout(PROBE_MS * 4) }).catch(
      () => null,
    );
    await response?.body?.cancel();
    if (!response?.ok || !this.probe) return;
    clearInterval(this.probe);
    this.probe = null;
    this.away = false;
  }
}

/** What an error answer says. @throws SwitchboardError for one that is not of this product */
function problemOf(
  json: unknown,
  url: string,
  status: number,
): { code: ErrorCode; detail: string; currentState?: unknown } {
  if (typeof json === 'object' && json !== null && 'code' in json && 'detail' in json)
    return json as { code: ErrorCode; detail: string; currentState?: unknown };
  throw new SwitchboardError(
    'not_found',
    `${url} answered ${status} without saying why: is that a Switchboard server?`,
  );
}

function unreachable(base: string, fault: unknown): SwitchboardError {
  const cause = fault instanceof Error && fault.cause instanceof Error ? fault.cause.message : String(fault);
  return new SwitchboardError('redis_away', `${base} cannot be reached: ${cause}.`);
}
