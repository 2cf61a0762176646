import {
  type FeedEvent,
  type FeedName,
  feeds,
  isFeed,
  isOperation,
  type OperationName,
  type OperationOutput,
  operations,
  type ParsedFeedInput,
  type ParsedInput,
} from '@shared/contract';
import { type Envelope, SwitchboardError, toErrorBody } from '@shared/errors';
import type { Unsubscribe } from '@shared/transport';
import { type Clock, systemClock } from '../lib/clock';
import { newId } from '../lib/ids';
import type { Logger } from '../lib/log';
import { auditCommand, type RecordAction } from './middleware/audit-command';
import { authorise } from './middleware/authorise';
import { checkDeployment, type DeploymentState } from './middleware/check-deployment';
import { checkPermissions, type FindRefusal } from './middleware/check-permissions';
import { checkOutput } from './middleware/check-output';
import { logRequest } from './middleware/log-request';
import { validateInput } from './middleware/validate-input';
import { type Call, type Caller, type Middleware, type RequestContext, runPipeline } from './pipeline';
import { openSubscription, type Publisher } from './subscription';

/**
 * One function per operation. A handler gets valid input from a caller who may call it, returns a value, and
 * throws a SwitchboardError to refuse; it catches nothing, logs nothing and wraps nothing.
 */
export type Handlers = {
  [N in OperationName]: (input: ParsedInput<N>, context: RequestContext) => Promise<OperationOutput<N>>;
};

/** One function per feed: see Publisher. */
export type Publishers = { [N in FeedName]: Publisher<ParsedFeedInput<N>, FeedEvent<N>> };

/** What a wire calls: both verbs answer in envelopes and never throw. */
export interface Dispatcher {
  invoke(name: string, input: unknown, caller: Caller): Promise<Envelope<unknown>>;
  subscribe(
    name: string,
    input: unknown,
    caller: Caller,
    listener: (event: Envelope<unknown>) => void,
  ): Unsubscribe;
}

export interface DispatcherOptions {
  handlers: Handlers;
  publishers: Publishers;
  deployment: () => DeploymentState;
  /** What the Redis user of the connection may not do, found out beforehand. */
  findRefusal?: FindRefusal;
  /** Writes an operator's action into the audit trail. */
  record?: RecordAction;
  log: Logger;
  clock?: Clock;
  /** Checks every answer and event against the contract; for tests. */
  checkOutputs?: boolean;
}

/** The request ids that callers may choose: short, printable, safe in a log line and a header. */
const REQUEST_ID = /^[A-Za-z0-9_-]{8,64}$/;

/** Joins handlers and feeds to the one pipeline that every request of every wire goes through. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { handlers, publishers, deployment, log, clock = systemClock, checkOutputs = false } = options;
  const middleware: Middleware[] = [
    logRequest(log, clock),
    ...(options.record ? [auditCommand(options.record, log)] : []),
    authorise,
    validateInput,
    checkDeployment(deployment),
    ...(options.findRefusal ? [checkPermissions(options.findRefusal)] : []),
    ...(checkOutputs ? [checkOutput] : []),
  ];

  return {
    async invoke(name, input, caller) {
      const context = toContext(caller);
      try {
        const call = operationCall(name, input, context);
        const handler = handlers[call.name] as (input: unknown, context: RequestContext) => Promise<unknown>;
        const value = await runPipeline(middleware, call, () => handler(call.input, context));
        return { ok: true, value, requestId: context.requestId };
      } catch (fault) {
        return { ok: false, error: toErrorBody(fault), requestId: context.requestId };
      }
    },

    subscribe(name, input, caller, listener) {
      const context = toContext(caller);
      return openSubscription({
        name,
        context,
        listener,
        log,
        event: checkOutputs && isFeed(name) ? feeds[name].event : undefined,
        start: async (open) => {
          const call = feedCall(name, input, context);
          const publisher = publishers[call.name] as Publisher<unknown, unknown>;
          await runPipeline(middleware, call, () => open(publisher, call.input));
        },
      });
    },
  };
}

function toContext({ requestId, ...caller }: Caller): RequestContext {
  return { ...caller, requestId: requestId && REQUEST_ID.test(requestId) ? requestId : newId() };
}

function operationCall(
  name: unknown,
  input: unknown,
  context: RequestContext,
): Call & { name: OperationName } {
  if (typeof name !== 'string' || !isOperation(name)) throw unknownName('operation', name);
  return { type: 'operation', name, spec: operations[name], input, context };
}

function feedCall(name: unknown, input: unknown, context: RequestContext): Call & { name: FeedName } {
  if (typeof name !== 'string' || !isFeed(name)) throw unknownName('feed', name);
  return { type: 'feed', name, spec: feeds[name], input, context };
}

function unknownName(kind: 'operation' | 'feed', name: unknown): SwitchboardError {
  // A wire hands through what it was sent; only strings are names.
  const shown = typeof name === 'string' ? JSON.stringify(name.slice(0, 80)) : `a ${typeof name}`;
  return new SwitchboardError(
    'not_found',
    `There is no ${kind} ${shown}. Console and engine may be of different versions: reload the page.`,
  );
}
