import type { FeedSpec, OperationSpec, Role } from '@shared/contract/define';

/** Which door a request came through. */
export type WireName = 'ipc' | 'websocket' | 'http' | 'memory';

/** Who asks, as the wire knows it. */
export interface Caller {
  /** The name that log and audit entries carry. */
  actor: string;
  role: Role;
  host: WireName;
  /** An id that the caller chose for this request; one is made where it is missing or malformed. */
  requestId?: string | undefined;
  /** Aborted when the caller no longer wants the answer. */
  signal?: AbortSignal | undefined;
}

/** What a handler or publisher knows of the request beside its input. */
export interface RequestContext extends Omit<Caller, 'requestId'> {
  requestId: string;
}

/** One request on its way through the pipeline; middleware may narrow its input, and nothing else. */
export type Call = {
  readonly name: string;
  readonly context: RequestContext;
  input: unknown;
} & (
  | { readonly type: 'operation'; readonly spec: OperationSpec }
  | { readonly type: 'feed'; readonly spec: FeedSpec }
);

/** One concern of every request. It may refuse by throwing, or look at the outcome of `next`. */
export type Middleware = (call: Call, next: () => Promise<unknown>) => Promise<unknown>;

/** Runs a call through the middleware, first one outermost, into its target. */
export function runPipeline(
  middleware: readonly Middleware[],
  call: Call,
  target: (call: Call) => unknown,
): Promise<unknown> {
  const step = async (index: number): Promise<unknown> => {
    const current = middleware[index];
    return await (current ? current(call, () => step(index + 1)) : target(call));
  };
  return step(0);
}
